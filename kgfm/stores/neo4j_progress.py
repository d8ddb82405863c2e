"""What an import into an empty knowledge base in Neo4j has written, so that the server need not be asked."""

from collections.abc import Iterator
from typing import Final

from kgfm.kg import IRI
from kgfm.kg.namespaces import TYPE
from kgfm.stores.counting import Tally
from kgfm.stores.neo4j_bulk import Batch, Edge
from kgfm.stores.quad_source import ends_of

_MOST: Final = 1_000_000  # triples of which this is kept: about 200 MB
_LEAVES: Final = 1  # a relationship leaves the term's node
_STANDS: Final = 2  # it counts as an entity


class Progress:
    """All that the knowledge base holds, as long as every turn to write since it was empty was ours."""

    def __init__(self) -> None:
        self._turn: int | None = None  # of the last write
        self._terms: dict[str, int] = {}  # by keys: what is known of them
        self._said: set[bytes] = set()  # digests of triples
        self._tally = Tally()

    def begin(self, turn: int) -> None:
        """Note that nothing was there in this turn."""
        self._turn = turn

    def holds(self, turn: int) -> bool:
        """Whether nobody else wrote before this turn, and little enough was written to be kept."""
        return self._turn == turn - 1 and len(self._said) < _MOST

    def known(self, batch: Batch) -> dict[int, bool]:
        """Return what `neo4j_bulk.known` does."""
        found = ((number, self._terms.get(key)) for number, key in enumerate(batch.keys))
        return {number: bool(seen & _LEAVES) for number, seen in found if seen is not None}

    def new(self, batch: Batch) -> Iterator[Edge]:
        """Yield what a batch says that was not said before."""
        for edge, digest in zip(batch.edges, batch.digests, strict=True):
            if digest not in self._said:
                yield edge

    def note(self, graph: IRI, batch: Batch, turn: int) -> None:
        """Take note of a batch that was written in a turn for which this held."""
        tally, terms = self._tally, self._terms
        for edge in self.new(batch):
            subject, triple, key = edge[0], batch.edges[edge], batch.keys[edge[2]]
            tally.by_relation[triple.predicate] += 1
            if triple.predicate == TYPE and isinstance(triple.object, IRI):
                tally.by_type[triple.object] += 1
            ends = set(ends_of(triple))
            seen = terms.get(key, 0)
            terms[key] = seen | _STANDS if triple.object in ends else seen
            terms[batch.keys[subject]] = terms.get(batch.keys[subject], 0) | _LEAVES | _STANDS
        self._said.update(batch.digests)
        tally.triples = tally.by_source[graph.value] = len(self._said)
        self._turn = turn

    def tally(self, turn: int) -> Tally | None:
        """Return the counters; None where they must be counted."""
        if not self.holds(turn):
            return None
        self._tally.entities = sum(1 for seen in self._terms.values() if seen & _STANDS)
        return self._tally
