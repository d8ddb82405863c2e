"""A graph as one predictor sees it, asked many times; and what every predictor can do with it."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
import torch
from jaxtyping import Float, Int64
from torch import Tensor, nn

from kgfm.data import FilterIndex, TripleSet
from kgfm.data.places import PlacePrior
from kgfm.errors import ConfigError
from kgfm.kg import IRI
from kgfm.reasoning.answer import Prediction
from kgfm.reasoning.examination import Examination
from kgfm.training.memory import MemoryPlan
from kgfm.training.rank_journal import RankJournal
from kgfm.training.ranking import RankingReport, Ranks, Score, rank_queries

log = logging.getLogger(__name__)

_BATCH = 256  # queries scored together
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
        step = min(_BATCH, max(1, _SCORES_AT_ONCE // max(self.graph.entity_count, 1)))
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


class GraphPredictor(ABC):
    """Scores, ranks and completes triples of a graph, each with the probability that it is true."""

    model: nn.Module  # its weights, ready to predict
    plan: MemoryPlan | None = None  # bounds the memory of graphs looked at from now on

    @abstractmethod
    def _view_of(self, graph: TripleSet) -> GraphView: ...

    def _pool_size(self, k: int) -> int:
        """Return how many of the best logits compete for the k best probabilities."""
        return max(10 * k, 100)

    @abstractmethod
    def probabilities(self, graph: TripleSet, triples: Columns) -> Float[np.ndarray, " triples"]:
        """Return how likely each (head, relation, tail) column is true by itself, in (0, 1)."""

    def scores(
        self, graph: TripleSet, heads: Ids | Sequence[int], relations: Ids | Sequence[int]
    ) -> Float[Tensor, "queries entities"]:
        """Score every entity of the graph as tail of each query: unbounded logits.

        Ids are the graph's; relation + relation_count asks for heads. The graph's edges carry the
        messages.
        """
        view = self._view_of(graph)
        return view.scores(np.asarray(heads, dtype=np.int64), np.asarray(relations, dtype=np.int64))

    def evaluate(self, graph: TripleSet, test: TripleSet, filters: Sequence[TripleSet] = ()) -> RankingReport:
        """Rank test edges among all entities, both directions, not counting what graph, filters or test hold.

        Sets are matched by label; terms unknown to the graph are added to it. Warns of test edges that
        the graph states already, which make the figures worthless.
        """
        asked = Examination.of(graph, test, filters)
        if asked.leaked:
            log.warning("%d of %d test edges stand in the graph already", asked.leaked, len(test))
        return rank_queries(self._view_of(asked.graph).scores, asked.queries, asked.known).report()

    def rank(
        self,
        asked: Examination,
        *,
        journal: RankJournal | None = None,
        most_queries: int = _BATCH,
        done: Callable[[int], None] | None = None,
    ) -> Ranks:
        """Rank an examination's answers, so many queries at once; ranks that `journal` has are not sought.

        `done` is told how many queries have their ranks.
        """
        view = self._view_of(asked.graph)
        return rank_queries(view.scores, asked.queries, asked.known, most_queries, journal, done)

    def predict(
        self, graph: TripleSet, head: IRI | None, relation: IRI | None, tail: IRI | None, k: int = 10
    ) -> list[Prediction]:
        """Complete a triple in which one place is None: the k most probable terms, known ones among them.

        Labels are the IRIs' values; the engine knows better ones. An entity completes its own triple
        only where the relation has a stated loop. Raises UnknownTermError, and ConfigError unless
        exactly one place is None.
        """
        if [head, relation, tail].count(None) != 1:
            raise ConfigError("Exactly one of head, relation and tail must be left open.")
        view = self._view_of(graph)
        if relation is None:
            labels, open_place = graph.relation_labels, 1
            columns = np.stack([np.arange(graph.relation_count)] * 3)
        else:
            labels, open_place = graph.entity_labels, 0 if head is None else 2
            kind = graph.relation_id(relation.value)
            given = graph.entity_id((head or tail or IRI("")).value)
            asked = kind if head else kind + graph.relation_count
            pool = view.best_candidates(given, asked, self._pool_size(k))
            columns = np.stack([pool, np.full_like(pool, kind), pool])
        for place, term in ((0, head), (2, tail)):
            if term is not None:
                columns[place] = graph.entity_id(term.value)
        if not columns.shape[1]:
            return []
        probabilities = self.probabilities(graph, columns)
        known = view.states(columns)
        order = np.argsort(-probabilities, kind="stable")[:k]
        return [
            Prediction(
                term=IRI(labels[columns[open_place, i]]),
                label=labels[columns[open_place, i]],
                probability=float(probabilities[i]),
                known=bool(known[i]),
            )
            for i in order
        ]
