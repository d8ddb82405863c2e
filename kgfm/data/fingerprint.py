"""A short name for exactly these triples and labels, to tell whether kept work still belongs to them."""

import hashlib

from kgfm.data.triples import TripleSet


def fingerprint(*graphs: TripleSet) -> str:
    """Return 64 hex digits that change with any edge, weight, label or type, and with the order."""
    digest = hashlib.sha256()
    for graph in graphs:
        for column in (graph.heads, graph.relations, graph.tails, graph.weights, graph.types):
            digest.update(b"none" if column is None else column.tobytes())
            digest.update(b"|")
        for labels in (graph.entity_labels, graph.relation_labels, graph.type_labels):
            digest.update("\n".join(labels).encode(errors="surrogatepass"))
            digest.update(b"|")
    return digest.hexdigest()
