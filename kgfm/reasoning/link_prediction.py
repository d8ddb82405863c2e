"""Link prediction: which missing triples are likely, and how likely each one is by itself."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, Int64
from torch import Tensor

from kgfm.data import FilterIndex, TripleSet, split_edges
from kgfm.data.negatives import plausible_negatives
from kgfm.data.places import PlacePrior
from kgfm.errors import ConfigError, TrainingError
from kgfm.kg import IRI
from kgfm.nn.config import RelationalConfig
from kgfm.nn.models.relational import RelationalModel
from kgfm.reasoning.answer import Prediction
from kgfm.training.calibration import Calibration, expected_calibration_error
from kgfm.training.checkpoints import load_checkpoint, load_weights, save_checkpoint
from kgfm.training.config import TrainingConfig
from kgfm.training.loop import GraphTensors, Progress, fit
from kgfm.training.ranking import RankingReport, rank_both_directions

_FEWEST_EDGES = 20
_FEWEST_HELD_OUT = 5
_MOST_CALIBRATION_EDGES = 500  # the fit of four numbers gains nothing from more
_PRIOR_WEIGHTS = (0.0, 0.25, 0.5, 1.0, 1.5)  # tried on the held-out edges
_BATCH = 256  # queries scored together

Ids = Int64[np.ndarray, " queries"]
Columns = Int64[np.ndarray, "3 triples"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """How the model did on the held-out edges, which also chose when to stop: slightly flattering."""

    mrr: float  # filtered, both directions, ties at their mean
    hits_at_10: float
    calibration_error: float  # expected calibration error, each half judged by a fit on the other
    edges: int  # held out
    epochs: int
    seconds: float


class LinkPredictor:
    """A CompGCN trained on one graph, with a prior for types and calibrated probabilities.

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

    @classmethod
    def train(
        cls, graph: TripleSet, config: TrainingConfig | None = None, progress: Progress | None = None
    ) -> "LinkPredictor":
        """Train on a graph without inverse edges, holding some of its edges out.

        Raises TrainingError where the graph has fewer than 20 edges or training diverges.
        """
        config = config or TrainingConfig()
        if len(graph) < _FEWEST_EDGES:
            raise TrainingError(
                f"The graph has {len(graph)} edges between entities; link prediction needs at least "
                f"{_FEWEST_EDGES}. Build or import more documents first."
            )
        train, valid = split_edges(graph, config.validation, config.seed, _FEWEST_HELD_OUT)
        fitted = fit(train, valid, config, progress)
        terms = (graph.entity_labels, graph.relation_labels, graph.type_labels)
        predictor = cls(fitted.model, terms, 0.0, None, None)
        ranking = predictor._choose_prior_weight(train, valid)
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

    @classmethod
    def from_checkpoint(cls, folder: Path | str) -> "LinkPredictor":
        """Read what `save` wrote. Raises TrainingError where it is missing, damaged or of another version."""
        weights, card = load_checkpoint(folder)
        try:
            terms = (card["entities"], card["relations"], card["types"])
            config = RelationalConfig(**card["model"])
            calibration = Calibration(**card["calibration"]) if card["calibration"] else None
            validation = Validation(**card["validation"]) if card["validation"] else None
            prior_weight = float(card["prior_weight"])
        except (KeyError, TypeError, ValueError) as error:
            raise TrainingError(
                f"The model in {folder} is described wrongly ({error}); train it again."
            ) from error
        model = RelationalModel(len(terms[0]), 2 * len(terms[1]), len(terms[2]), config)
        load_weights(model, weights, folder)
        return cls(model, terms, prior_weight, calibration, validation)

    def scores(
        self, graph: TripleSet, heads: Ids | Sequence[int], relations: Ids | Sequence[int]
    ) -> Float[Tensor, "queries entities"]:
        """Score every entity of the graph as tail of each query: unbounded logits.

        Ids are the graph's; relation + relation_count asks for heads. The graph's edges carry the
        messages. Terms are matched by label; those that training never saw take a shared vector.
        """
        view = self._view_of(graph)
        return view.scores(np.asarray(heads, dtype=np.int64), np.asarray(relations, dtype=np.int64))

    def evaluate(self, graph: TripleSet, test: TripleSet, filters: Sequence[TripleSet] = ()) -> RankingReport:
        """Rank test edges among all entities, both directions, not counting what graph, filters or test hold.

        Sets are matched by label; terms unknown to the graph are added to it.
        """
        for part in (test, *filters):
            graph, _ = part.matched_to(graph)
        # Matched only now: inverse ids depend on how many relations there are in the end.
        _, edges = test.matched_to(graph)
        known = FilterIndex([graph, edges, *(part.matched_to(graph)[1] for part in filters)])
        return rank_both_directions(self._view_of(graph).scores, edges, known)

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
            pool = view.best_candidates(given, asked, max(10 * k, 100))
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

    def probabilities(self, graph: TripleSet, triples: Columns) -> Float[np.ndarray, " triples"]:
        """Return how likely each (head, relation, tail) column is true by itself, in (0, 1)."""
        if self.calibration is None:
            raise TrainingError("This model was not calibrated; train it again.")
        return self.calibration.probabilities(self._view_of(graph).features(triples))

    def _view_of(self, graph: TripleSet) -> "_View":
        if self._view is None or self._view.graph is not graph:
            self._view = _View(self, graph)
        return self._view

    def _choose_prior_weight(self, train: TripleSet, valid: TripleSet) -> RankingReport:
        known = FilterIndex([train, valid])
        chosen = valid.select(np.arange(len(valid))[: 2 * _MOST_CALIBRATION_EDGES])
        reports: dict[float, RankingReport] = {}
        for weight in _PRIOR_WEIGHTS:
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


_SIGNS = (1, 1, 1)  # more of any feature never makes a triple less likely


class _View:
    """A graph as one predictor sees it: encoded once, then asked many times."""

    def __init__(self, predictor: LinkPredictor, graph: TripleSet) -> None:
        self.predictor, self.graph = predictor, graph
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
        self.known = FilterIndex([graph])

    @cached_property
    def encoded(self) -> tuple[Tensor, Tensor]:
        tensors = self.tensors
        with torch.inference_mode():
            states, kinds = self.predictor.model(
                tensors.entity_rows, tensors.type_rows, tensors.relation_rows, tensors.edges, tensors.weights
            )
        return states, kinds

    @cached_property
    def prior(self) -> PlacePrior:
        return PlacePrior(self.graph)

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

    def best_candidates(self, given: int, asked: int, count: int) -> Ids:
        """Return the entities with the best logits, without the given one where the relation never loops."""
        logits = self.scores(np.array([given]), np.array([asked]))[0].clone()
        graph = self.graph
        if not (graph.heads == graph.tails)[graph.relations == asked % graph.relation_count].any():
            logits[given] = -torch.inf
        best = logits.topk(min(count, len(logits))).indices.numpy()
        finite: Ids = best[np.isfinite(logits.numpy()[best])]
        return finite

    def features(self, triples: Columns) -> Float[np.ndarray, "triples 3"]:
        """Return, as means of both directions: filtered log share, logit, log fit of entity to place."""
        parts = [
            (
                self._one_way(heads, kinds, tails)
                + self._one_way(tails, kinds + self.graph.relation_count, heads)
            )
            / 2
            for heads, kinds, tails in (
                triples[:, start : start + _BATCH] for start in range(0, triples.shape[1], _BATCH)
            )
        ]
        return np.concatenate(parts) if parts else np.empty((0, 3))

    def states(self, triples: Columns) -> np.ndarray:
        """Whether the graph states each triple."""
        queries, tails = self.known.known_tails(triples[0], triples[1])
        known = np.zeros(triples.shape[1], dtype=bool)
        known[queries[tails == triples[2][queries]]] = True
        return known

    def _one_way(self, heads: Ids, relations: Ids, tails: Ids) -> Float[np.ndarray, "triples 3"]:
        logits = self.scores(heads, relations).numpy().astype(np.float64)
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
