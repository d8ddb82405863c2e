"""Link prediction: which missing triples are likely, and how likely each one is by itself."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from kgfm.data import FilterIndex, TripleSet, split_edges
from kgfm.data.negatives import plausible_negatives
from kgfm.errors import TrainingError
from kgfm.nn.config import RelationalConfig
from kgfm.nn.models.relational import RelationalModel
from kgfm.reasoning.graph_view import Columns, GraphPredictor, GraphView, Ids
from kgfm.reasoning.zero_shot import ZeroShotPredictor
from kgfm.training.calibration import Calibration, expected_calibration_error
from kgfm.training.checkpoints import load_checkpoint, load_weights, save_checkpoint
from kgfm.training.config import TrainingConfig
from kgfm.training.graph_tensors import GraphTensors
from kgfm.training.loop import Progress, fit
from kgfm.training.ranking import RankingReport, rank_both_directions
from kgfm.training.tracking import Track, untracked

_FEWEST_EDGES = 20
_FEWEST_HELD_OUT = 5
_MOST_CALIBRATION_EDGES = 500  # the fit of four numbers gains nothing from more
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


class LinkPredictor(GraphPredictor):
    """A CompGCN trained on one graph, with a prior for types and calibrated probabilities.

    Terms are matched to a graph by label; those that training never saw take a shared vector.
    `pretrained()` gives the graph foundation model instead, which needs no training.

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
        self._view: _View | None = None

    @staticmethod
    def pretrained() -> "ZeroShotPredictor":
        """Load the model that predicts on any graph without training."""
        return ZeroShotPredictor.pretrained()

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
    ) -> "LinkPredictor":
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

    def save(self, folder: Path | str) -> None:
        """Write weights, labels, calibration and validation figures into a folder."""
        card = {
            "model": dataclasses.asdict(self.model.config),
            "entities": self.terms[0],
            "relations": self.terms[1],
            "types": self.terms[2],
            "prior_weight": self.prior_weight,
            "calibration": dataclasses.asdict(self.calibration) if self.calibration else None,
            "validation": dataclasses.asdict(self.validation) if self.validation else None,
        }
        save_checkpoint(folder, self.model.state_dict(), card)

    @staticmethod
    def from_checkpoint(folder: Path | str) -> GraphPredictor:
        """Read what any predictor's `save` wrote: a LinkPredictor, or the graph model it was fine-tuned from.

        Raises TrainingError where it is missing, damaged, or of another version or shape.
        """
        weights, card = load_checkpoint(folder)
        kind = LinkPredictor if "entities" in card else ZeroShotPredictor
        return kind.described(weights, card, folder)

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

    def _view_of(self, graph: TripleSet) -> "_View":
        if self._view is None or self._view.graph is not graph:
            self._view = _View(self, graph)
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


_SIGNS = (1, 1, 1)  # more of any feature never makes a triple less likely


class _View(GraphView):
    """A graph as one predictor sees it: encoded once, then asked many times."""

    def __init__(self, predictor: LinkPredictor, graph: TripleSet) -> None:
        super().__init__(graph)
        self.predictor = predictor
        entities, relations, types = predictor._rows
        own = GraphTensors.of(graph)
        kinds = np.array([relations.get(label, -1) for label in graph.relation_labels], dtype=np.int64)
        inverse = np.where(kinds < 0, -1, kinds + len(relations))
        type_rows = np.array([types.get(label, -1) for label in graph.type_labels] + [-1], dtype=np.int64)
        self.tensors = dataclasses.replace(
            own,
            entity_rows=torch.tensor([entities.get(label, -1) for label in graph.entity_labels]).long(),
            relation_rows=torch.from_numpy(np.concatenate([kinds, inverse])),
            type_rows=torch.from_numpy(type_rows)[own.type_rows],
        )

    @cached_property
    def encoded(self) -> tuple[Tensor, Tensor]:
        tensors = self.tensors
        with torch.inference_mode():
            states, kinds = self.predictor.model(
                tensors.entity_rows, tensors.type_rows, tensors.relation_rows, tensors.edges, tensors.weights
            )
        return states, kinds

    @torch.inference_mode()
    def scores(self, heads: Ids, relations: Ids) -> Float[Tensor, "queries entities"]:
        logits: Tensor = self.predictor.model.scores(
            *self.encoded, self.tensors.entity_rows, torch.from_numpy(heads), torch.from_numpy(relations)
        )
        if self.predictor.prior_weight:
            logits = logits + self.predictor.prior_weight * torch.from_numpy(
                self.prior.log_probabilities(relations)
            )
        return logits
