"""A graph tried on itself: some of its edges are hidden, ranked, and set against false ones."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from kgfm.data import FilterIndex, TripleSet
from kgfm.data.negatives import plausible_negatives
from kgfm.reasoning.graph_view import Columns, GraphView, Ids
from kgfm.training.ranking import RankingReport, Score, rank_both_directions

MOST_HIDDEN: Final = 40  # edges: each costs about five queries

_NEGATIVES: Final = 3  # false triples drawn to each true one; as good to calibrate on as ten
_STAND_FOR: Final = 10  # so many each, as for trained predictors


@dataclass(frozen=True, eq=False, kw_only=True)
class Trial:
    """What came of it: how hidden edges are ranked, and what to calibrate probabilities on."""

    features: Float[np.ndarray, "triples 3"]  # of the hidden edges, then of false triples, ten to one
    true: Bool[np.ndarray, " triples"]
    report: RankingReport | None  # None: there was no edge to hide

    @classmethod
    def of(cls, graph: TripleSet, view: GraphView, hidden: TripleSet) -> Self:
        """Try the edges hidden from a graph; `view` is of what is left, in the same ids."""
        everything = FilterIndex([graph])
        false = plausible_negatives(view.graph, hidden, everything, _NEGATIVES, seed=0)
        true = np.stack([hidden.heads, hidden.relations, hidden.tails])
        triples, count = np.concatenate([true, false], axis=1), len(hidden)
        score = _asked_once(view, triples)
        features = view.features(triples, score)
        stand_for = np.resize(features[count:], (_STAND_FOR * count if false.size else 0, features.shape[1]))
        return cls(
            features=np.concatenate([features[:count], stand_for]),
            true=np.arange(count + len(stand_for)) < count,
            report=rank_both_directions(score, hidden, everything) if count else None,
        )


def _asked_once(view: GraphView, triples: Columns) -> Score:
    """Score the triples' queries, both ways and each once; return what gives these scores again."""
    half = view.graph.relation_count
    heads, relations, tails = triples
    keys = np.unique(np.concatenate([heads * 2 * half + relations, tails * 2 * half + relations + half]))
    scores = view.scores(keys // max(2 * half, 1), keys % max(2 * half, 1))

    def again(heads: Ids, relations: Ids) -> Float[Tensor, "queries entities"]:
        return scores[torch.from_numpy(np.searchsorted(keys, heads * 2 * half + relations))]

    return again
