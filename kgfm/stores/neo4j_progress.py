"""What an import into an empty knowledge base in Neo4j has written, so that the server need not be asked."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from kgfm.kg import IRI, Triple
from kgfm.kg.namespaces import TYPE
from kgfm.stores.counting import Tally
from kgfm.stores.neo4j_bulk import Batch, Edge, creation

_MOST: Final = 1_000_000  # triples of which this is kept: about 200 MB
_LEAVES: Final = 1  # a relationship leaves the term's node
_STANDS: Final = 2  # it counts as an entity


@dataclass(frozen=True, slots=True)
class Plan:
    """How to write a batch; `values` are None where that hangs on what the server holds."""

    batch: Batch
    values: dict[str, Any] | None = None  # see `neo4j_bulk.creation`
    left: tuple[Triple, ...] = ()


class Progress:
    """All that a knowledge base holds, as long as every turn to write since it was empty was ours.

    Batches are planned before those that were planned earlier are written: one that cannot be written
    ends the import.
    """

    def __init__(self) -> None:
        self._turn: int | None = None  # of the last write
        self._terms: dict[str, int] = {}  # by keys: what is known of them
        # Digests of triples; Python's garbage collection walks through sets, but not through such a table.
        self._said: dict[bytes, None] = {}
        self._tally = Tally()
        self._whole = False  # whether all has been planned here

    def begin(self, turn: int) -> None:
        """Note that nothing was there in this turn."""
        self._turn, self._whole = turn, True

    def holds(self, turn: int) -> bool:
        """Whether nobody else wrote before this turn."""
        return self._turn == turn - 1

    def wrote(self, turn: int) -> None:
        """Note that a plan was carried out in a turn for which this held."""
        self._turn = turn

    def plans(self, kb: str, graph: IRI, batches: Iterable[Batch]) -> Iterator[Plan]:
        """Plan how to write each batch of a graph."""
        for batch in batches:
            self._whole &= len(self._said) < _MOST
            if not self._whole:
                yield Plan(batch)
                continue
            new = self._new(batch)
            values, left = creation(kb, graph, batch, new, self._known(batch))
            self._note(graph, batch, new)
            yield Plan(batch, values, tuple(left))

    def _known(self, batch: Batch) -> dict[int, bool]:
        """Return what `neo4j_bulk.known` does."""
        found = ((number, self._terms.get(key)) for number, key in enumerate(batch.keys))
        return {number: bool(seen & _LEAVES) for number, seen in found if seen is not None}

    def _new(self, batch: Batch) -> list[Edge]:
        said = self._said
        return [edge for edge, one in zip(batch.edges, batch.digests, strict=True) if one not in said]

    def _note(self, graph: IRI, batch: Batch, new: list[Edge]) -> None:
        tally, terms, keys = self._tally, self._terms, batch.keys
        names = Counter(predicate for _, predicate, _ in new)
        tally.by_relation.update({batch.predicates[one]: count for one, count in names.items()})
        type_ = next((number for number, one in enumerate(batch.predicates) if one == TYPE), None)
        classes = Counter(batch.terms[object_] for _, predicate, object_ in new if predicate == type_)
        tally.by_type.update({one: count for one, count in classes.items() if isinstance(one, IRI)})
        for number in {object_ for _, _, object_ in new}:
            terms.setdefault(keys[number], 0)
        for number in {object_ for _, predicate, object_ in new if predicate != type_}:
            if isinstance(batch.terms[number], IRI):
                terms[keys[number]] |= _STANDS
        for number in {subject for subject, _, _ in new}:
            terms[keys[number]] = _LEAVES | _STANDS
        self._said.update(dict.fromkeys(batch.digests))
        tally.triples = tally.by_source[graph.value] = len(self._said)

    def tally(self, turn: int) -> Tally | None:
        """Return the counters; None where they must be counted."""
        if not (self._whole and self.holds(turn)):
            return None
        self._tally.entities = sum(1 for seen in self._terms.values() if seen & _STANDS)
        return self._tally
