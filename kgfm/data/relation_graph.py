"""The graph of relations: which relations meet at an entity, and how; and which entities each one touches.

Relations come with their inverses, so a relation's tails are its inverse's heads.
Sources: Galkin et al. 2024, arXiv:2310.04562, section 4.1 (the four kinds of meeting).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float32, Int64

from kgfm.data.triples import TripleSet

_MEETINGS_AT_ONCE: Final = 2**21  # so that memory stays bounded where entities have many relations
_TABLE: Final = 2**21  # pairs of relations that are counted in a table; beyond, by sorting

MEETINGS = ("head-head", "head-tail", "tail-head", "tail-tail")


@dataclass(frozen=True, eq=False, kw_only=True)
class RelationGraph:
    """Edges between relations that share an entity, weighted by how much of their entities they share.

    `kinds` indexes MEETINGS: an edge r -> s of kind head-tail says that heads of r are tails of s.
    With n entities shared, of the n_r of r and the n_s of s at those ends, its weight is
    n / sqrt(n_r n_s), in (0, 1]. Each relation meets itself.
    """

    sources: Int64[np.ndarray, " edges"]
    kinds: Int64[np.ndarray, " edges"]
    targets: Int64[np.ndarray, " edges"]
    weights: Float32[np.ndarray, " edges"]
    relation_count: int  # inverses included


@dataclass(frozen=True, eq=False, kw_only=True)
class Incidence:
    """Which entity is a head of which relation, each pair once; `relations` include inverses.

    `counts` tells of how many edges the pair is made.
    """

    entities: Int64[np.ndarray, " pairs"]
    relations: Int64[np.ndarray, " pairs"]
    counts: Int64[np.ndarray, " pairs"]
    entity_count: int
    relation_count: int

    @classmethod
    def of(cls, graph: TripleSet) -> "Incidence":
        """Count a graph without inverse edges; pairs stand sorted by entity."""
        relations = 2 * graph.relation_count
        keys = np.sort(
            np.concatenate(
                [
                    graph.heads * relations + graph.relations,
                    graph.tails * relations + graph.relations + graph.relation_count,
                ]
            )
        )
        firsts = np.flatnonzero(np.diff(keys, prepend=-1))  # np.unique would hash, which is far slower here
        counts = np.diff(firsts, append=len(keys))
        keys = keys[firsts]
        return cls(
            entities=keys // max(relations, 1),
            relations=keys % max(relations, 1),
            counts=counts,
            entity_count=graph.entity_count,
            relation_count=relations,
        )


def relation_graph(incidence: Incidence) -> RelationGraph:
    """Return how relations meet; the work is the sum over entities of their relations, squared."""
    count = incidence.relation_count
    keys, shared = _counted(_meetings(incidence), count)
    heads = np.bincount(incidence.relations, minlength=count)
    one, two = keys // max(count, 1), keys % max(count, 1)
    weight = shared / np.sqrt(heads[one] * heads[two])
    other = np.concatenate([np.arange(count // 2, count), np.arange(count // 2)])
    # Head of r and head of s, said anew of the inverses: tails instead of heads.
    sides = [(one, two), (one, other[two]), (other[one], two), (other[one], other[two])]
    return RelationGraph(
        sources=np.concatenate([source for source, _ in sides]),
        kinds=np.repeat(np.arange(len(MEETINGS)), len(keys)),
        targets=np.concatenate([target for _, target in sides]),
        weights=np.tile(weight, len(MEETINGS)).astype(np.float32),
        relation_count=count,
    )


def _meetings(incidence: Incidence) -> Iterator[Int64[np.ndarray, " meetings"]]:
    """Yield r * relation_count + s for each entity that is a head of both, as often as it occurs."""
    sizes = np.bincount(incidence.entities, minlength=incidence.entity_count)
    starts = np.cumsum(sizes) - sizes
    # Entities in groups of one size are a rectangle: no loop over entities is needed.
    for size in np.unique(sizes[sizes > 0]):
        firsts = starts[sizes == size]
        step = max(1, _MEETINGS_AT_ONCE // int(size) ** 2)
        for begin in range(0, len(firsts), step):
            relations = incidence.relations[firsts[begin : begin + step, None] + np.arange(size)]
            together = relations[:, :, None] * incidence.relation_count + relations[:, None, :]
            yield together.ravel()


def _counted(
    parts: Iterator[Int64[np.ndarray, " meetings"]], relations: int
) -> tuple[Int64[np.ndarray, " pairs"], Int64[np.ndarray, " pairs"]]:
    """Return the different keys in order, and how often each occurs."""
    if relations**2 <= _TABLE:
        table = np.zeros(relations**2, dtype=np.int64)
        for part in parts:
            table += np.bincount(part, minlength=len(table))
        keys = np.flatnonzero(table)
        return keys, table[keys]
    keys = counts = np.empty(0, dtype=np.int64)
    for part in parts:
        fresh, times = np.unique(part, return_counts=True)
        keys, place = np.unique(np.concatenate([keys, fresh]), return_inverse=True)
        counts = np.bincount(place, weights=np.concatenate([counts, times])).astype(np.int64)
    return keys, counts
