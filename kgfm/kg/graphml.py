"""Triples as GraphML: terms are nodes, triples are edges with a `relation`."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

from kgfm.errors import FormatError
from kgfm.kg.namespaces import LABEL, expand
from kgfm.kg.tables import PlainNames, write_cell
from kgfm.kg.terms import IRI, Triple

if TYPE_CHECKING:
    import networkx as nx

_RELATION_KEYS = ("relation", "predicate", "label", "type")


def read_graphml(path: Path, raw: IO[bytes]) -> Iterator[Triple]:
    """Yield a GraphML file's edges as triples, and the labels of nodes that have no other name.

    A node's `label` names it; an edge's `relation`, `predicate`, `label` or `type` names the relation.
    Raises FormatError where the file is malformed or an edge has no relation.
    """
    from xml.etree.ElementTree import ParseError

    import networkx as nx

    try:
        graph = nx.read_graphml(raw, force_multigraph=True)
    except ParseError as error:
        raise FormatError(f"{path}, line {error.position[0]}: not well-formed XML ({error}).") from None
    except (nx.NetworkXError, ValueError, KeyError) as error:
        raise FormatError(f"{path}: not GraphML ({error}).") from None
    names, cells = PlainNames(), _cells(graph)
    for head, tail, attributes in graph.edges(data=True):
        relation = next((str(attributes[key]) for key in _RELATION_KEYS if attributes.get(key)), "")
        if not relation:
            raise FormatError(f"{path}: the edge from {head} to {tail} has no relation; give it one.")
        yield from names.triples([cells[head], relation, cells[tail]])


def _cells(graph: "nx.Graph[str]") -> dict[str, str]:
    """Name each node by its label where its id is none by itself and no other node bears that label."""
    labels = {node: str(attributes.get("label", "")) for node, attributes in graph.nodes(data=True)}
    bearers = Counter(labels.values())
    return {
        node: label if label and bearers[label] == 1 and _is_plain(str(node)) else str(node)
        for node, label in labels.items()
    }


def _is_plain(name: str) -> bool:
    return expand(name) is None and not name.startswith(('"', "_:"))


def write_graphml(raw: IO[bytes], triples: Iterable[Triple]) -> None:
    """Write triples as a directed graph; raises FormatError where a text holds what XML cannot."""
    import networkx as nx

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for triple in triples:
        head, tail = write_cell(triple.subject), write_cell(triple.object)
        graph.add_edge(head, tail, relation=write_cell(triple.predicate))
        if triple.predicate == LABEL and isinstance(triple.subject, IRI):
            graph.nodes[head]["label"] = triple.object.value
    try:
        nx.write_graphml(graph, raw)
    except ValueError as error:
        raise FormatError(
            f"GraphML cannot hold one of the texts ({error}); export to another format."
        ) from None
