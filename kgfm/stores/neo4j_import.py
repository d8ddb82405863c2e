"""Large graphs into Neo4j: in transactions of some thousand triples, and again only where they differ."""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Final

from kgfm.kg import IRI, Triple
from kgfm.stores import layout
from kgfm.stores.neo4j_bulk import Batch, create
from kgfm.stores.neo4j_connection import Connection
from kgfm.stores.neo4j_quads import Neo4jQuads
from kgfm.stores.neo4j_reimport import (
    block_digest,
    digest,
    digests,
    held_count,
    missing,
    remember,
    remembered,
)
from kgfm.stores.oxigraph_transaction import NAMES, label_key_triple
from kgfm.stores.quad_source import Changes
from kgfm.stores.shared import SharedStore

_LOADED_TOGETHER: Final = 5_000  # triples of an import in one transaction


class Neo4jImporter(SharedStore):
    """What fills and empties large graphs in Neo4j; see `TripleStore`."""

    _quads: Neo4jQuads

    def __init__(self, connection: Connection, kb: str, *, writable: bool) -> None:
        super().__init__(Neo4jQuads(connection, kb), writable=writable)
        self._connection = connection
        self._kb = kb

    def _import_many(self, graph: IRI, triples: Iterable[Triple]) -> int:
        """Import a large graph; where it is there already, write only what differs."""
        if self._held(graph):
            return self._import_again(graph, triples)
        read = distinct = 0
        blocks = []
        with self._filling(graph):
            for chunk, batch in self._batches(triples):
                read, distinct = read + len(chunk), distinct + len(batch.edges)
                blocks.append(block_digest(digests(batch)))
                self._quads.in_turn(partial(self._load_batch, graph, batch))
        self._remember(graph, blocks, distinct)
        return read

    def _import_again(self, graph: IRI, triples: Iterable[Triple]) -> int:
        """Write only what differs from what the graph holds.

        Blocks of triples that are as they were in the last import are not looked for, as long as nothing
        has been written since. Keeps a digest of each triple, to know what is no longer said.
        """
        self._look()
        known = remembered(self._connection, self._kb, graph, self.version)
        seen: set[bytes] = set()
        blocks: list[str] = []
        read, changed = 0, False
        for chunk, batch in self._batches(triples):
            said = digests(batch)
            seen.update(said)
            read += len(chunk)
            blocks.append(block_digest(said))
            if blocks == known[: len(blocks)]:
                continue
            if new := missing(self._connection, graph, batch, self._table):
                if not changed:
                    self._mark_import(graph)
                changed = True
                self._load_import(graph, new)
        if changed:
            self._write_counters()
        if self._held(graph) > len(seen):
            self._remove_all_but(graph, seen)
        if blocks != known:
            self._remember(graph, blocks, len(seen))
        return read

    def _batches(self, triples: Iterable[Triple]) -> Iterator[tuple[list[Triple], Batch]]:
        rest = iter(triples)
        while chunk := list(islice(rest, _LOADED_TOGETHER)):
            yield chunk, Batch.of(self._kb, chunk)

    def _remember(self, graph: IRI, blocks: list[str], count: int) -> None:
        """Note what was imported, if the graph holds that many triples: another program may be at it."""

        def noted() -> None:
            if self._held(graph) == count:
                remember(self._connection, self._kb, graph, self.version, blocks)

        self._quads.in_turn(noted)

    def _held(self, graph: IRI) -> int:
        """Return how many triples a graph holds, without counting where no write was cut short."""
        if self._meta(layout.IMPORTING):
            return held_count(self._connection, self._kb, graph)
        return self.counters().by_source.get(graph.value, 0)

    def _remove_all_but(self, graph: IRI, seen: set[bytes]) -> None:
        stale = [one for one in self._quads.find(graph=graph) if digest(self._kb, one) not in seen]
        for start in range(0, len(stale), _LOADED_TOGETHER):
            some = set(stale[start : start + _LOADED_TOGETHER])
            more = start + _LOADED_TOGETHER < len(stale)
            self._in_unit(partial(self._remove_triples, graph, some, more=more))
        self._unmark_import()

    def _load_import(self, graph: IRI, triples: Iterable[Triple]) -> None:
        """Add the triples of an import and what follows from them, in transactions of some thousands."""
        for _, batch in self._batches(triples):
            self._quads.in_turn(partial(self._load_batch, graph, batch))

    def _load_batch(self, graph: IRI, batch: Batch) -> None:
        self._look()
        if self._table.merges:  # what a graph says and what stands in the default graph may differ
            self._load_chunk(graph, set(batch.edges.values()))
        elif rest := create(self._connection, self._kb, graph, batch):
            self._load_chunk(graph, set(rest))

    def _load_chunk(self, graph: IRI, chunk: set[Triple]) -> None:
        asserted = {one for triple in chunk if (one := self._table.project(triple)) is not None}
        keys = {
            label_key_triple(one.subject, layout.label_key(one.object.value))
            for one in asserted
            if one.predicate in NAMES and isinstance(one.subject, IRI)
        }
        inserted = {graph: chunk, None: asserted, layout.LABEL_KEYS: keys}
        self._quads.write(Changes(0, inserted=inserted))
