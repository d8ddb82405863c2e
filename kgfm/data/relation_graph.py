"""The graph of relations: which relations meet at an entity, and how; and which entities each one touches.

Relations come with their inverses, so a relation's tails are its inverse's heads.
Sources: Galkin et al. 2024, arXiv:2310.04562, section 4.1 (the four kinds of meeting).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float32, Float64, Int64

from kgfm.data.triples import TripleSet

_MEETINGS_AT_ONCE: Final = 2**21  # so that memory stays bounded where entities have many relations
_TABLE: Final = 2**21  # pairs of relations that are counted in a table; beyond, by sorting

Ids = Int64[np.ndarray, " ids"]
Shares = Float64[np.ndarray, " pairs"]

MEETINGS = ("head-head", "head-tail", "tail-head", "tail-tail", "implies", "implied")


@dataclass(frozen=True, eq=False, kw_only=True)
class RelationGraph:
    """Edges between relations that share an entity, weighted by how much of their entities they share.

    `kinds` indexes MEETINGS: an edge r -> s of kind head-tail says that heads of r are tails of s.
    With n entities shared, of the n_r of r and the n_s of s at those ends, its weight is
    n / sqrt(n_r n_s), in (0, 1]. Each relation meets itself. An edge r -> s of kind "implies" says
    that n of the n_r edges of r have an edge of s between the same head and tail, and weighs
    n / (n_r + 1), in (0, 1): one more, so that a rule seen once counts half; of kind "implied",
    n / (n_s + 1).
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


def relation_graph(graph: TripleSet, incidence: Incidence) -> RelationGraph:
    """Return how the relations of a graph without inverse edges meet.

    The work is the sum over entities, and over connected pairs of them, of their relations, squared.
    """
    count = incidence.relation_count
    met = _meetings(incidence.entities, incidence.relations, incidence.entity_count, count)
    keys, shared = _counted(met, count)
    heads = np.bincount(incidence.relations, minlength=count)
    one, two = keys // max(count, 1), keys % max(count, 1)
    weight = shared / np.sqrt(heads[one] * heads[two])
    other = np.concatenate([np.arange(count // 2, count), np.arange(count // 2)])
    # Head of r and head of s, said anew of the inverses: tails instead of heads.
    sides = [(one, two), (one, other[two]), (other[one], two), (other[one], other[two])]
    implying, implied, shares = _implications(graph)
    return RelationGraph(
        sources=np.concatenate([*(source for source, _ in sides), implying, implying]),
        kinds=np.concatenate([np.repeat(np.arange(4), len(keys)), np.repeat([4, 5], len(implying))]),
        targets=np.concatenate([*(target for _, target in sides), implied, implied]),
        weights=np.concatenate([np.tile(weight, 4), *shares]).astype(np.float32),
        relation_count=count,
    )


def _implications(graph: TripleSet) -> tuple[Ids, Ids, tuple[Shares, Shares]]:
    """Return (r, s) of different relations between the same pairs, and which share of each one's edges."""
    entities, half = graph.entity_count, graph.relation_count
    pairs = np.concatenate([graph.heads * entities + graph.tails, graph.tails * entities + graph.heads])
    every = np.concatenate([graph.relations, graph.relations + half])
    order = np.argsort(pairs, kind="stable")
    fresh = np.diff(pairs[order], prepend=-1) != 0
    several = ~(fresh & np.append(fresh[1:], True))  # pairs with one relation imply nothing
    owners = np.cumsum(fresh[several]) - 1
    met = _meetings(owners, every[order][several], int(owners.max(initial=-1)) + 1, 2 * half)
    keys, shared = _counted(met, 2 * half)
    one, two = keys // max(2 * half, 1), keys % max(2 * half, 1)
    apart = one != two
    one, two, shared = one[apart], two[apart], shared[apart]
    edges = 1 + np.bincount(every, minlength=2 * half)
    return one, two, (shared / edges[one], shared / edges[two])


def _meetings(owners: Ids, relations: Ids, owner_count: int, relation_count: int) -> Iterator[Ids]:
    """Yield r * relation_count + s for each owner of both; owners stand sorted."""
    sizes = np.bincount(owners, minlength=owner_count)
    starts = np.cumsum(sizes) - sizes
    # Owners in groups of one size are a rectangle: no loop over owners is needed.
    for size in np.unique(sizes[sizes > 0]):
        firsts = starts[sizes == size]
        step = max(1, _MEETINGS_AT_ONCE // int(size) ** 2)
        for begin in range(0, len(firsts), step):
            mine = relations[firsts[begin : begin + step, None] + np.arange(size)]
            yield (mine[:, :, None] * relation_count + mine[:, None, :]).ravel()


def _counted(parts: Iterator[Ids], relations: int) -> tuple[Ids, Ids]:
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
