"""Shapes of the models, free of torch; saved beside the weights."""

from dataclasses import dataclass
from typing import Literal

from kgfm.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationalConfig:
    """A CompGCN encoder with a bilinear decoder."""

    channels: int = 128  # even, since "complex" reads them as pairs
    layers: int = 1
    composition: Literal["multiplication", "correlation"] = "multiplication"
    decoder: Literal["distmult", "complex"] = "complex"
    dropout: float = 0.3  # probability, in [0, 1)

    def __post_init__(self) -> None:
        if self.channels < 2 or self.channels % 2:
            raise ConfigError(f"model.channels is {self.channels}; it must be even and at least 2.")
        if self.layers < 0:
            raise ConfigError(f"model.layers is {self.layers}; it must be 0 or more.")
        if not 0 <= self.dropout < 1:
            raise ConfigError(f"model.dropout is {self.dropout}; it must lie in [0, 1).")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundationConfig:
    """A model that ranks the tails of a query in any graph; it holds nothing of any one graph."""

    channels: int = 32
    relation_layers: int = 3  # over the graph of relations
    refinements: int = 2  # rounds in which relations gather from the entities they touch, and back
    entity_layers: int = 4
    fits_in_score: bool = True  # whether an entity's fit to the query's relation speaks for it directly

    def __post_init__(self) -> None:
        for name in ("channels", "relation_layers", "entity_layers"):
            if getattr(self, name) < 1:
                raise ConfigError(f"model.{name} is {getattr(self, name)}; it must be at least 1.")
        if self.refinements < 0:
            raise ConfigError(f"model.refinements is {self.refinements}; it must be 0 or more.")
