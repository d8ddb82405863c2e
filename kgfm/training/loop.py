"""The training loop: all-entity cross-entropy over both directions, stopped early on validation MRR.

Source of the objective: Lacroix et al. 2018, arXiv:1806.07297, section 2 (full softmax, reciprocals).
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, Int64
from torch import Tensor, nn

from kgfm.data import FilterIndex, TripleSet
from kgfm.data.fingerprint import fingerprint
from kgfm.errors import TrainingError
from kgfm.nn.models.relational import RelationalModel
from kgfm.training.checkpoints import load_state, optimizer_state, restore_optimizer, save_state, under
from kgfm.training.config import TrainingConfig
from kgfm.training.graph_tensors import GraphTensors
from kgfm.training.ranking import RankingReport, rank_both_directions
from kgfm.training.tracking import Track, untracked

log = logging.getLogger(__name__)

Progress = Callable[[int, int, str], None]  # (step, total, message)

_CHECKPOINT_SECONDS = 30.0  # between two states written: a killed run loses no more
_MOST_VALIDATION_EDGES = 1000  # enough for early stopping: the standard error of MRR is then below .01


@dataclass(frozen=True, kw_only=True)
class Fit:
    """What came of a fit; the model holds the weights of the best validation."""

    model: RelationalModel
    validation: RankingReport
    epochs: int
    seconds: float


def fit(
    train: TripleSet,
    valid: TripleSet,
    config: TrainingConfig,
    progress: Progress | None = None,
    *,
    state: Path | None = None,
    track: Track = untracked,
) -> Fit:
    """Fit a model to `train`, keep the weights with the best MRR on `valid` (same ids).

    `state` names a file from which a run that was cut off goes on, and which a finished one leaves.
    Deterministic by seed as long as the time limit does not strike, cut off or not. Raises
    TrainingError where the loss stops being a number before any validation, or `state` is of another run.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        tensors = GraphTensors.of(train)
        model = RelationalModel(
            train.entity_count, 2 * train.relation_count, len(train.type_labels), config.model
        )
        return _Loop(model, tensors, train, valid, config, state).run(progress, track)


class _Loop:
    def __init__(
        self,
        model: RelationalModel,
        tensors: GraphTensors,
        train: TripleSet,
        valid: TripleSet,
        config: TrainingConfig,
        state: Path | None,
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
        self.epoch, self.since, self.best, self.spent = 0, 0, -1.0, 0.0
        self.weights: dict[str, Tensor] = {}
        self.state = state
        # More time may be given to a run that goes on; all else must be as it was.
        self.settings = f"{replace(config, seconds=1.0)} {fingerprint(train, valid)}"
        if state is not None and state.exists():
            self.load(state)

    def run(self, progress: Progress | None, track: Track) -> Fit:
        start, saved = time.monotonic() - self.spent, time.monotonic()
        while self.epoch < self.config.epochs and self.since < self.config.patience:
            if self.spent > self.config.seconds:
                break
            # Each epoch draws from its own number, so that a run may go on from any of them.
            torch.manual_seed(self.config.seed * 1_000_003 + self.epoch)
            loss = self.train_epoch()
            if not np.isfinite(loss):
                log.warning("the loss is not a number: stopped at the weights of an earlier epoch")
                break
            mrr = self.validate().mrr
            self.epoch, self.since = self.epoch + 1, self.since + 1
            if mrr > self.best:
                self.best, self.since = mrr, 0
                self.weights = {name: value.clone() for name, value in self.model.state_dict().items()}
            self.spent = time.monotonic() - start
            track("loss", loss, self.epoch)
            track("validation MRR", mrr, self.epoch)
            if progress:
                progress(self.epoch, self.config.epochs, f"loss {loss:.3f}, validation MRR {mrr:.3f}")
            if time.monotonic() - saved > _CHECKPOINT_SECONDS:
                self.save()
                saved = time.monotonic()
        if not self.weights:
            raise TrainingError("Training diverged at once; use a smaller training.learning_rate.")
        self.model.load_state_dict(self.weights)
        report = self.validate()
        self.model.fill_unseen()
        if self.state is not None:
            self.state.unlink(missing_ok=True)
        return Fit(model=self.model.eval(), validation=report, epochs=self.epoch, seconds=self.spent)

    def save(self) -> None:
        """Write the state from which the run can go on."""
        if self.state is None:
            return
        parts = {
            "model": self.model.state_dict(),
            "best": self.weights,
            "optimizer": optimizer_state(self.model, self.optimizer),
        }
        tensors = {f"{part}.{name}": value for part, named in parts.items() for name, value in named.items()}
        facts = {name: getattr(self, name) for name in ("settings", "epoch", "since", "best", "spent")}
        save_state(self.state, tensors, facts)

    def load(self, path: Path) -> None:
        tensors, facts = load_state(path)
        if facts.get("settings") != self.settings:
            raise TrainingError(f"{path} is a run with other settings or data; remove it to start anew.")
        self.epoch, self.since, self.best, self.spent = (
            facts[name] for name in ("epoch", "since", "best", "spent")
        )
        self.model.load_state_dict(under(tensors, "model."))
        self.weights = under(tensors, "best.")
        restore_optimizer(self.model, self.optimizer, under(tensors, "optimizer."))
        log.info("going on from epoch %d of %d", self.epoch, self.config.epochs)

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
