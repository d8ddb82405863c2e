"""Shapes of the models, free of torch; saved beside the weights."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from kgfm.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationalConfig:
    """Learned vectors, refined by an encoder (unless it has no layers), read by a decoder."""

    channels: int = 128  # even, since "complex" and "rotate" read them as pairs
    layers: int = 1
    encoder: Literal["compgcn", "r-gcn"] = "compgcn"
    composition: Literal["multiplication", "correlation"] = "multiplication"  # of compgcn
    bases: int = 16  # of r-gcn: relations are mixtures of so many transforms
    decoder: Literal["distmult", "complex", "rotate"] = "complex"
    dropout: float = 0.3  # probability, in [0, 1)

    def __post_init__(self) -> None:
        if self.channels < 2 or self.channels % 2:
            raise ConfigError(f"model.channels is {self.channels}; it must be even and at least 2.")
        if self.layers < 0:
            raise ConfigError(f"model.layers is {self.layers}; it must be 0 or more.")
        if self.bases < 1:
            raise ConfigError(f"model.bases is {self.bases}; it must be at least 1.")
        if not 0 <= self.dropout < 1:
            raise ConfigError(f"model.dropout is {self.dropout}; it must lie in [0, 1).")


# Published models by the names that the field gives them, with their usual decoders.
BASELINES: Final[Mapping[str, RelationalConfig]] = MappingProxyType(
    {
        "distmult": RelationalConfig(layers=0, decoder="distmult"),
        "complex": RelationalConfig(layers=0, decoder="complex"),
        "rotate": RelationalConfig(layers=0, decoder="rotate"),
        "r-gcn": RelationalConfig(encoder="r-gcn", decoder="distmult"),
        "compgcn": RelationalConfig(encoder="compgcn", decoder="distmult"),
    }
)


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
