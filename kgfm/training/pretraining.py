"""Pretraining of the foundation model on many graphs: one graph and one batch of its edges a step.

The objective is cross-entropy between the answer and all other entities of the graph, known answers
left out. Every draw of step n follows from (seed, n) alone, so a run that is killed and resumed goes
on exactly as it would have.
"""

import copy
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from kgfm.data import TripleSet
from kgfm.errors import TrainingError
from kgfm.nn.models.foundation import FoundationModel
from kgfm.training.checkpoints import (
    load_checkpoint,
    optimizer_state,
    restore_optimizer,
    save_checkpoint,
    under,
)
from kgfm.training.config import PretrainingConfig
from kgfm.training.masking import MaskableGraph

log = logging.getLogger(__name__)

StepDone = Callable[[int, float], None]  # (step, loss)


class Pretraining:
    """A run over graphs without inverse edges, each drawn with the weight given beside it."""

    def __init__(
        self,
        graphs: Sequence[tuple[TripleSet, float]],
        config: PretrainingConfig,
        folder: Path | str | None = None,
        *,
        device: str = "cpu",
        start: Mapping[str, Tensor] | None = None,
    ) -> None:
        """Go on from the checkpoint in `folder` where there is one of the same settings.

        Else begin with the weights `start`, or at random by the seed. Raises TrainingError where the
        folder holds a run of other settings, or no graph has an edge.
        """
        self.config, self.folder = config, Path(folder) if folder is not None else None
        self.device = torch.device(device)
        drawable = [(MaskableGraph.of(graph), weight) for graph, weight in graphs if len(graph)]
        if not drawable:
            raise TrainingError("There is nothing to pretrain on: no graph has an edge.")
        self.graphs = [graph for graph, _ in drawable]
        weights = np.array([weight for _, weight in drawable])
        self.shares = weights / weights.sum()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(config.seed)
            self.model = FoundationModel(config.model).to(device)
        if start is not None:
            self.model.load_state_dict(start)
        self.average = {name: value.clone() for name, value in self.model.state_dict().items()}
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
        )
        self.step = 0
        if self.folder is not None and (self.folder / "model.json").exists():
            self._load(self.folder)

    def run(self, done: StepDone | None = None) -> FoundationModel:
        """Train to the last step and return the model with its averaged weights.

        Raises TrainingError where the loss is not a number; the last checkpoint stays as it is.
        """
        self.model.train()
        while self.step < self.config.steps:
            loss = self.train_step()
            if not np.isfinite(loss):
                raise TrainingError(
                    f"The loss is not a number in step {self.step}; use a smaller "
                    "pretraining.learning_rate. The last checkpoint is good."
                )
            self.step += 1
            if done is not None:
                done(self.step, loss)
            if self.step % self.config.checkpoint_every == 0 or self.step == self.config.steps:
                self.save()
        return self.averaged()

    def train_step(self) -> float:
        """Take one step of the optimiser and return the loss before it."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.config.learning_rate * _rate(self.step, self.config)
        loss = self.loss(np.random.default_rng([self.config.seed, self.step]))
        self.optimizer.zero_grad()
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(self.model.parameters(), self.config.clip)
        if loss.isfinite():
            self.optimizer.step()
            # A short memory at first, so that the random start is soon forgotten.
            decay = min(self.config.average_decay, (1 + self.step) / (10 + self.step))
            with torch.no_grad():
                for name, value in self.model.state_dict().items():
                    self.average[name].lerp_(value, 1 - decay)
        return loss.item()

    def loss(self, rng: np.random.Generator) -> Float[Tensor, ""]:
        """Draw a graph and some of its edges, ask each one way, and return the mean cross-entropy."""
        graph = self.graphs[rng.choice(len(self.graphs), p=self.shares)]
        triples = graph.triples
        asked = rng.choice(len(triples), size=min(self.config.batch, len(triples)), replace=False)
        dropped = rng.random(len(triples)) < self.config.edge_dropout
        dropped[asked] = True
        backwards = rng.random(len(asked)) < 0.5
        heads = np.where(backwards, triples.tails[asked], triples.heads[asked])
        tails = np.where(backwards, triples.heads[asked], triples.tails[asked])
        relations = triples.relations[asked] + backwards * triples.relation_count
        rows, known = graph.known.known_tails(heads, relations)
        rival = known != tails[rows]
        queries = torch.from_numpy(np.stack([heads, relations, tails])).to(self.device)
        barred = torch.from_numpy(np.stack([rows[rival], known[rival]])).to(self.device)
        scores = self.model(graph.without(dropped), queries[0], queries[1])
        scores = scores.index_put(tuple(barred), scores.new_tensor(-torch.inf))
        return functional.cross_entropy(scores, queries[2])

    def averaged(self) -> FoundationModel:
        """Return a model with the moving average of the weights, ready to predict."""
        model = copy.deepcopy(self.model)  # a new one would draw from the caller's random state
        model.load_state_dict(self.average)
        return model.eval()

    def save(self) -> None:
        """Write all that the run needs to go on; nothing where it has no folder."""
        if self.folder is None:
            return
        state = {f"model.{name}": value for name, value in self.model.state_dict().items()}
        state |= {f"average.{name}": value for name, value in self.average.items()}
        memory = optimizer_state(self.model, self.optimizer)
        state |= {f"optimizer.{name}": value for name, value in memory.items()}
        state["step"] = torch.tensor(self.step)  # in this file, so that both are written at once
        save_checkpoint(self.folder, state, {"pretraining": repr(self.config)})

    def _load(self, folder: Path) -> None:
        state, card = load_checkpoint(folder)
        if card.get("pretraining") != repr(self.config):
            raise TrainingError(f"{folder} holds a run with other settings; choose another folder.")
        try:
            self.step = int(state["step"])
            self.model.load_state_dict(under(state, "model."))
            self.average = {name: value.to(self.device) for name, value in under(state, "average.").items()}
            restore_optimizer(self.model, self.optimizer, under(state, "optimizer."))
        except (KeyError, RuntimeError) as error:
            raise TrainingError(f"The run in {folder} is damaged ({error}); start it anew.") from error
        log.info("going on from step %d of %d", self.step, self.config.steps)


def _rate(step: int, config: PretrainingConfig) -> float:
    warm = min(1.0, (step + 1) / config.warm_up) if config.warm_up else 1.0
    return warm * (1 - step / config.steps)
