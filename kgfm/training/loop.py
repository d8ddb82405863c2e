"""The training loop: all-entity cross-entropy over both directions, stopped early on validation MRR.

Source of the objective: Lacroix et al. 2018, arXiv:1806.07297, section 2 (full softmax, reciprocals).
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int, Int64
from torch import Tensor, nn

from kgfm.data import FilterIndex, TripleSet
from kgfm.errors import TrainingError
from kgfm.nn.models.relational import RelationalModel
from kgfm.training.config import TrainingConfig
from kgfm.training.ranking import RankingReport, rank_both_directions

log = logging.getLogger(__name__)

Progress = Callable[[int, int, str], None]  # (step, total, message)

_MOST_VALIDATION_EDGES = 1000  # enough for early stopping: the standard error of MRR is then below .01


@dataclass(frozen=True, kw_only=True)
class GraphTensors:
    """A graph as the model takes it, inverse edges included and sorted by target."""

    edges: Int[Tensor, "3 edges"]
    weights: Float[Tensor, " edges"]
    entity_rows: Int[Tensor, " entities"]
    type_rows: Int[Tensor, " entities"]
    relation_rows: Int[Tensor, " relations"]

    @classmethod
    def of(cls, graph: TripleSet) -> "GraphTensors":
        """Take a graph without inverse edges; every id is its own embedding row."""
        both = graph.with_inverses()
        order = np.argsort(both.tails, kind="stable")
        weights = np.ones(len(both), dtype=np.float32) if both.weights is None else both.weights[order]
        types = np.full(graph.entity_count, -1, dtype=np.int64) if graph.types is None else graph.types
        return cls(
            edges=torch.from_numpy(np.stack([both.heads[order], both.relations[order], both.tails[order]])),
            weights=torch.from_numpy(weights),
            entity_rows=torch.arange(graph.entity_count),
            type_rows=torch.from_numpy(types.copy()),
            relation_rows=torch.arange(both.relation_count),
        )


@dataclass(frozen=True, kw_only=True)
class Fit:
    """What came of a fit; the model holds the weights of the best validation."""

    model: RelationalModel
    validation: RankingReport
    epochs: int
    seconds: float


def fit(train: TripleSet, valid: TripleSet, config: TrainingConfig, progress: Progress | None = None) -> Fit:
    """Fit a model to `train`, keep the weights with the best MRR on `valid` (same ids).

    Deterministic by seed as long as the time limit does not strike. Raises TrainingError where the
    loss stops being a number before any validation.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        tensors = GraphTensors.of(train)
        model = RelationalModel(
            train.entity_count, 2 * train.relation_count, len(train.type_labels), config.model
        )
        return _Loop(model, tensors, train, valid, config).run(progress)


class _Loop:
    def __init__(
        self,
        model: RelationalModel,
        tensors: GraphTensors,
        train: TripleSet,
        valid: TripleSet,
        config: TrainingConfig,
    ) -> None:
        self.model, self.tensors, self.config = model, tensors, config
        self.judge = FilterIndex([train, valid])
        # Sorted by question, so that each question's answers are one slice.
        both = train.with_inverses()
        self.tails, weights = both.tails, both.weights
        self.trust = np.ones(len(both), dtype=np.float32) if weights is None else weights
        keys = np.stack([both.heads, both.relations], axis=1)
        self.questions, self.starts, self.counts = np.unique(
            keys, axis=0, return_index=True, return_counts=True
        )
        self.best_trust = np.maximum.reduceat(self.trust, self.starts)
        chosen = np.random.default_rng(config.seed).permutation(len(valid))[:_MOST_VALIDATION_EDGES]
        self.valid = valid.select(chosen)
        self.optimizer = torch.optim.AdamW(
            model.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
        )

    def run(self, progress: Progress | None) -> Fit:
        start, best, since = time.monotonic(), None, 0
        weights: dict[str, Tensor] = {}
        epoch = 0
        for epoch in range(1, self.config.epochs + 1):
            loss = self.train_epoch()
            if not np.isfinite(loss):
                log.warning("the loss is not a number in epoch %d: stopped at the last good weights", epoch)
                break
            report = self.validate()
            since += 1
            if best is None or report.mrr > best.mrr:
                best, since = report, 0
                weights = {name: value.clone() for name, value in self.model.state_dict().items()}
            spent = time.monotonic() - start
            if progress:
                progress(epoch, self.config.epochs, f"loss {loss:.3f}, validation MRR {report.mrr:.3f}")
            if since >= self.config.patience or spent > self.config.seconds:
                break
        if best is None:
            raise TrainingError("Training diverged at once; use a smaller training.learning_rate.")
        self.model.load_state_dict(weights)
        self.model.fill_unseen()
        self.model.eval()
        return Fit(model=self.model, validation=best, epochs=epoch, seconds=time.monotonic() - start)

    def train_epoch(self) -> float:
        self.model.train()
        total, count = 0.0, len(self.questions)
        for chosen in torch.split(torch.randperm(count), self.config.batch):
            loss = self.loss(chosen.numpy())
            self.optimizer.zero_grad()
            torch.autograd.backward(loss)
            nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            self.optimizer.step()
            total += loss.item() * len(chosen)
        return total / count

    def loss(self, chosen: Int64[np.ndarray, " queries"]) -> Float[Tensor, ""]:
        """Cross-entropy between the softmax over all entities and the known tails, by their weights."""
        tensors, smoothing = self.tensors, self.config.label_smoothing
        kept = torch.rand(tensors.edges.shape[1]) >= self.config.edge_dropout
        states, kinds = self.model(
            tensors.entity_rows, tensors.type_rows, tensors.relation_rows,
            tensors.edges[:, kept], tensors.weights[kept],
        )  # fmt: skip
        heads, relations = torch.from_numpy(self.questions[chosen].T.copy())
        scores = self.model.scores(states, kinds, tensors.entity_rows, heads, relations)
        rows, tails, weights = self.answers(chosen)
        share = torch.zeros(len(heads)).index_add(0, rows, weights).clamp(min=1e-6)
        hits = torch.zeros(len(heads)).index_add(0, rows, scores[rows, tails] * weights) / share
        losses = scores.logsumexp(dim=-1) - (1 - smoothing) * hits - smoothing * scores.mean(dim=-1)
        # A question counts by its best-supported answer, so that doubtful edges teach less.
        trust = torch.from_numpy(self.best_trust[chosen])
        return (losses * trust).sum() / trust.sum().clamp(min=1e-6)

    def answers(self, chosen: Int64[np.ndarray, " queries"]) -> tuple[Tensor, Tensor, Tensor]:
        """Return (row, tail, weight) of every known answer to the chosen questions."""
        counts = self.counts[chosen]
        rows = np.repeat(np.arange(len(chosen)), counts)
        within = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
        edges = np.repeat(self.starts[chosen], counts) + within
        return (
            torch.from_numpy(rows),
            torch.from_numpy(self.tails[edges]),
            torch.from_numpy(self.trust[edges]),
        )

    @torch.inference_mode()
    def validate(self) -> RankingReport:
        self.model.eval()
        tensors = self.tensors
        states, kinds = self.model(
            tensors.entity_rows, tensors.type_rows, tensors.relation_rows, tensors.edges, tensors.weights
        )

        def score(heads: np.ndarray, relations: np.ndarray) -> Tensor:
            return self.model.scores(
                states, kinds, tensors.entity_rows, torch.from_numpy(heads), torch.from_numpy(relations)
            )

        return rank_both_directions(score, self.valid, self.judge)
