"""Large graphs into Neo4j: in transactions of some thousand triples, and again only where they differ."""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Final

from kgfm.kg import IRI, Triple
from kgfm.stores import layout
from kgfm.stores.meanwhile import worked_meanwhile
from kgfm.stores.neo4j_bulk import Batch, create, creation, known
from kgfm.stores.neo4j_changes import register_graphs
from kgfm.stores.neo4j_connection import Connection
from kgfm.stores.neo4j_progress import Plan, Progress
from kgfm.stores.neo4j_quads import Neo4jQuads
from kgfm.stores.neo4j_reimport import (
    block_digest,
    digest,
    held_count,
    missing,
    remember,
    remembered,
)
from kgfm.stores.oxigraph_import import Count
from kgfm.stores.quad_source import Changes
from kgfm.stores.shared import SharedStore

_LOADED_TOGETHER: Final = 5_000  # triples of an import in one transaction
_ANYTHING: Final = """
MATCH (n:Term {kb: $kb}) RETURN 1 AS one LIMIT 1
UNION ALL MATCH (n:Document {kb: $kb}) RETURN 1 AS one LIMIT 1"""


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
        progress = Progress()
        blocks: list[str] = []
        with self._filling(graph, lambda: progress.tally(self._quads.turn)):
            self._quads.in_turn(partial(self._begin_load, graph, progress))
            count, distinct = Count(), Count()

            def planned() -> Iterator[Plan]:
                for plan in progress.plans(self._kb, graph, self._batches(count.counted(triples))):
                    distinct.total += len(plan.batch.edges)
                    blocks.append(block_digest(plan.batch.digests))
                    yield plan

            worked_meanwhile(planned(), partial(self._carry_out, graph, progress))
        self._remember(graph, blocks, distinct.total)
        return count.total

    def _begin_load(self, graph: IRI, progress: Progress) -> None:
        register_graphs(self._connection, self._kb, [graph.value])
        if not any(True for _ in self._connection.rows(_ANYTHING, kb=self._kb)):
            progress.begin(self._quads.turn)

    def _import_again(self, graph: IRI, triples: Iterable[Triple]) -> int:
        """Write only what differs from what the graph holds.

        Blocks of triples that are as they were in the last import are not looked for, as long as nothing
        has been written since. Keeps a digest of each triple, to know what is no longer said.
        """
        self._look()
        before = remembered(self._connection, self._kb, graph, self.version)
        seen: set[bytes] = set()
        blocks: list[str] = []
        count, changed = Count(), Count()

        def compare(batch: Batch) -> None:
            seen.update(batch.digests)
            blocks.append(block_digest(batch.digests))
            if blocks == before[: len(blocks)]:
                return
            if new := missing(self._connection, graph, batch, self._table):
                if not changed.total:
                    self._mark_import(graph)
                changed.total += len(new)
                self._load_import(graph, new)

        worked_meanwhile(self._batches(count.counted(triples)), compare)
        if changed.total:
            self._write_counters()
        if self._held(graph) > len(seen):
            self._remove_all_but(graph, seen)
        if blocks != before:
            self._remember(graph, blocks, len(seen))
        return count.total

    def _batches(self, triples: Iterable[Triple]) -> Iterator[Batch]:
        rest = iter(triples)
        while chunk := list(islice(rest, _LOADED_TOGETHER)):
            yield Batch.of(self._kb, chunk)

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
        self._quads.in_turn(partial(register_graphs, self._connection, self._kb, [graph.value]))
        for batch in self._batches(triples):
            self._quads.in_turn(partial(self._load_batch, graph, batch))

    def _carry_out(self, graph: IRI, progress: Progress, plan: Plan) -> None:
        """Write a batch as planned if the plan holds, else as the server answers."""
        if self._quads.in_turn(partial(self._write_planned, graph, progress, plan)):
            progress.wrote(self._quads.turn)

    def _write_planned(self, graph: IRI, progress: Progress, plan: Plan) -> bool:
        if plan.values is None or not progress.holds(self._quads.turn):
            self._load_batch(graph, plan.batch)
            return False
        create(self._connection, plan.values)
        if plan.left:
            self._load_chunk(graph, set(plan.left))
        return True

    def _load_batch(self, graph: IRI, batch: Batch) -> None:
        self._look()
        if self._table.merges:  # what a graph says and what stands in the default graph may differ
            self._load_chunk(graph, set(batch.edges.values()))
            return
        there = known(self._connection, batch)
        new = [edge for edge in batch.edges if not there.get(edge[0])]
        create(self._connection, creation(self._kb, graph, batch, new, there)[0])
        if rest := {triple for edge, triple in batch.edges.items() if there.get(edge[0])}:
            self._load_chunk(graph, rest)

    def _load_chunk(self, graph: IRI, chunk: set[Triple]) -> None:
        asserted = {one for triple in chunk if (one := self._table.project(triple)) is not None}
        self._quads.write(Changes(0, inserted={graph: chunk, None: asserted}))
