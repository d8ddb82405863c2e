"""How a model is fitted, free of torch."""

from dataclasses import dataclass, field

from kgfm.errors import ConfigError
from kgfm.nn.config import FoundationConfig, RelationalConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingConfig:
    """Settings of one fit; saved beside the weights."""

    model: RelationalConfig = field(default_factory=RelationalConfig)
    epochs: int = 200
    seconds: float = 60.0  # stop after the epoch in which this much time has passed
    patience: int = 10  # stop after so many validations without a better MRR
    batch: int = 512  # queries a step
    learning_rate: float = 5e-3
    weight_decay: float = 1e-4
    label_smoothing: float = 0.1  # share of the target spread over all entities, in [0, 1)
    edge_dropout: float = 0.2  # share of message edges left out at each step, in [0, 1)
    validation: float = 0.1  # share of the edges held out for early stopping and calibration
    prior: bool = True  # whether the fit of an entity to its place may be added to its scores
    negatives: int = 10  # false triples that calibration sets against each held-out true one
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("label_smoothing", "edge_dropout"):
            if not 0 <= getattr(self, name) < 1:
                raise ConfigError(f"training.{name} is {getattr(self, name)}; it must lie in [0, 1).")
        if not 0 < self.validation < 1:
            raise ConfigError(f"training.validation is {self.validation}; it must lie between 0 and 1.")
        for name in ("epochs", "seconds", "patience", "batch", "learning_rate", "negatives"):
            if getattr(self, name) <= 0:
                raise ConfigError(f"training.{name} is {getattr(self, name)}; it must be above 0.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PretrainingConfig:
    """Settings of one pretraining run; saved beside the weights."""

    model: FoundationConfig = field(default_factory=FoundationConfig)
    steps: int = 5000
    batch: int = 16  # queries a step, all from one graph
    learning_rate: float = 1.5e-3  # after warm-up; falls to zero by the last step
    warm_up: int = 40  # steps
    weight_decay: float = 1e-2
    clip: float = 1.0  # greatest norm of a step's gradient
    edge_dropout: float = 0.1  # share of message edges left out at each step, in [0, 1)
    average_decay: float = 0.995  # of the moving average of the weights, in [0, 1)
    checkpoint_every: int = 250  # steps
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("edge_dropout", "average_decay"):
            if not 0 <= getattr(self, name) < 1:
                raise ConfigError(f"pretraining.{name} is {getattr(self, name)}; it must lie in [0, 1).")
        for name in ("steps", "batch", "learning_rate", "clip", "checkpoint_every"):
            if getattr(self, name) <= 0:
                raise ConfigError(f"pretraining.{name} is {getattr(self, name)}; it must be above 0.")
        if self.warm_up < 0 or self.weight_decay < 0:
            raise ConfigError("pretraining.warm_up and pretraining.weight_decay must be 0 or more.")


@dataclass(frozen=True, slots=True, kw_only=True)
class FineTuningConfig:
    """Settings of fine-tuning the graph model on one graph; saved beside the weights."""

    seconds: float = 300.0  # in all, validations included
    steps: int | None = None  # as many as fit into the time unless given
    batch: int = 16  # queries a step
    learning_rate: float = 1e-3  # after warm-up; falls to zero by the last step
    warm_up: int = 10  # steps
    weight_decay: float = 1e-2
    clip: float = 1.0  # greatest norm of a step's gradient
    edge_dropout: float = 0.1  # share of message edges left out at each step, in [0, 1)
    average_decay: float = 0.98  # of the moving average of the weights, in [0, 1)
    patience: int = 6  # stop after so many validations without a better MRR
    validation: float = 0.1  # share of the edges held out to choose by
    most_validation_edges: int = 150  # of these, ranked at each validation
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.validation < 1:
            raise ConfigError(f"fine-tuning.validation is {self.validation}; it must lie between 0 and 1.")
        for name in ("seconds", "batch", "learning_rate", "patience", "most_validation_edges"):
            if getattr(self, name) <= 0:
                raise ConfigError(f"fine-tuning.{name} is {getattr(self, name)}; it must be above 0.")
        self.as_pretraining(FoundationConfig(), self.steps or 1)

    def as_pretraining(self, model: FoundationConfig, steps: int) -> PretrainingConfig:
        """Return the same as settings of a pretraining run over the one graph."""
        return PretrainingConfig(
            model=model,
            steps=steps,
            batch=self.batch,
            learning_rate=self.learning_rate,
            warm_up=self.warm_up,
            weight_decay=self.weight_decay,
            clip=self.clip,
            edge_dropout=self.edge_dropout,
            average_decay=self.average_decay,
            seed=self.seed,
        )
