"""The writing half of an Oxigraph store: documents, merges, vocabulary, updates."""

import uuid
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import replace
from functools import partial, wraps
from typing import Concatenate, ParamSpec, TypeVar

from kgfm.errors import StoreError, UnknownTermError
from kgfm.kg import IRI, DocumentGraph, Literal, Triple, statement_iri
from kgfm.kg.namespaces import document_iri
from kgfm.kg.oxigraph_terms import stored_literal
from kgfm.stores import layout
from kgfm.stores.base import Merge
from kgfm.stores.oxigraph_reader import OxigraphReader
from kgfm.stores.oxigraph_refresh import refresh, without_blanks
from kgfm.stores.oxigraph_transaction import NAMES, Transaction, label_key_triple
from kgfm.stores.projection import MergeTable
from kgfm.stores.provenance import claims, encode, in_order
from kgfm.stores.quad_source import QuadSource
from kgfm.stores.sparql_text import refuse_network

P = ParamSpec("P")
R = TypeVar("R")
W = TypeVar("W", bound="OxigraphWriter")


def unit(method: Callable[Concatenate[W, P], R]) -> Callable[Concatenate[W, P], R]:
    """Mark a method as one unit of work: what it reads and writes belongs together."""

    @wraps(method)
    def inside(self: W, /, *args: P.args, **options: P.kwargs) -> R:
        return self._in_unit(partial(method, self, *args, **options))

    return inside


class OxigraphWriter(OxigraphReader):
    """What changes an Oxigraph store, each write one transaction; see `TripleStore`."""

    def __init__(self, quads: QuadSource, *, writable: bool) -> None:
        super().__init__(quads)
        self._writable = writable

    def _in_unit(self, work: Callable[[], R]) -> R:
        """Carry out a unit of work; where others write too, a store does it again or keeps them out."""
        return work()

    @unit
    def _found(self) -> None:
        """Give a new knowledge base its id."""
        if not self.id:
            transaction = self._transaction()
            transaction.put(layout.META, layout.META, layout.KB_ID, Literal(uuid.uuid4().hex))
            self._commit(transaction)

    def _transaction(self, table: MergeTable | None = None) -> Transaction:
        if not self._writable:
            raise StoreError(
                f"the knowledge base at {self._quads.place} was opened to read only; open it to write."
            )
        return Transaction(self._quads, self._table if table is None else table, self.version)

    def _commit(self, transaction: Transaction, *, pending: bool | None = None) -> None:
        """Carry out a transaction; `pending` says whether names must be resolved anew, None leaves it."""
        if pending is not None and pending != self.resolution_pending:
            flag = [Triple(layout.META, layout.RESOLUTION_PENDING, Literal("true"))]
            (transaction.insert if pending else transaction.delete)(layout.META, flag)
        changes, numbers = transaction.changes(self._numbers)
        self._quads.write(changes)
        self._numbers_read = numbers

    @unit
    def add_document(self, graph: DocumentGraph) -> None:
        """Add a document, or replace its older version, whole."""
        node = document_iri(graph.id)
        fingerprint = Triple(node, layout.FINGERPRINT, Literal(graph.fingerprint))
        if self._quads.has(fingerprint, node):
            return
        transaction = self._transaction()
        old = self._withdrawn(transaction, graph.id)
        new = in_order(_as_stored(graph))
        transaction.insert(node, encode(new))
        transaction.replace_claims(node, claims(old) if old else set(), claims(new))
        _tally(transaction, new, 1)
        self._commit(transaction, pending=True)

    @unit
    def remove_document(self, identifier: str) -> bool:
        """Take a document out with every triple that only it supports."""
        transaction = self._transaction()
        old = self._withdrawn(transaction, identifier)
        if old is None:
            return False
        transaction.replace_claims(document_iri(identifier), claims(old), set())
        self._commit(transaction, pending=True)
        return True

    def _withdrawn(self, transaction: Transaction, identifier: str) -> DocumentGraph | None:
        """Have a document's graph dropped; return what it held."""
        try:
            old = self.document(identifier)
        except UnknownTermError:
            return None
        transaction.drop(document_iri(identifier))
        _tally(transaction, old, -1)
        return old

    @unit
    def set_merges(self, merges: Mapping[IRI, Merge]) -> None:
        """Replace the merge table and remap the triples of the names that it concerns."""
        self._remerge(merges, apart=None)

    @unit
    def keep_apart(self, member: IRI, canonical: IRI) -> None:
        """Undo a merge, if there is one, and remember that the two are different."""
        merges = dict(self._table.merges)
        if member in merges and self._table.canonical(member) == self._table.canonical(canonical):
            del merges[member]
        self._remerge(merges, apart=Triple(member, layout.KEPT_APART_FROM, canonical))

    def _remerge(self, merges: Mapping[IRI, Merge], apart: Triple | None) -> None:
        old, new = self._table, MergeTable(merges)
        transaction = self._transaction(new)
        before, after = _records(old), _records(new)
        transaction.delete(layout.MERGES, before - after)
        transaction.insert(layout.MERGES, (after - before) | ({apart} if apart else set()))
        concerned = {triple for name in old.changed(new) for triple in self._supported_triples(name)}
        transaction.remap(old, concerned)
        self._commit(transaction, pending=None if apart else False)
        self._table_read = new

    def _supported_triples(self, name: IRI) -> set[Triple]:
        """Return what support graphs carry of a name, plain or as a statement that holds."""
        found = set()
        for pattern in ((name, None, None), (None, None, name)):
            for triple, graph in self._quads.everywhere(*pattern):
                if not layout.is_support_graph(graph):
                    continue
                if triple.predicate in (layout.SUBJECT, layout.OBJECT) and layout.is_document_graph(graph):
                    found |= self._stated(triple.subject, graph)
                elif not layout.is_document_graph(graph) or not _is_bookkeeping(triple):
                    found.add(triple)
        return found

    def _stated(self, node: IRI | object, graph: IRI) -> set[Triple]:
        """Return the triple of a statement if it holds: then its name is that of an asserted one."""
        if not isinstance(node, IRI):
            return set()
        parts = {one.predicate: one.object for one in self._quads.find(node, None, None, graph)}
        subject, predicate, object_ = (
            parts.get(one) for one in (layout.SUBJECT, layout.PREDICATE, layout.OBJECT)
        )
        if not (
            isinstance(subject, IRI) and isinstance(predicate, IRI) and isinstance(object_, IRI | Literal)
        ):
            return set()
        return (
            {Triple(subject, predicate, object_)}
            if statement_iri(subject, predicate, object_) == node
            else set()
        )

    @unit
    def set_ontology(self, triples: Iterable[Triple]) -> None:
        """Replace the labels and kinds of predicates and classes."""
        wanted = {without_blanks(triple, layout.ONTOLOGY) for triple in triples}
        wanted |= {one for graph in self.ontologies() for one in _names(self._quads.find(graph=graph))}
        wanted = _with_keys(wanted)
        if wanted == set(self._quads.find(graph=layout.ONTOLOGY)):
            return
        transaction = self._transaction()
        transaction.drop(layout.ONTOLOGY)
        transaction.insert(layout.ONTOLOGY, wanted)
        self._commit(transaction)

    @unit
    def import_ontology(self, graph: IRI, triples: Iterable[Triple]) -> int:
        """Make axioms the content of an ontology's graph; return how many there are."""
        if not layout.is_ontology_graph(graph):
            raise StoreError(f"{graph} is no name of an ontology; begin it with {layout.ONTOLOGIES}")
        old = set(self._quads.find(graph=graph))
        new = {without_blanks(triple, graph) for triple in triples}
        kept = {one for other in self.ontologies() if other != graph for one in self._quads.find(graph=other)}
        transaction = self._transaction()
        transaction.delete(graph, old - new)
        transaction.insert(graph, new)
        transaction.delete(layout.ONTOLOGY, _with_keys(_names(old)) - _with_keys(_names(new | kept)))
        transaction.insert(layout.ONTOLOGY, _with_keys(_names(new)))
        self._commit(transaction)
        return len(new)

    def update(self, sparql: str, *, allow_network: bool = False) -> None:
        """Carry out a SPARQL 1.1 update and bring counters and labels up to date."""
        if not allow_network:
            refuse_network(sparql)
        self._transaction()
        self._quads.update(sparql)
        self.refresh()

    @unit
    def refresh(self) -> None:
        """Bring counters and labels up to date after another program wrote to the store."""
        self._transaction()
        self._table_read = self._numbers_read = None
        refresh(self._quads, self._table, self.version + 1)
        self._numbers_read = None


def _names(triples: Iterable[Triple]) -> set[Triple]:
    return {triple for triple in triples if triple.predicate in NAMES}


def _with_keys(triples: Set[Triple]) -> set[Triple]:
    """Add by what each label is found."""
    return set(triples) | {
        label_key_triple(triple.subject, layout.label_key(triple.object.value))
        for triple in triples
        if triple.predicate in NAMES and isinstance(triple.subject, IRI)
    }


def _as_stored(graph: DocumentGraph) -> DocumentGraph:
    """Spell literals as Oxigraph gives them back, for statements are named by a hash of them."""
    return replace(
        graph,
        statements=tuple(
            replace(
                statement,
                object=stored_literal(statement.object)
                if isinstance(statement.object, Literal)
                else statement.object,
                qualifiers=tuple(
                    replace(
                        one, value=stored_literal(one.value) if isinstance(one.value, Literal) else one.value
                    )
                    for one in statement.qualifiers
                ),
            )
            for statement in graph.statements
        ),
    )


def _tally(transaction: Transaction, graph: DocumentGraph, sign: int) -> None:
    transaction.tally.documents += sign
    transaction.tally.statements += sign * len(graph.statements)
    transaction.tally.by_source[graph.origin] += sign * len(graph.statements)


def _records(table: MergeTable) -> set[Triple]:
    into = {Triple(member, layout.MERGED_INTO, merge.canonical) for member, merge in table.merges.items()}
    return into | {
        Triple(member, layout.MERGE_REASON, Literal(one.reason)) for member, one in table.merges.items()
    }


def _is_bookkeeping(triple: Triple) -> bool:
    return layout.is_bookkeeping(triple.subject.value, triple.predicate)
