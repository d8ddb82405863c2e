"""Fine-tuning: the pretrained graph model goes on learning, on one graph, and never gets worse by it.

The pretrained weights compete like any others on edges held out: they stay unless some weights on the
way rank these better. The objective, the masking and the moving average are pretraining's.
"""

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor

from kgfm.data import FilterIndex, TripleSet
from kgfm.data.fingerprint import fingerprint
from kgfm.errors import TrainingError
from kgfm.nn.models.foundation import FoundationModel
from kgfm.training.checkpoints import load_state, optimizer_state, restore_optimizer, save_state, under
from kgfm.training.config import FineTuningConfig
from kgfm.training.pretraining import Pretraining
from kgfm.training.ranking import BrokenScoresError, RankingReport, rank_both_directions
from kgfm.training.scoring import FoundationScorer
from kgfm.training.tracking import Track, untracked

log = logging.getLogger(__name__)

Progress = Callable[[float, float, str], None]  # (seconds spent, seconds in all, message)

_FEWEST_VALIDATIONS: Final = 8  # in a whole run, however short
_STEPS_TO_ONE_VALIDATION: Final = 3.0  # time for training against time for validations, at least


@dataclass(frozen=True, kw_only=True)
class FineTuned:
    """What came of fine-tuning; figures are those of the held-out edges."""

    model: FoundationModel
    zero_shot: RankingReport  # of the weights that it began with
    validation: RankingReport  # of the weights that were kept
    edges: int  # held out
    steps: int
    seconds: float

    @property
    def improved(self) -> bool:
        """Whether other weights than the first ones were kept."""
        return self.validation.mrr > self.zero_shot.mrr


def fine_tune(
    model: FoundationModel,
    train: TripleSet,
    valid: TripleSet,
    config: FineTuningConfig,
    progress: Progress | None = None,
    *,
    state: Path | None = None,
    track: Track = untracked,
) -> FineTuned:
    """Train a copy of `model` on `train`, keep the weights with the best MRR on `valid` (same ids).

    `state` names a file from which a run that was cut off goes on, and which a finished one leaves. A
    loss that is not a number ends the run with the best weights so far. Raises TrainingError where a
    graph has no edges or `state` is damaged or of another run.
    """
    if not len(train) or not len(valid):
        raise TrainingError("Fine-tuning needs edges to learn from and others to choose by; there are none.")
    return _FineTuning(model, train, valid, config, state).run(progress, track)


class _FineTuning:
    def __init__(
        self,
        model: FoundationModel,
        train: TripleSet,
        valid: TripleSet,
        config: FineTuningConfig,
        state: Path | None,
    ) -> None:
        self.config, self.train, self.state = config, train, state
        chosen = np.random.default_rng(config.seed).permutation(len(valid))[: config.most_validation_edges]
        self.judge, self.valid = FilterIndex([train, valid]), valid.select(chosen)
        start = time.monotonic()
        self.zero_shot = self.best = self.validate(model)
        self.seconds_a_validation = self.spent = time.monotonic() - start
        self.weights = {name: value.clone() for name, value in model.state_dict().items()}
        # More time may be given to a run that goes on; all else must be as it was.
        self.settings = f"{replace(config, seconds=1.0)} {model.config} {fingerprint(train, valid)}"
        self.since = 0
        tensors, facts = load_state(state) if state is not None and state.exists() else ({}, None)
        settings = config.as_pretraining(model.config, 1)
        self.learning = Pretraining([(train, 1.0)], settings, start=self.weights)
        if facts is None:
            self.steps, self.every = self.pace()
        elif facts.get("settings") != self.settings:
            raise TrainingError(f"{state} is a run with other settings or data; remove it to start anew.")
        else:
            self.steps, self.every, self.since, self.spent = (
                facts[name] for name in ("steps", "every", "since", "spent")
            )
        self.learning.config = replace(self.learning.config, steps=self.steps)
        if facts is not None:
            self.resume(tensors, facts["step"])

    def run(self, progress: Progress | None, track: Track) -> FineTuned:
        start, run, config = time.monotonic() - self.spent, self.learning, self.config
        track("validation MRR", self.zero_shot.mrr, 0)
        run.model.train()
        while run.step < self.steps and self.since < config.patience and self.spent < config.seconds:
            loss = run.train_step()
            if not np.isfinite(loss):
                log.warning("the loss is not a number in step %d: the best weights so far stay", run.step)
                break
            run.step += 1
            track("loss", loss, run.step)
            if run.step % self.every == 0 or run.step == self.steps:
                try:
                    self.compare(track)
                except BrokenScoresError:
                    log.warning("a score is not a number in step %d: the best weights so far stay", run.step)
                    break
                self.save(time.monotonic() - start)
            self.spent = time.monotonic() - start
            if progress:
                message = f"MRR {self.best.mrr:.3f}, zero-shot {self.zero_shot.mrr:.3f}"
                progress(min(self.spent, config.seconds), config.seconds, message)
        if self.state is not None:
            self.state.unlink(missing_ok=True)
        model = run.averaged()
        model.load_state_dict(self.weights)
        return FineTuned(
            model=model,
            zero_shot=self.zero_shot,
            validation=self.best,
            edges=len(self.valid),
            steps=run.step,
            seconds=self.spent,
        )

    def compare(self, track: Track) -> None:
        """Validate the averaged weights; keep them if they are the best yet."""
        report = self.validate(self.learning.averaged())
        track("validation MRR", report.mrr, self.learning.step)
        self.since += 1
        if report.mrr > self.best.mrr:
            self.best, self.since = report, 0
            self.weights = {name: value.clone() for name, value in self.learning.average.items()}

    def validate(self, model: FoundationModel) -> RankingReport:
        return rank_both_directions(FoundationScorer(model, self.train), self.valid, self.judge)

    def pace(self) -> tuple[int, int]:
        """Return how many steps fit into the time, and after how many each time to validate."""
        rng = np.random.default_rng(self.config.seed)
        started = [time.monotonic()]
        for _ in range(2):  # the first one pays for what is built or compiled but once
            torch.autograd.backward(self.learning.loss(rng))
            started.append(time.monotonic())
        self.learning.optimizer.zero_grad()
        a_step = max(started[2] - started[1], 1e-4)
        self.spent += started[2] - started[0]
        left = (self.config.seconds - self.spent) * _STEPS_TO_ONE_VALIDATION / (1 + _STEPS_TO_ONE_VALIDATION)
        steps = self.config.steps or max(_FEWEST_VALIDATIONS, int(left / a_step))
        every = math.ceil(_STEPS_TO_ONE_VALIDATION * self.seconds_a_validation / a_step)
        return steps, max(1, min(every, steps // _FEWEST_VALIDATIONS))

    def save(self, spent: float) -> None:
        """Write the state from which the run can go on."""
        if self.state is None:
            return
        parts = {
            "model": self.learning.model.state_dict(),
            "average": self.learning.average,
            "optimizer": optimizer_state(self.learning.model, self.learning.optimizer),
            "best": self.weights,
        }
        tensors = {f"{part}.{name}": value for part, named in parts.items() for name, value in named.items()}
        facts = {name: getattr(self, name) for name in ("settings", "steps", "every", "since")}
        save_state(self.state, tensors, {**facts, "step": self.learning.step, "spent": spent})

    def resume(self, tensors: dict[str, Tensor], step: int) -> None:
        best = self.learning.averaged()
        best.load_state_dict(under(tensors, "best."))
        self.weights, self.best = under(tensors, "best."), self.validate(best)
        self.learning.step = step
        self.learning.model.load_state_dict(under(tensors, "model."))
        self.learning.average = under(tensors, "average.")
        restore_optimizer(self.learning.model, self.learning.optimizer, under(tensors, "optimizer."))
        log.info("going on from step %d of %d", step, self.steps)
