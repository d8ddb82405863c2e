"""Which tails are already known to be right, for filtered ranking and for `known`."""

from collections.abc import Iterable

import numpy as np
from jaxtyping import Int64

from kgfm.data.triples import TripleSet


class FilterIndex:
    """Known tails of (head, relation), both directions: relation + relation_count asks for heads."""

    def __init__(self, graphs: Iterable[TripleSet]) -> None:
        """Index the edges of graphs that share their ids."""
        sides = [graph.with_inverses() for graph in graphs]
        # The graphs share ids, so that one key space covers them all.
        self._width = max((graph.relation_count for graph in sides), default=1)
        keys = [graph.heads * self._width + graph.relations for graph in sides]
        tails = [graph.tails for graph in sides]
        rows = np.unique(np.stack([np.concatenate(keys), np.concatenate(tails)]), axis=1)
        self._keys, self._tails = rows[0], rows[1]

    def known_tails(
        self, heads: Int64[np.ndarray, " queries"], relations: Int64[np.ndarray, " queries"]
    ) -> tuple[Int64[np.ndarray, " known"], Int64[np.ndarray, " known"]]:
        """Return (query number, tail) of each known completion, query by query."""
        keys = heads * self._width + relations
        start = np.searchsorted(self._keys, keys, side="left")
        counts = np.searchsorted(self._keys, keys, side="right") - start
        queries = np.repeat(np.arange(len(keys)), counts)
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        return queries, self._tails[np.repeat(start, counts) + within]
