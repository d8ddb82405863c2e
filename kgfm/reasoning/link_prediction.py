"""Link prediction: which missing triples are likely, and how likely each one is by itself."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from jaxtyping import Float
from torch import Tensor, nn

from kgfm.data import TripleSet
from kgfm.errors import ConfigError
from kgfm.kg import IRI
from kgfm.reasoning.answer import Prediction
from kgfm.reasoning.examination import Examination
from kgfm.reasoning.graph_view import BATCH, Columns, GraphView, Ids
from kgfm.training.checkpoints import load_checkpoint, save_checkpoint
from kgfm.training.memory import MemoryPlan
from kgfm.training.rank_journal import RankJournal
from kgfm.training.ranking import RankingReport, Ranks, rank_queries

log = logging.getLogger(__name__)


class LinkPredictor(ABC):
    """Scores, ranks and completes triples of a graph, each with the probability that it is true.

    There are two kinds: `zero_shot.ZeroShotPredictor` reads any graph without training, and
    `trained.TrainedPredictor` learned one graph's vectors.
    """

    model: nn.Module  # its weights, ready to predict
    plan: MemoryPlan | None = None  # bounds the memory of graphs looked at from now on

    @classmethod
    def pretrained(cls) -> "LinkPredictor":
        """Load the graph model that comes with kgfm, which predicts on any graph without training."""
        from kgfm.reasoning.zero_shot import ZeroShotPredictor

        return ZeroShotPredictor.pretrained()

    @staticmethod
    def from_checkpoint(folder: Path | str) -> "LinkPredictor":
        """Read what `save` of either kind wrote.

        Raises TrainingError where it is missing, damaged, or of another version or shape.
        """
        from kgfm.reasoning.trained import TrainedPredictor
        from kgfm.reasoning.zero_shot import ZeroShotPredictor

        weights, card = load_checkpoint(folder)
        kind = TrainedPredictor if "entities" in card else ZeroShotPredictor
        return kind.described(weights, card, folder)

    @classmethod
    @abstractmethod
    def described(cls, weights: Mapping[str, Tensor], card: Mapping[str, Any], place: Path | str) -> Self:
        """Return what a card in `place` describes. Raises TrainingError where weights and card do not fit."""

    @abstractmethod
    def description(self) -> dict[str, Any]:
        """Return what must be known to load the weights again."""

    def save(self, folder: Path | str) -> None:
        """Write weights and description into a folder."""
        save_checkpoint(folder, self.model.state_dict(), self.description())

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
        most_queries: int = BATCH,
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
