"""What a test set asks of a graph: matched, counted, perhaps sampled, in the order that is cheapest."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kgfm.data import FilterIndex, TripleSet
from kgfm.training.ranking import Queries, both_directions


@dataclass(frozen=True, eq=False, kw_only=True)
class Examination:
    """Queries over a graph that knows all their terms, and the answers that do not compete."""

    graph: TripleSet
    queries: Queries  # (head, relation, answer) columns, those of one relation together
    known: FilterIndex
    leaked: int  # test edges that the graph states already
    unseen: int  # terms of the test set that the graph lacked

    @classmethod
    def of(
        cls,
        graph: TripleSet,
        test: TripleSet,
        filters: Sequence[TripleSet] = (),
        *,
        limit: int | None = None,
        seed: int = 0,
    ) -> "Examination":
        """Match the sets by label; with `limit`, keep so many queries at most, drawn by the seed.

        Raises TrainingError where the test set has no edges.
        """
        before = graph.entity_count + graph.relation_count
        graph, _ = test.matched_to(graph)
        unseen = graph.entity_count + graph.relation_count - before
        for part in filters:
            graph, _ = part.matched_to(graph)
        # Matched only now: inverse ids depend on how many relations there are in the end.
        edges, *others = (part.matched_to(graph)[1] for part in (test, *filters))
        queries = both_directions(edges)
        if limit is not None and limit < queries.shape[1]:
            queries = queries[:, np.random.default_rng(seed).permutation(queries.shape[1])[:limit]]
        return cls(
            graph=graph,
            queries=queries[:, np.argsort(queries[1], kind="stable")],
            known=FilterIndex([graph, edges, *others]),
            leaked=_in_common(graph, edges),
            unseen=unseen,
        )


def _in_common(graph: TripleSet, other: TripleSet) -> int:
    """Count the edges that two sets of the same ids share."""
    keys = [
        (one.heads * one.relation_count + one.relations) * one.entity_count + one.tails
        for one in (graph, other)
    ]
    return int(np.isin(keys[1], keys[0]).sum())
