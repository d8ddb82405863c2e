"""What a store must be able to do with quads, so that reading and writing above it are written once.

Questions that a write asks of many triples are asked in one call each: over a network, calls are
what costs.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Protocol

import pyoxigraph as ox

from kgfm.kg import IRI, BlankNode, Term, Triple
from kgfm.kg.namespaces import TYPE
from kgfm.kg.oxigraph_terms import to_quad
from kgfm.stores.base import QueryResult
from kgfm.stores.counting import Tally
from kgfm.stores.projection import MergeTable


@dataclass(frozen=True, slots=True)
class Changes:
    """All that one write does: it drops graphs, then deletes, then inserts; None is the default graph."""

    before: int  # the version of the content against which this was worked out; the write adds one
    dropped: tuple[IRI, ...] = ()
    deleted: Mapping[IRI | None, set[Triple]] = field(default_factory=dict)
    inserted: Mapping[IRI | None, set[Triple]] = field(default_factory=dict)
    concerned: Set[Triple] = frozenset()  # default-graph triples whose supports came or went
    table: MergeTable = field(default_factory=lambda: MergeTable({}))  # the merges after the write

    def sparql(self) -> str:
        """Write them as one SPARQL update."""
        parts = [f"DROP SILENT GRAPH {graph}" for graph in self.dropped]
        for verb, graphs in (("DELETE", self.deleted), ("INSERT", self.inserted)):
            if block := quad_block(graphs):
                parts.append(f"{verb} DATA {block}")
        return " ;\n".join(parts)


def quad_block(graphs: Mapping[IRI | None, Iterable[Triple]]) -> str:
    """Write quads as SPARQL's `{ ... GRAPH <g> { ... } }`; empty where there are none."""
    blocks = []
    for graph, triples in graphs.items():
        # By way of Oxigraph's terms: they refuse what could break out of its place, as a bad language tag.
        if body := "\n".join(f"{to_quad(triple).triple} ." for triple in triples):
            blocks.append(f"GRAPH {graph} {{\n{body}\n}}" if graph else body)
    return "{\n" + "\n".join(blocks) + "\n}" if blocks else ""


def ends_of(triple: Triple) -> Iterator[IRI]:
    """Yield the IRIs that a triple stands for as entities: its ends, but for the object of rdf:type."""
    if isinstance(triple.subject, IRI):
        yield triple.subject
    if isinstance(triple.object, IRI) and triple.predicate != TYPE:
        yield triple.object


class QuadSource(Protocol):
    """Quads kept somewhere; `place` names it in messages."""

    place: str

    def find(
        self,
        subject: IRI | BlankNode | None = None,
        predicate: IRI | None = None,
        object: Term | None = None,
        graph: IRI | None = None,
    ) -> Iterator[Triple]:
        """Yield the triples of one graph that have the given terms; graph None is the default graph."""
        ...

    def everywhere(
        self,
        subject: IRI | BlankNode | None = None,
        predicate: IRI | None = None,
        object: Term | None = None,
    ) -> Iterator[tuple[Triple, IRI]]:
        """Yield the triples of all named graphs that have the given terms, each with its graph."""
        ...

    def has(self, triple: Triple, graph: IRI | None = None) -> bool:
        """Whether a graph holds a triple."""
        ...

    def present(self, triples: Iterable[Triple]) -> set[Triple]:
        """Return those of the triples that the default graph holds."""
        ...

    def copies(self, triples: Iterable[Triple]) -> Iterator[tuple[Triple, IRI]]:
        """Yield each of the triples with every named graph that holds it."""
        ...

    def vouched(self, triples: Iterable[Triple], without: IRI | None, *, documents: bool) -> set[Triple]:
        """Return those that a support graph but `without` holds; `documents`: a document's graph."""
        ...

    def standing(self, ends: Iterable[IRI], without: Set[Triple] = frozenset()) -> set[IRI]:
        """Return those that are an end of a default-graph triple, the triples `without` not counted.

        An object of rdf:type is no end. All triples of `without` stand in the default graph.
        """
        ...

    def named_graphs(self) -> list[IRI]:
        """Return the named graphs; empty ones may be among them."""
        ...

    def bare(self) -> Iterator[Triple]:
        """Yield the default graph's triples that no named graph holds as they are."""
        ...

    def name_blank_nodes(self) -> None:
        """Give the default graph's blank nodes names, since a write cannot take out what has none."""
        ...

    def tally(self) -> Tally:
        """Count the whole content anew."""
        ...

    def rows(self, sparql: str) -> Iterator[tuple[Term | None, ...]]:
        """Yield the rows of a SELECT query of our own."""
        ...

    def query(self, sparql: str) -> QueryResult:
        """Answer a user's query; raises QueryError where it is malformed."""
        ...

    def update(self, sparql: str) -> None:
        """Carry out an update in one transaction; raises QueryError where it is malformed."""
        ...

    def write(self, changes: Changes) -> None:
        """Carry out changes in one transaction."""
        ...

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Add many quads quickly, not in one transaction."""
        ...

    def remove(self, triples: Iterable[Triple], graph: IRI) -> None:
        """Take triples out of a named graph, not in one transaction."""
        ...

    def clear(self, graph: IRI) -> None:
        """Empty a named graph."""
        ...

    def index_labels(self, named: Iterable[Triple]) -> None:
        """Let entities be found by these triples that name them, and by no others."""
        ...
