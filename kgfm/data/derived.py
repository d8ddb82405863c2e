"""Relations that follow from others: what a graph model must learn to see in a graph it does not know.

Cleaned benchmarks hardly hold any relation that implies, repeats, turns round or joins others; graphs
that people build do. So some of the graphs that a model is pretrained on are given such relations, made
of their own by the operations of relation algebra, each with gaps, so that one does not settle the other.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
from jaxtyping import Int64

from kgfm.data.triples import TripleSet

Pairs = Int64[np.ndarray, "2 edges"]  # heads, tails

_MOST_EDGES: Final = 400  # of a relation made by joining


def with_derived_relations(graph: TripleSet, rng: np.random.Generator, count: int) -> TripleSet:
    """Add up to `count` relations, each derived from one or two of the graph's and thinned at random.

    What they are derived from is thinned, too. Entities keep their ids; new relations come last.
    """
    taken = [np.arange(0)] * 3
    kept = np.ones(len(graph), dtype=bool)
    sizes = np.bincount(graph.relations, minlength=graph.relation_count)
    shares = np.sqrt(sizes) / np.sqrt(sizes).sum()
    made = 0
    for _ in range(count):
        one, two = rng.choice(graph.relation_count, size=2, p=shares)
        operation = _OPERATIONS[rng.integers(len(_OPERATIONS))]
        pairs = operation(_pairs(graph, one), _pairs(graph, two)[:: rng.choice([1, -1])])
        pairs = pairs[:, rng.random(pairs.shape[1]) < rng.uniform(0.4, 1)]
        if pairs.shape[1] < 3:
            continue
        number = np.full(pairs.shape[1], graph.relation_count + made)
        taken = [np.concatenate(column) for column in zip(taken, (pairs[0], number, pairs[1]), strict=True)]
        kept[(graph.relations == one) & (rng.random(len(graph)) < rng.uniform(0, 0.6))] = False
        made += 1
    own = graph.select(np.flatnonzero(kept))
    return TripleSet.from_numpy(
        np.concatenate([own.heads, taken[0]]),
        np.concatenate([own.relations, taken[1]]),
        np.concatenate([own.tails, taken[2]]),
        entity_labels=graph.entity_labels,
        relation_labels=(*graph.relation_labels, *(f"derived {number}" for number in range(made))),
    )


def _pairs(graph: TripleSet, relation: int) -> Pairs:
    mine = graph.relations == relation
    return np.stack([graph.heads[mine], graph.tails[mine]])


def _part(one: Pairs, _: Pairs) -> Pairs:
    return one


def _inverse(one: Pairs, _: Pairs) -> Pairs:
    return one[::-1]


def _symmetric(one: Pairs, _: Pairs) -> Pairs:
    return np.concatenate([one, one[::-1]], axis=1)


def _union(one: Pairs, two: Pairs) -> Pairs:
    """Join two relations where they say something of the same heads; else the one alone."""
    like = np.isin(two[0], one[0])
    return np.concatenate([one, two[:, like]], axis=1)


def _composition(one: Pairs, two: Pairs) -> Pairs:
    """Go along the one, then along the other."""
    two = two[:, np.argsort(two[0], kind="stable")]
    first = np.searchsorted(two[0], one[1])
    counts = np.searchsorted(two[0], one[1], side="right") - first
    heads = np.repeat(one[0], counts)
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    pairs = np.stack([heads, two[1][np.repeat(first, counts) + within]])
    pairs = np.unique(pairs[:, pairs[0] != pairs[1]], axis=1)
    return pairs[:, :: max(1, -(-pairs.shape[1] // _MOST_EDGES))]


_OPERATIONS: Final[tuple[Callable[[Pairs, Pairs], Pairs], ...]] = (
    _part,
    _inverse,
    _symmetric,
    _union,
    _composition,
)
