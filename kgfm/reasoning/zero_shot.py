"""Link prediction without training: the pretrained graph model on any graph, at once."""

import dataclasses
import logging
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Self
from weakref import WeakKeyDictionary

import numpy as np
from jaxtyping import Bool, Float
from torch import Tensor

from kgfm.data import TripleSet, split_edges
from kgfm.errors import TrainingError
from kgfm.kg import IRI
from kgfm.nn.config import FoundationConfig
from kgfm.nn.models.foundation import FoundationModel
from kgfm.pretrained import FOLDER
from kgfm.reasoning.graph_view import Columns, GraphView, Ids
from kgfm.reasoning.influence import InfluencePath, influence_paths
from kgfm.reasoning.link_prediction import LinkPredictor
from kgfm.reasoning.trial import MOST_HIDDEN, Trial
from kgfm.training.calibration import Calibration
from kgfm.training.checkpoints import load_checkpoint, load_weights
from kgfm.training.memory import MemoryPlan
from kgfm.training.scoring import FoundationScorer

log = logging.getLogger(__name__)

FOUNDATION: Final = "foundation"  # what the model is called beside the baselines
NAME: Final = "graph_model"  # the shipped weights: graph_model.safetensors, graph_model.card.json

_SIGNS: Final = (1, 1, 1)  # more of any feature never makes a triple less likely
_FEWEST_EDGES: Final = 100  # a smaller graph takes the shipped calibration


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """How weights were fine-tuned; figures are those of edges that were held out."""

    graph: str  # what it was fine-tuned on
    zero_shot_mrr: float  # of the weights that it began with
    mrr: float
    hits_at_10: float
    edges: int  # held out
    steps: int
    seconds: float


class ZeroShotPredictor(LinkPredictor):
    """The graph foundation model: unless fine-tuned, it learned nothing of this graph, and reads it as it is.

    A logit is the model's own. A probability answers: of triples like this one, how many are true,
    among one true to ten plausible false ones? On a graph of 100 edges and more it is calibrated on
    some of the graph's own edges, hidden one set at a time; on a smaller one as the weights' card says.
    """

    model: FoundationModel

    def __init__(
        self, model: FoundationModel, calibration: Calibration | None = None, tuning: Tuning | None = None
    ) -> None:
        """Take a pretrained model, the calibration for graphs too small to calibrate on, and its history."""
        self.model = model.eval()
        self.calibration = calibration
        self.tuning = tuning
        self._view: _View | None = None
        self._trials: WeakKeyDictionary[TripleSet, Trial] = WeakKeyDictionary()
        self._calibrated: WeakKeyDictionary[TripleSet, Calibration] = WeakKeyDictionary()

    @classmethod
    def pretrained(cls) -> Self:
        """Load the weights that come with kgfm."""
        return cls.described(*load_checkpoint(FOLDER, f"{NAME}.safetensors", f"{NAME}.card.json"), FOLDER)

    @classmethod
    def described(cls, weights: Mapping[str, Tensor], card: Mapping[str, Any], place: Path | str) -> Self:
        """Return what a card in `place` describes. Raises TrainingError where weights and card do not fit."""
        try:
            config = FoundationConfig(**card["model"])
            calibration = Calibration(**card["calibration"]) if card["calibration"] else None
            tuning = Tuning(**card["tuning"]) if card.get("tuning") else None
        except (KeyError, TypeError) as error:
            raise TrainingError(
                f"The model in {place} is described wrongly ({error}); train it again."
            ) from error
        model = FoundationModel(config)
        load_weights(model, weights, place)
        return cls(model, calibration, tuning)

    def description(self) -> dict[str, Any]:
        """Return what must be known to load the weights again."""
        return {
            "model": dataclasses.asdict(self.model.config),
            "calibration": dataclasses.asdict(self.calibration) if self.calibration else None,
            **({"tuning": dataclasses.asdict(self.tuning)} if self.tuning else {}),
        }

    def probabilities(self, graph: TripleSet, triples: Columns) -> Float[np.ndarray, " triples"]:
        """Return how likely each (head, relation, tail) column is true by itself, in (0, 1)."""
        return self._calibration_for(graph).probabilities(self._view_of(graph).features(triples))

    def paths(self, graph: TripleSet, head: IRI, relation: IRI, tail: IRI, k: int = 5) -> list[InfluencePath]:
        """Return the k paths that do most to make the triple likely; their steps are edges of the graph.

        Raises UnknownTermError.
        """
        ends = graph.entity_id(head.value), graph.relation_id(relation.value), graph.entity_id(tail.value)
        return influence_paths(self.model, graph, *ends, k=k)

    def examples(
        self, graph: TripleSet
    ) -> tuple[Float[np.ndarray, "triples 3"], Bool[np.ndarray, " triples"]]:
        """Hide some of a graph's edges; return features of these and of false ones, and which are true."""
        trial = self._trial(graph)
        return trial.features, trial.true

    def quality(self, graph: TripleSet) -> str:
        """Say in one line how well hidden edges of a graph are ranked; "" where there are none to hide."""
        if tuning := self.tuning:
            return (
                f"Graph model fine-tuned on {tuning.graph}: MRR {tuning.mrr:.2f}, Hits@10 "
                f"{tuning.hits_at_10:.2f} on {tuning.edges} edges held out; zero-shot it was MRR "
                f"{tuning.zero_shot_mrr:.2f}"
            )
        report = self._trial(graph).report
        if report is None:
            return ""
        return (
            f"Pretrained graph model, zero-shot: MRR {report.mrr:.2f}, Hits@10 {report.hits[10]:.2f} "
            f"on {report.queries // 2} edges of this graph hidden from it"
        )

    def _trial(self, graph: TripleSet) -> Trial:
        found = self._trials.get(graph)
        if found is None:
            rest, hidden = split_edges(graph, min(0.1, MOST_HIDDEN / max(len(graph), 1)), seed=0)
            found = self._trials[graph] = Trial.of(graph, _View(self.model, rest, self.plan), hidden)
        return found

    def _calibration_for(self, graph: TripleSet) -> Calibration:
        if len(graph) < _FEWEST_EDGES and self.calibration is not None:
            return self.calibration
        found = self._calibrated.get(graph)
        if found is None:
            found = self._calibrated[graph] = Calibration.fit(*self.examples(graph), _SIGNS)
        return found

    def _pool_size(self, k: int) -> int:
        # Each candidate is asked about in the other direction too, which costs a query.
        return k + 10

    def _view_of(self, graph: TripleSet) -> "_View":
        if self._view is None or self._view.graph is not graph:
            self._view = _View(self.model, graph, self.plan)
        return self._view


def tuned_or_pretrained(folder: Path | None) -> ZeroShotPredictor:
    """Return the graph model fine-tuned in a folder if that helped, else the shipped one.

    The folder is a cache: weights there that cannot be read are passed over, with a warning.
    """
    if folder is not None and (folder / "model.json").exists():
        try:
            found = LinkPredictor.from_checkpoint(folder)
        except TrainingError as error:
            log.warning("%s Until then the pretrained model predicts.", error)
        else:
            if isinstance(found, ZeroShotPredictor) and (tuning := found.tuning):
                if tuning.mrr > tuning.zero_shot_mrr:
                    return found
    return ZeroShotPredictor.pretrained()


class _View(GraphView):
    def __init__(self, model: FoundationModel, graph: TripleSet, plan: MemoryPlan | None = None) -> None:
        super().__init__(graph)
        self._model, self._plan = model, plan

    @cached_property
    def _scorer(self) -> FoundationScorer:
        if self._plan is None:
            return FoundationScorer(self._model, self.graph)
        return FoundationScorer(
            self._model,
            self.graph,
            batch_numbers=self._plan.batch_numbers,
            kept_numbers=self._plan.kept_numbers,
        )

    def scores(self, heads: Ids, relations: Ids) -> Float[Tensor, "queries entities"]:
        return self._scorer(heads, relations)
