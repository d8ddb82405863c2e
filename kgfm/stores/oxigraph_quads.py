"""Oxigraph's quads in our terms, with its errors as ours."""

from collections.abc import Iterable, Iterator, Set
from contextlib import contextmanager
from itertools import islice
from typing import Final

import pyoxigraph as ox

from kgfm.errors import QueryError, StoreError
from kgfm.kg import IRI, BlankNode, Term, Triple
from kgfm.kg.namespaces import PREFIXES, TYPE
from kgfm.kg.oxigraph_terms import (
    to_iri_node,
    to_node,
    to_quad,
    to_subject_node,
    to_term,
    to_triple,
    well_formed,
)
from kgfm.stores import layout
from kgfm.stores.base import QueryResult
from kgfm.stores.counting import Tally
from kgfm.stores.oxigraph_recount import bare, name_blank_nodes, recount
from kgfm.stores.oxigraph_transaction import label_keys
from kgfm.stores.quad_source import Changes
from kgfm.stores.sparql_text import syntax_error

_DEFAULT = ox.DefaultGraph()
# What Oxigraph says of damaged files, and of strings that went with them.
_DAMAGE: Final = ("Corruption", "in the string store", "CURRENT", "MANIFEST", ".sst")
# Quads in one bulk load: as quick as loading millions at once, in a ninth of the memory.
_LOADED_TOGETHER: Final = 100_000


def damage_in(error: Exception, place: str) -> StoreError | None:
    """Return what to say where an error of Oxigraph's means that files are damaged, else None."""
    reason = " ".join(str(error).split())
    if not any(sign in reason for sign in _DAMAGE):
        return None
    return StoreError(
        f"the knowledge base at {place} is damaged ({reason}); save what can be read with "
        f"`kgfm repair {place} --to NEW`."
    )


class Quads:
    """One Oxigraph store; `place` names it in messages."""

    def __init__(self, store: ox.Store, place: str) -> None:
        self.store = store
        self.place = place

    def find(
        self,
        subject: IRI | BlankNode | None = None,
        predicate: IRI | None = None,
        object: Term | None = None,
        graph: IRI | None = None,
    ) -> Iterator[Triple]:
        """Yield the triples of one graph that have the given terms; graph None is the default graph."""
        for quad in self._pattern(subject, predicate, object, to_iri_node(graph) if graph else _DEFAULT):
            yield to_triple(quad)

    def everywhere(
        self,
        subject: IRI | BlankNode | None = None,
        predicate: IRI | None = None,
        object: Term | None = None,
    ) -> Iterator[tuple[Triple, IRI]]:
        """Yield the triples of all named graphs that have the given terms, each with its graph."""
        for quad in self._pattern(subject, predicate, object, None):
            if isinstance(quad.graph_name, ox.NamedNode):
                yield to_triple(quad), IRI(quad.graph_name.value)

    def _pattern(
        self,
        subject: IRI | BlankNode | None,
        predicate: IRI | None,
        object_: Term | None,
        graph: ox.NamedNode | ox.DefaultGraph | None,
    ) -> Iterator[ox.Quad]:
        with self.errors():
            yield from self.store.quads_for_pattern(
                to_subject_node(subject) if subject else None,
                to_iri_node(predicate) if predicate else None,
                to_node(object_) if object_ else None,
                graph,
            )

    def has(self, triple: Triple, graph: IRI | None = None) -> bool:
        """Whether a graph holds a triple."""
        with self.errors():
            return to_quad(triple, graph) in self.store

    def present(self, triples: Iterable[Triple]) -> set[Triple]:
        """Return those of the triples that the default graph holds."""
        return {triple for triple in triples if self.has(triple)}

    def copies(self, triples: Iterable[Triple]) -> Iterator[tuple[Triple, IRI]]:
        """Yield each of the triples with every named graph that holds it."""
        for triple in triples:
            for _, graph in self.everywhere(triple.subject, triple.predicate, triple.object):
                yield triple, graph

    def vouched(self, triples: Iterable[Triple], without: IRI | None, *, documents: bool) -> set[Triple]:
        """Return those that a support graph but `without` holds; `documents`: a document's graph."""
        vouches = layout.is_document_graph if documents else layout.is_support_graph
        return {
            triple
            for triple in triples
            # Stops at the first: a name may stand in thousands of documents.
            if any(graph != without and vouches(graph) for _, graph in self.copies([triple]))
        }

    def standing(self, ends: Iterable[IRI], without: Set[Triple] = frozenset()) -> set[IRI]:
        """Return those that are an end of a default-graph triple, the triples `without` not counted."""
        return {end for end in ends if self._stands(end, without)}

    def _stands(self, end: IRI, without: Set[Triple]) -> bool:
        if any(triple not in without for triple in self.find(end)):
            return True
        found = self.find(None, None, end)
        return any(triple.predicate != TYPE and triple not in without for triple in found)

    def named_graphs(self) -> list[IRI]:
        """Return the named graphs, empty ones included."""
        with self.errors():
            return [IRI(name.value) for name in self.store.named_graphs() if isinstance(name, ox.NamedNode)]

    def bare(self) -> Iterator[Triple]:
        """Yield the default graph's triples that no named graph holds as they are."""
        return bare(self)

    def name_blank_nodes(self) -> None:
        """Give the default graph's blank nodes names."""
        self.update(name_blank_nodes())

    def tally(self) -> Tally:
        """Count the whole content anew."""
        return recount(self)

    def rows(self, sparql: str) -> Iterator[tuple[Term | None, ...]]:
        """Yield the rows of a SELECT query of our own."""
        with self.errors():
            solutions = self.store.query(sparql, prefixes=PREFIXES)
            if not isinstance(solutions, ox.QuerySolutions):
                raise TypeError("only a SELECT query has rows")
            for solution in solutions:
                yield tuple(None if node is None else to_term(node) for node in solution)

    def query(self, sparql: str) -> QueryResult:
        """Answer a user's query; raises QueryError where it is malformed."""
        with self.errors(sparql):
            answer = self.store.query(sparql, prefixes=PREFIXES)
            if isinstance(answer, ox.QuerySolutions):
                names = tuple(variable.value for variable in answer.variables)
                rows = (tuple(None if node is None else to_term(node) for node in row) for row in answer)
                return QueryResult(names, tuple(rows))
            if isinstance(answer, ox.QueryBoolean):
                return QueryResult(boolean=bool(answer))
            return QueryResult(triples=tuple(to_triple(triple) for triple in answer))

    def update(self, sparql: str) -> None:
        """Carry out an update in one transaction; raises QueryError where it is malformed."""
        with self.errors(sparql):
            self.store.update(well_formed(sparql), prefixes=PREFIXES)

    def write(self, changes: Changes) -> None:
        """Carry out changes in one transaction; the folder's lock keeps other writers out."""
        self.update(changes.sparql())

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Add many quads quickly, not in one transaction."""
        rest = iter(quads)
        with self.errors():
            while chunk := list(islice(rest, _LOADED_TOGETHER)):
                self.store.bulk_extend(chunk)

    def load_block(self, lines: bytes, graph: IRI | None) -> None:
        """Add lines of N-Triples to a graph, as they are; raises SyntaxError where one is malformed."""
        place = to_iri_node(graph) if graph else _DEFAULT
        with self.errors():
            self.store.bulk_load(lines, format=ox.RdfFormat.N_TRIPLES, to_graph=place)

    def size(self, graph: IRI) -> int:
        """Count the triples of a named graph."""
        rows = self.rows(f"SELECT (COUNT(*) AS ?count) WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}")
        return sum(int(count.value) for (count,) in rows if count)

    def remove(self, triples: Iterable[Triple], graph: IRI) -> None:
        """Take triples out of a named graph."""
        with self.errors():
            for triple in triples:
                self.store.remove(to_quad(triple, graph))

    def clear(self, graph: IRI) -> None:
        """Empty a named graph."""
        with self.errors():
            self.store.clear_graph(to_iri_node(graph))

    def index_labels(self, named: Iterable[Triple]) -> None:
        """Let entities be found by these triples that name them, and by no others."""
        self.clear(layout.LABEL_KEYS)
        self.load(to_quad(one, layout.LABEL_KEYS) for one in label_keys(named))

    def flush(self) -> None:
        """Have everything on disk."""
        with self.errors():
            self.store.flush()

    @contextmanager
    def errors(self, sparql: str = "") -> Iterator[None]:
        """Turn Oxigraph's errors into ours; syntax errors only of `sparql`, not those of a file."""
        try:
            yield
        except SyntaxError as error:
            if not sparql:
                raise
            raise syntax_error(sparql, str(error)) from None
        except OSError as error:
            if damage := damage_in(error, self.place):
                raise damage from error
            reason = " ".join(str(error).split())
            raise StoreError(
                f"the knowledge base at {self.place} could not be read or written ({reason}); "
                "see whether the disk is full, then try again."
            ) from error
        except RuntimeError as error:  # Oxigraph's evaluation errors, and what it cannot read
            if damage := damage_in(error, self.place):
                raise damage from error
            raise QueryError(f"the query could not be answered: {' '.join(str(error).split())}.") from error
