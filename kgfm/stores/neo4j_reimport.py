"""What a graph in Neo4j holds of a file that is imported again: asked in bulk, answered in a few bytes."""

import hashlib
from collections.abc import Iterable
from typing import Final

from kgfm.kg import IRI, Triple
from kgfm.kg.oxigraph_terms import to_iri_node
from kgfm.stores.neo4j_bulk import Batch
from kgfm.stores.neo4j_connection import Connection
from kgfm.stores.neo4j_names import graph_key, key_of, triple_digest
from kgfm.stores.projection import MergeTable

# A row holds the numbers of two keys and of a predicate, and whether the triple must be asserted.
_HELD: Final = """
UNWIND range(0, size($rows) - 1) AS i
WITH i, $rows[i] AS row
MATCH (s:Term {key: $keys[row[0]]}) MATCH (o:Term {key: $keys[row[2]]})
MATCH (s)-[r]->(o)
WHERE r.predicate = $predicates[row[1]] AND $graph IN r.graphs AND (r.asserted OR NOT row[3])
RETURN collect(i) AS held"""
_COUNT: Final = "MATCH (s:Term {kb: $kb})-[r]->(:Term) WHERE $graph IN r.graphs RETURN count(r) AS n"
# The server keeps these two counts, of all that it holds: they tell of writes that kgfm has no part in.
_SIZES: Final = """
CALL () { MATCH (t:Term) RETURN count(t) AS terms }
CALL () { MATCH ()-[r]->() RETURN count(r) AS relationships }
WITH [terms, relationships] AS sizes """
_REMEMBER: Final = (
    _SIZES
    + """
MATCH (g:Graph {key: $key}) SET g.blocks = $blocks, g.version = $version, g.sizes = sizes"""
)
_REMEMBERED: Final = (
    _SIZES
    + """
MATCH (g:Graph {key: $key}) WHERE g.version = $version AND g.sizes = sizes RETURN g.blocks AS blocks"""
)


def missing(connection: Connection, graph: IRI, batch: Batch, table: MergeTable) -> list[Triple]:
    """Return those of a batch that the graph does not hold, or that do not stand where they must."""
    rows = [[*edge, table.project(triple) == triple] for edge, triple in batch.edges.items()]
    predicates = [to_iri_node(one).value for one in batch.predicates]
    values = {"rows": rows, "keys": batch.keys, "predicates": predicates, "graph": graph.value}
    held = {number for row in connection.rows(_HELD, **values) for number in row["held"]}
    return [triple for number, triple in enumerate(batch.edges.values()) if number not in held]


def held_count(connection: Connection, kb: str, graph: IRI) -> int:
    """Return how many triples a graph holds."""
    return sum(row["n"] for row in connection.rows(_COUNT, kb=kb, graph=graph.value))


def remember(connection: Connection, kb: str, graph: IRI, version: int, blocks: list[str]) -> None:
    """Note the digests of a whole import's blocks and the version at which the graph is just that."""
    connection.run(_REMEMBER, key=graph_key(kb, graph.value), blocks=blocks, version=version)


def remembered(connection: Connection, kb: str, graph: IRI, version: int) -> list[str]:
    """Return the digests of the last import's blocks; none where anything may have been written since.

    Another program that changes no more than properties must say so by `kgfm refresh`.
    """
    found = connection.rows(_REMEMBERED, key=graph_key(kb, graph.value), version=version)
    return [block for row in found for block in row["blocks"]]


def digest(kb: str, triple: Triple) -> bytes:
    """Return 16 bytes that stand for a triple."""
    return triple_digest(key_of(kb, triple.subject), triple.predicate.value, key_of(kb, triple.object))


def block_digest(digests: Iterable[bytes]) -> str:
    """Return what stands for triples in their order, in hex."""
    return hashlib.sha256(b"".join(digests)).hexdigest()[:32]
