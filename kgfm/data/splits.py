"""Holding out edges without taking an entity or a relation out of training."""

import numpy as np
from jaxtyping import Int64

from kgfm.data.triples import TripleSet
from kgfm.errors import TrainingError

_FEWEST_EDGES = 20
_FEWEST_HELD_OUT = 5


def split_edges(graph: TripleSet, fraction: float, seed: int, least: int = 1) -> tuple[TripleSet, TripleSet]:
    """Split into (train, valid) with about `fraction` of the edges in valid, drawn by the seed.

    An edge is held out only if both its ends and its relation still stand in another edge of train;
    where fewer than `least` edges are so (a graph like a tree), others fill up. Ids stay the same.
    """
    order = np.random.default_rng(seed).permutation(len(graph))
    wanted = min(max(round(fraction * len(graph)), least), len(graph) - 1)
    chosen = _spare_edges(graph, order, wanted)
    if len(chosen) < least:
        others = order[~np.isin(order, chosen)]
        chosen = np.concatenate([chosen, others[: min(least, wanted) - len(chosen)]])
    rest = np.setdiff1d(np.arange(len(graph)), chosen)
    return graph.select(rest), graph.select(chosen)


def held_out(
    graph: TripleSet, valid: TripleSet | None, fraction: float, seed: int
) -> tuple[TripleSet, TripleSet]:
    """Return what to train on and what to choose by, in the same ids: `valid`, or edges of the graph.

    Raises TrainingError where the graph has fewer than 20 edges.
    """
    if len(graph) < _FEWEST_EDGES:
        raise TrainingError(
            f"The graph has {len(graph)} edges between entities; training needs at least "
            f"{_FEWEST_EDGES}. Build or import more first."
        )
    if valid is None or not len(valid):
        return split_edges(graph, fraction, seed, _FEWEST_HELD_OUT)
    train, _ = valid.matched_to(graph)
    return train, valid.matched_to(train)[1]


def _spare_edges(
    graph: TripleSet, order: Int64[np.ndarray, " edges"], wanted: int
) -> Int64[np.ndarray, " chosen"]:
    ends = np.bincount(np.concatenate([graph.heads, graph.tails]), minlength=graph.entity_count)
    uses = np.bincount(graph.relations, minlength=graph.relation_count)
    chosen: list[int] = []
    for edge in order.tolist():
        if len(chosen) >= wanted:
            break
        head, relation, tail = graph.heads[edge], graph.relations[edge], graph.tails[edge]
        # A loop counts twice at its one end.
        spare = ends[head] > 2 if head == tail else ends[head] > 1 and ends[tail] > 1
        if spare and uses[relation] > 1:
            chosen.append(edge)
            ends[head] -= 1
            ends[tail] -= 1
            uses[relation] -= 1
    return np.array(chosen, dtype=np.int64)
