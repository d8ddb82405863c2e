"""A graph as one predictor sees it, asked many times."""

from abc import ABC, abstractmethod
from functools import cached_property

import numpy as np
import torch
from jaxtyping import Float, Int64
from torch import Tensor

from kgfm.data import FilterIndex, TripleSet
from kgfm.data.places import PlacePrior
from kgfm.training.ranking import Score

BATCH = 256  # queries scored together
_SCORES_AT_ONCE = 2**24  # of which features are taken

Ids = Int64[np.ndarray, " queries"]
Columns = Int64[np.ndarray, "3 triples"]


class GraphView(ABC):
    """A graph without inverse edges, ready to be asked."""

    def __init__(self, graph: TripleSet) -> None:
        self.graph = graph
        self.known = FilterIndex([graph])

    @abstractmethod
    def scores(self, heads: Ids, relations: Ids) -> Float[Tensor, "queries entities"]:
        """Score every entity as tail of each query; relation + relation_count asks for heads."""

    @cached_property
    def prior(self) -> PlacePrior:
        """How well each entity fits a place of a relation."""
        return PlacePrior(self.graph)

    def best_candidates(self, given: int, asked: int, count: int) -> Ids:
        """Return the entities with the best logits, without the given one where the relation never loops."""
        logits = self.scores(np.array([given]), np.array([asked]))[0].clone()
        graph = self.graph
        if not (graph.heads == graph.tails)[graph.relations == asked % graph.relation_count].any():
            logits[given] = -torch.inf
        best = logits.topk(min(count, len(logits))).indices.numpy()
        finite: Ids = best[np.isfinite(logits.numpy()[best])]
        return finite

    def features(self, triples: Columns, score: Score | None = None) -> Float[np.ndarray, "triples 3"]:
        """Return, as means of both directions: filtered log share, logit, log fit of entity to place.

        `score` gives the scores where they are known already.
        """
        step = min(BATCH, max(1, _SCORES_AT_ONCE // max(self.graph.entity_count, 1)))
        parts = [
            (
                self._one_way(heads, kinds, tails, score or self.scores)
                + self._one_way(tails, kinds + self.graph.relation_count, heads, score or self.scores)
            )
            / 2
            for heads, kinds, tails in (
                triples[:, start : start + step] for start in range(0, triples.shape[1], step)
            )
        ]
        return np.concatenate(parts) if parts else np.empty((0, 3))

    def states(self, triples: Columns) -> np.ndarray:
        """Whether the graph states each triple."""
        queries, tails = self.known.known_tails(triples[0], triples[1])
        known = np.zeros(triples.shape[1], dtype=bool)
        known[queries[tails == triples[2][queries]]] = True
        return known

    def _one_way(
        self, heads: Ids, relations: Ids, tails: Ids, score: Score
    ) -> Float[np.ndarray, "triples 3"]:
        logits = score(heads, relations).numpy().astype(np.float64)
        rows = np.arange(len(tails))
        own = logits[rows, tails]
        queries, known = self.known.known_tails(heads, relations)
        # Other known tails are right too, and say nothing against this one.
        logits[queries, known] = -np.inf
        logits[rows, tails] = own
        peak = logits.max(axis=1)
        total = peak + np.log(np.exp(logits - peak[:, None]).sum(axis=1))
        fit_of_place = self.prior.log_probabilities(relations)[rows, tails]
        return np.column_stack([own - total, own, fit_of_place])
