"""Edges sorted three ways, once, for many passes over them."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int, Int32, Int64

from kgfm.errors import ConfigError

Edges32 = Int32[np.ndarray, " edges"]
Ids = Int[np.ndarray, " edges"]
Pointers = Int64[np.ndarray, " rows"]


@dataclass(frozen=True, eq=False, kw_only=True)
class EdgeLayout:
    """Weighted edges from source nodes to target nodes, each with a relation.

    Edges stand sorted by target; `target_start[v]` to `target_start[v + 1]` are those into node v.
    `by_source` and `by_relation` say the same edges in the other two orders.
    Sources and targets may be different kinds of node (relations and entities, for one).
    """

    sources: Edges32
    relations: Edges32
    targets: Edges32
    weights: Float[np.ndarray, " edges"] | None  # None: all 1
    target_start: Pointers
    by_source: "EdgeOrder"
    by_relation: "EdgeOrder"

    @classmethod
    def of(
        cls,
        sources: Int[np.ndarray, " edges"],
        relations: Int[np.ndarray, " edges"],
        targets: Int[np.ndarray, " edges"],
        *,
        source_count: int,
        relation_count: int,
        target_count: int,
        weights: Float[np.ndarray, " edges"] | None = None,
    ) -> "EdgeLayout":
        """Sort edges given in any order. Raises ConfigError where an id is outside its count."""
        for name, ids, count in (
            ("source", sources, source_count),
            ("relation", relations, relation_count),
            ("target", targets, target_count),
        ):
            if len(ids) and not 0 <= int(ids.min()) <= int(ids.max()) < count:
                raise ConfigError(f"A {name} id of an edge lies outside 0 to {count - 1}.")
        columns = (targets, sources, relations), (target_count, source_count, relation_count)
        order = np.lexsort(_as_one_key(*columns))
        sources, relations, targets = (
            column[order].astype(np.int32) for column in (sources, relations, targets)
        )
        return cls(
            sources=sources,
            relations=relations,
            targets=targets,
            weights=None if weights is None else np.ascontiguousarray(weights[order]),
            target_start=_starts(targets, target_count),
            by_source=EdgeOrder.of(sources, source_count, relations, targets),
            by_relation=EdgeOrder.of(relations, relation_count, sources, targets),
        )

    def __len__(self) -> int:
        return len(self.sources)

    @property
    def source_count(self) -> int:
        """Number of nodes that edges may start from."""
        return len(self.by_source.start) - 1

    @property
    def target_count(self) -> int:
        """Number of nodes that edges may lead to."""
        return len(self.target_start) - 1

    @property
    def relation_count(self) -> int:
        """Number of relations that edges may have."""
        return len(self.by_relation.start) - 1

    def select(self, kept: Bool[np.ndarray, " edges"]) -> "EdgeLayout":
        """Keep the edges marked, in linear time: nothing is sorted again."""
        number = np.cumsum(kept, dtype=np.int64)
        before = np.concatenate([np.zeros(1, dtype=np.int64), number])
        return EdgeLayout(
            sources=self.sources[kept],
            relations=self.relations[kept],
            targets=self.targets[kept],
            weights=None if self.weights is None else self.weights[kept],
            target_start=before[self.target_start],
            by_source=self.by_source.select(kept, number),
            by_relation=self.by_relation.select(kept, number),
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class EdgeOrder:
    """Edges grouped by a key: `edges` are their numbers in the layout, group k from `start[k]` on.

    `one` and `other` are their two other ids in this order: copied, since to look each up by its
    edge's number would miss the cache each time.
    """

    start: Pointers
    edges: Edges32
    one: Edges32
    other: Edges32

    @classmethod
    def of(cls, keys: Edges32, count: int, one: Edges32, other: Edges32) -> "EdgeOrder":
        """Group edges by key; within a group they keep their order."""
        # Keys and numbers of edges in one column of 64 bits: several times as fast as a stable argsort.
        numbered = keys.astype(np.int64)
        numbered <<= 32
        numbered |= np.arange(len(keys))
        numbered.sort()
        edges = numbered.astype(np.int32)  # the lower half
        return cls(start=_starts(keys, count), edges=edges, one=one[edges], other=other[edges])

    def select(self, kept: Bool[np.ndarray, " edges"], number: Int64[np.ndarray, " edges"]) -> "EdgeOrder":
        """Keep the edges marked; `number` counts the marked ones up to each edge, itself included."""
        mine = kept[self.edges]
        before = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(mine, dtype=np.int64)])
        return EdgeOrder(
            start=before[self.start],
            edges=(number[self.edges[mine]] - 1).astype(np.int32),
            one=self.one[mine],
            other=self.other[mine],
        )


def _as_one_key(columns: tuple[Ids, Ids, Ids], counts: tuple[int, int, int]) -> tuple[Ids, ...]:
    """Return what `np.lexsort` takes to sort by the first column, then the second, then the third.

    Where all fit into 64 bits that is one column: to sort by three takes four times as long.
    """
    first, second, third = columns
    if math.prod(counts) > np.iinfo(np.int64).max:
        return third, second, first
    key = first.astype(np.int64)
    for column, count in ((second, counts[1]), (third, counts[2])):
        key *= count
        key += column
    return (key,)


def _starts(ids: Edges32, count: int) -> Pointers:
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(np.bincount(ids, minlength=count))])
