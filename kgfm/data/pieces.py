"""Pieces of a graph that is too large to train on whole."""

import numpy as np
from jaxtyping import Bool, Int64

from kgfm.data.triples import TripleSet


def snowball(graph: TripleSet, entities: int, seed: int) -> TripleSet:
    """Grow from one entity, neighbour by neighbour at random, until so many entities stand in the piece.

    Keeps every edge between them, and only labels that still have an edge. Where a component ends
    before, growth goes on from another entity. A graph that is small enough is only trimmed.
    """
    rng = np.random.default_rng(seed)
    inside = np.zeros(graph.entity_count, dtype=bool)
    both = graph.with_inverses()
    starts = np.searchsorted(both.heads, np.arange(graph.entity_count + 1))
    fresh = rng.permutation(graph.entity_count)
    if graph.entity_count <= entities:
        inside[:] = True
    frontier: list[int] = []
    while inside.sum() < min(entities, graph.entity_count):
        if not frontier:
            frontier = [int(fresh[~inside[fresh]][0])]
            inside[frontier] = True
        around = np.concatenate([both.tails[starts[v] : starts[v + 1]] for v in frontier])
        found = np.unique(around[~inside[around]])
        room = entities - int(inside.sum())
        frontier = [int(v) for v in rng.permutation(found)[:room]]
        inside[frontier] = True
    return within(graph, inside)


def within(graph: TripleSet, inside: Bool[np.ndarray, " entities"]) -> TripleSet:
    """Keep the edges between marked entities, and the labels that these edges use."""
    part = graph.select(np.flatnonzero(inside[graph.heads] & inside[graph.tails]))
    entities = np.unique(np.concatenate([part.heads, part.tails]))
    relations = np.unique(part.relations)
    return TripleSet.from_numpy(
        np.searchsorted(entities, part.heads),
        np.searchsorted(relations, part.relations),
        np.searchsorted(entities, part.tails),
        part.weights,
        entity_labels=_chosen(part.entity_labels, entities),
        relation_labels=_chosen(part.relation_labels, relations),
    )


def _chosen(labels: tuple[str, ...], ids: Int64[np.ndarray, " ids"]) -> tuple[str, ...]:
    return tuple(labels[number] for number in ids)
