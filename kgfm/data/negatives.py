"""False triples to set against true ones."""

import numpy as np
from jaxtyping import Int64

from kgfm.data.filters import FilterIndex
from kgfm.data.triples import TripleSet

Columns = Int64[np.ndarray, "3 triples"]


def plausible_negatives(
    graph: TripleSet, edges: TripleSet, known: FilterIndex, each: int, seed: int
) -> Columns:
    """Corrupt each edge `each` times and return heads, relations and tails of what is not known.

    Half of the corruptions replace the tail, half the head. Half take an entity that `graph` has at
    that place of the relation, as often as it stands there, so that it is of a fitting type; half
    take any entity. Corruptions that `known` holds are dropped, so there may be fewer.
    """
    rng = np.random.default_rng(seed)
    columns = np.repeat(np.stack([edges.heads, edges.relations, edges.tails]), each, axis=1)
    count = columns.shape[1]
    drawn = rng.integers(graph.entity_count, size=count)
    for place in (0, 2):
        fitting = _seen_at(graph, columns[1], place, rng)
        turn = (rng.random(count) < 0.5) & (fitting >= 0)
        candidate = np.where(turn, fitting, drawn)
        # Position parity, not chance, picks the end: both ends get their share even of few edges.
        mine = np.arange(count) % 2 == place // 2
        columns[place, mine] = candidate[mine]
    queries, tails = known.known_tails(columns[0], columns[1])
    true = np.zeros(count, dtype=bool)
    true[queries[tails == columns[2][queries]]] = True
    return columns[:, ~true]


def _seen_at(
    graph: TripleSet, relations: Int64[np.ndarray, " triples"], place: int, rng: np.random.Generator
) -> Int64[np.ndarray, " triples"]:
    """Draw, for each relation, an entity from that place of one of its edges; -1 where it has none."""
    order = np.argsort(graph.relations, kind="stable")
    sorted_relations = graph.relations[order]
    start = np.searchsorted(sorted_relations, relations, side="left")
    counts = np.searchsorted(sorted_relations, relations, side="right") - start
    if not len(order):
        return np.full(len(relations), -1, dtype=np.int64)
    chosen = start + (rng.random(len(relations)) * counts).astype(np.int64)
    column = graph.heads if place == 0 else graph.tails
    return np.where(counts > 0, column[order[np.minimum(chosen, len(order) - 1)]], -1)
