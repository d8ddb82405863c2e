"""Link prediction by a model that was trained on one graph."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from jaxtyping import Float
from torch import Tensor

from kgfm.data import FilterIndex, TripleSet
from kgfm.data.negatives import plausible_negatives
from kgfm.data.splits import held_out
from kgfm.errors import TrainingError
from kgfm.nn.config import RelationalConfig
from kgfm.nn.models.relational import RelationalModel
from kgfm.reasoning.encoded_view import EncodedView
from kgfm.reasoning.graph_view import Columns
from kgfm.reasoning.link_prediction import LinkPredictor
from kgfm.training.calibration import Calibration, expected_calibration_error
from kgfm.training.checkpoints import load_weights
from kgfm.training.config import TrainingConfig
from kgfm.training.loop import Progress, fit
from kgfm.training.ranking import RankingReport, rank_both_directions
from kgfm.training.tracking import Track, untracked

_MOST_CALIBRATION_EDGES = 500  # the fit of four numbers gains nothing from more
_SIGNS = (1, 1, 1)  # more of any feature never makes a triple less likely
_PRIOR_WEIGHTS = (0.0, 0.25, 0.5, 1.0, 1.5)  # tried on the held-out edges


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """How the model did on the held-out edges, which also chose when to stop: slightly flattering."""

    mrr: float  # filtered, both directions, ties at their mean
    hits_at_10: float
    calibration_error: float  # expected calibration error, each half judged by a fit on the other
    edges: int  # held out
    epochs: int
    seconds: float


class TrainedPredictor(LinkPredictor):
    """A CompGCN trained on one graph, with a prior for types and calibrated probabilities.

    Terms are matched to a graph by label; those that training never saw take a shared vector.

    A logit is the model's score plus a weight (chosen on held-out edges) times log P(entity | place
    of the relation), see `data.places`: candidates that never stood at such a place fall behind.

    A probability answers: of triples like this one, how many are true? "Like this one" means a
    mixture with `config.negatives` false triples to each true one (ten to one unless configured), the
    false ones being true ones with one end replaced, half of the time by an entity that stands at
    that place elsewhere. It rests on the triple's own logits in both directions, its share among
    the completions that are not known yet, and the fit of its ends, never on the other predictions
    shown. A known triple gets the probability that the model gives it, not 1: it was trained on it, so
    this is higher than for an unknown one, and low where the graph's other edges speak against it.
    """

    model: RelationalModel

    def __init__(
        self,
        model: RelationalModel,
        terms: tuple[Sequence[str], Sequence[str], Sequence[str]],
        prior_weight: float,
        calibration: Calibration | None,
        validation: Validation | None,
    ) -> None:
        """Take a fitted model and the (entity, relation, type) labels of its embedding rows."""
        self.model = model.eval()
        self.terms = tuple(tuple(labels) for labels in terms)
        self.prior_weight = prior_weight
        self.calibration = calibration
        self.validation = validation
        self._rows = tuple({label: row for row, label in enumerate(labels)} for labels in self.terms)
        self._view: EncodedView | None = None

    @classmethod
    def train(
        cls,
        graph: TripleSet,
        config: TrainingConfig | None = None,
        progress: Progress | None = None,
        *,
        valid: TripleSet | None = None,
        state: Path | None = None,
        track: Track = untracked,
    ) -> Self:
        """Train on a graph without inverse edges; `valid`, or some of its edges, choose when to stop.

        `valid` is matched by label. `state` names a file from which a run that was cut off goes on. Raises
        TrainingError where the graph has fewer than 20 edges or training diverges.
        """
        config = config or TrainingConfig()
        train, valid = held_out(graph, valid, config.validation, config.seed)
        fitted = fit(train, valid, config, progress, state=state, track=track)
        terms = (train.entity_labels, train.relation_labels, train.type_labels)
        predictor = cls(fitted.model, terms, 0.0, None, None)
        ranking = predictor._choose_prior_weight(train, valid, config.prior)
        error = predictor._calibrate(train, valid, config)
        predictor.validation = Validation(
            mrr=ranking.mrr,
            hits_at_10=ranking.hits[10],
            calibration_error=error,
            edges=len(valid),
            epochs=fitted.epochs,
            seconds=fitted.seconds,
        )
        return predictor

    def description(self) -> dict[str, Any]:
        """Return labels, calibration and validation figures, and the model's shape."""
        return {
            "model": dataclasses.asdict(self.model.config),
            "entities": self.terms[0],
            "relations": self.terms[1],
            "types": self.terms[2],
            "prior_weight": self.prior_weight,
            "calibration": dataclasses.asdict(self.calibration) if self.calibration else None,
            "validation": dataclasses.asdict(self.validation) if self.validation else None,
        }

    @classmethod
    def described(cls, weights: Mapping[str, Tensor], card: Mapping[str, Any], place: Path | str) -> Self:
        """Return what a card in `place` describes. Raises TrainingError where weights and card do not fit."""
        try:
            terms = (list(card["entities"]), list(card["relations"]), list(card["types"]))
            config = RelationalConfig(**card["model"])
            calibration = Calibration(**card["calibration"]) if card["calibration"] else None
            validation = Validation(**card["validation"]) if card["validation"] else None
            prior_weight = float(card["prior_weight"])
        except (KeyError, TypeError, ValueError) as error:
            raise TrainingError(
                f"The model in {place} is described wrongly ({error}); train it again."
            ) from error
        model = RelationalModel(len(terms[0]), 2 * len(terms[1]), len(terms[2]), config)
        load_weights(model, weights, place)
        return cls(model, terms, prior_weight, calibration, validation)

    def probabilities(self, graph: TripleSet, triples: Columns) -> Float[np.ndarray, " triples"]:
        """Return how likely each (head, relation, tail) column is true by itself, in (0, 1)."""
        if self.calibration is None:
            raise TrainingError("This model was not calibrated; train it again.")
        return self.calibration.probabilities(self._view_of(graph).features(triples))

    def _view_of(self, graph: TripleSet) -> EncodedView:
        if self._view is None or self._view.graph is not graph:
            self._view = EncodedView(graph, self.model, self._rows)
        self._view.prior_weight = self.prior_weight
        return self._view

    def _choose_prior_weight(self, train: TripleSet, valid: TripleSet, prior: bool) -> RankingReport:
        known = FilterIndex([train, valid])
        chosen = valid.select(np.arange(len(valid))[: 2 * _MOST_CALIBRATION_EDGES])
        reports: dict[float, RankingReport] = {}
        for weight in _PRIOR_WEIGHTS if prior else (0.0,):
            self.prior_weight = weight
            reports[weight] = rank_both_directions(self._view_of(train).scores, chosen, known)
        self.prior_weight = max(reports, key=lambda weight: reports[weight].mrr)
        return reports[self.prior_weight]

    def _calibrate(self, train: TripleSet, valid: TripleSet, config: TrainingConfig) -> float:
        rng = np.random.default_rng(config.seed)
        held_out = valid.select(rng.permutation(len(valid))[:_MOST_CALIBRATION_EDGES])
        false = plausible_negatives(
            train, held_out, FilterIndex([train, valid]), config.negatives, config.seed
        )
        true = np.stack([held_out.heads, held_out.relations, held_out.tails])
        features = self._view_of(train).features(np.concatenate([true, false], axis=1))
        labels = np.arange(len(features)) < true.shape[1]
        half = rng.permutation(len(labels)) % 2 == 0
        crossed = np.zeros(len(labels))
        for part in (half, ~half):
            crossed[part] = Calibration.fit(features[~part], labels[~part], _SIGNS).probabilities(
                features[part]
            )
        self.calibration = Calibration.fit(features, labels, _SIGNS)
        return expected_calibration_error(crossed, labels)
