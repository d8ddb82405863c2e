"""Graphs of plain triples: into an Oxigraph store in bulk, and out again."""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Final, TypeVar

import pyoxigraph as ox

from kgfm.errors import StoreError
from kgfm.kg import IRI, Literal, Triple
from kgfm.kg.formats import DATASET_FORMATS, Faults, check_file, format_of, read_quads, read_triples
from kgfm.kg.namespaces import KGFM
from kgfm.kg.oxigraph_terms import to_quad
from kgfm.stores import layout
from kgfm.stores.counting import Tally
from kgfm.stores.oxigraph_quads import Quads
from kgfm.stores.oxigraph_reader import OxigraphReader
from kgfm.stores.oxigraph_refresh import without_blanks, write_counters
from kgfm.stores.oxigraph_transaction import NAMES, label_key_triple
from kgfm.stores.oxigraph_writer import OxigraphWriter, unit
from kgfm.stores.provenance import decode

T = TypeVar("T")

_SMALL: Final = 20_000  # triples that go in as one transaction
_STAGED_IN_MEMORY: Final = 20_000_000  # bytes of a file with named graphs
_CHUNK: Final = 10_000  # triples that are removed in one
_OWN: Final = IRI(KGFM + "own")  # where a staged file's triples wait that go into the file's own graph


class OxigraphImporter(OxigraphWriter):
    """What imports and removes graphs of plain triples; see `TripleStore`."""

    def import_triples(self, graph: IRI, triples: Iterable[Triple]) -> int:
        """Make triples the content of a named graph of their own, streaming; return how many were read."""
        self._check_importable(graph)
        named = (without_blanks(triple, graph) for triple in triples)
        first = list(islice(named, _SMALL))
        if len(first) == _SMALL:
            return self._import_many(graph, chain(first, named))
        self._import_few(graph, set(first))
        return len(first)

    @unit
    def _import_few(self, graph: IRI, new: set[Triple]) -> None:
        transaction = self._transaction()
        old = set(self._quads.find(graph=graph))
        transaction.delete(graph, old - new)
        transaction.insert(graph, new - old)
        transaction.replace_claims(graph, old, new)
        transaction.tally.by_source[graph.value] += len(new) - len(old)
        self._commit(transaction)

    def import_file(self, graph: IRI, path: Path, format: str | None = None, faults: Faults = None) -> int:
        """Make a file the content of a named graph of its own, streaming; return how many were read."""
        self._check_importable(graph)
        self._transaction()
        if format_of(path, format) in DATASET_FORMATS:
            with _staging(path) as staged:
                # Everything is read before anything is kept, so a malformed file changes nothing.
                staged.load(to_quad(triple, name) for triple, name in read_quads(path, format, faults))
                return self._import_staged(graph, staged)
        return self._import_plain(graph, path, format, faults)

    def _import_plain(self, graph: IRI, path: Path, format: str | None, faults: Faults) -> int:
        """Import a file without named graphs."""
        if faults is None:
            check_file(path, format)
        return self.import_triples(graph, read_triples(path, format, faults))

    def _import_staged(self, graph: IRI, staged: Quads) -> int:
        """Take over documents, named graphs and merges, then what the default graph has beyond them."""
        total = 0
        resolved = OxigraphReader(staged)
        for name in sorted(staged.named_graphs()):
            if layout.is_document_graph(name):
                document = decode(staged.find(graph=name))
                self.add_document(document)
                total += len(document.statements)
            elif layout.is_support_graph(name):
                total += self.import_triples(name, staged.find(graph=name))
            elif layout.is_ontology_graph(name):
                total += self.import_ontology(name, staged.find(graph=name))
        if ontology := set(staged.find(graph=layout.ONTOLOGY)):
            self.set_ontology(ontology | set(self._quads.find(graph=layout.ONTOLOGY)))
        for member, canonical in sorted(resolved.kept_apart()):
            self.keep_apart(member, canonical)
        if resolved.merges():
            self.set_merges(self.merges() | resolved.merges())
        named = (without_blanks(one, graph) for one in staged.find())
        # All of it is picked out before the graph is replaced, since that hangs on what the graph says.
        staged.clear(_OWN)
        staged.load(to_quad(one, _OWN) for one in self._own(named, graph))
        own = staged.find(graph=_OWN)
        first = next(own, None)
        if first is None and next(self._quads.find(graph=graph), None) is None:
            return total
        return total + self.import_triples(graph, chain([first] if first else [], own))

    def _own(self, triples: Iterator[Triple], graph: IRI) -> Iterator[Triple]:
        """Yield what nothing else vouches for, and what the graph said before and says still."""
        filled = next(self._quads.find(graph=graph), None) is not None
        while chunk := list(islice(triples, _CHUNK)):
            standing = self._quads.present(chunk)
            copies = self._quads.copies(standing) if filled else ()
            said = {triple for triple, name in copies if name == graph}
            yield from (one for one in chunk if one not in standing or one in said)

    def _import_many(self, graph: IRI, triples: Iterable[Triple]) -> int:
        count = Count()
        with self._filling(graph):
            self._load_import(graph, count.counted(triples))
        return count.total

    @contextmanager
    def _filling(self, graph: IRI, tally: Callable[[], Tally | None] = lambda: None) -> Iterator[None]:
        """Replace a graph's content by what is loaded within; `tally` may know the counters after it."""
        self.remove_graph(graph)
        self._mark_import(graph)
        try:
            yield
        except BaseException:
            self._take_out_unfinished(graph)
            raise
        self._write_counters(tally)

    def _load_import(self, graph: IRI, triples: Iterable[Triple]) -> None:
        """Add the triples of an import and what follows from them, quickly, without counting."""
        self._quads.load(self._import_quads(graph, triples))

    @unit
    def _mark_import(self, graph: IRI) -> None:
        """Note that a graph is being filled, so that an import that is cut short can be undone."""
        transaction = self._transaction()
        transaction.put(layout.META, layout.META, layout.IMPORTING, Literal(graph.value))
        self._commit(transaction)

    @unit
    def _unmark_import(self) -> None:
        """Note that no graph is being filled or emptied any more."""
        if marked := set(self._quads.find(layout.META, layout.IMPORTING, None, layout.META)):
            transaction = self._transaction()
            transaction.delete(layout.META, marked)
            self._commit(transaction)

    @unit
    def _write_counters(self, tally: Callable[[], Tally | None] = lambda: None) -> None:
        write_counters(self._quads, self.version + 1, tally())
        self._numbers_read = None

    def _import_quads(self, graph: IRI, triples: Iterable[Triple]) -> Iterator[ox.Quad]:
        """Yield each triple for its own graph, for the default graph, and for the index of labels."""
        for triple in triples:
            quad = to_quad(triple, graph)
            yield quad
            projected = self._table.project(triple)
            if projected is None:
                continue
            if projected == triple:  # nearly all: spares the conversion
                yield ox.Quad(quad.subject, quad.predicate, quad.object)
            else:
                yield to_quad(projected)
            if projected.predicate in NAMES and isinstance(projected.subject, IRI):
                key = layout.label_key(projected.object.value)
                yield to_quad(label_key_triple(projected.subject, key), layout.LABEL_KEYS)

    def _take_out_unfinished(self, graph: IRI) -> None:
        """Take out a graph that was being filled or emptied: what is there may not have been counted."""
        self._remove_chunks(graph)
        self.refresh()

    def remove_graph(self, graph: IRI) -> int:
        """Take an imported graph out with all that only it supports; return how many triples it had."""
        self._check_importable(graph)
        total = self._remove_chunks(graph)
        self._unmark_import()
        return total

    def _remove_chunks(self, graph: IRI) -> int:
        total = 0
        while count := self._remove_chunk(graph):
            total += count
        return total

    @unit
    def _remove_chunk(self, graph: IRI) -> int:
        found = list(islice(self._quads.find(graph=graph), _CHUNK + 1))
        if chunk := set(found[:_CHUNK]):
            self._remove_triples(graph, chunk, more=len(found) > _CHUNK)
        return len(chunk)

    def _remove_triples(self, graph: IRI, triples: set[Triple], *, more: bool) -> None:
        """Take triples out; if `more` will follow, note as well that the graph is not whole."""
        transaction = self._transaction()
        if more and not self._meta(layout.IMPORTING):
            transaction.put(layout.META, layout.META, layout.IMPORTING, Literal(graph.value))
        transaction.delete(graph, triples)
        transaction.replace_claims(graph, triples, set())
        transaction.tally.by_source[graph.value] -= len(triples)
        self._commit(transaction)

    def _check_importable(self, graph: IRI) -> None:
        if layout.is_document_graph(graph) or not layout.is_support_graph(graph):
            raise StoreError(
                f"{graph} holds documents or bookkeeping; name another graph for imported triples."
            )


@contextmanager
def _staging(path: Path) -> Iterator[Quads]:
    """Give an empty store to read a file into: in memory if the file is small, else on disk."""
    if path.exists() and path.stat().st_size < _STAGED_IN_MEMORY:
        yield Quads(ox.Store(), str(path))
        return
    with tempfile.TemporaryDirectory(prefix="kgfm-import-") as folder:
        yield Quads(ox.Store(folder), str(path))


class Count:
    """Counts what passes through."""

    def __init__(self) -> None:
        self.total = 0

    def counted(self, items: Iterable[T]) -> Iterator[T]:
        """Yield the items, counting."""
        for item in items:
            self.total += 1
            yield item
