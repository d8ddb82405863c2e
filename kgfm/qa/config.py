"""Settings of question answering; free of torch and spaCy."""

from dataclasses import dataclass

from kgfm.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweringConfig:
    """When an answer is given, and how far it is looked for."""

    min_confidence: float = 0.5  # in [0, 1]; below it `ask` abstains
    beam: int = 4  # entities kept after each step of a question with several
    passages: int = 5  # nearest passages that come with every answer

    def __post_init__(self) -> None:
        if not 0 <= self.min_confidence <= 1:
            raise ConfigError(f"answering.min_confidence is {self.min_confidence}; it must lie in [0, 1].")
        if self.beam < 1:
            raise ConfigError(f"answering.beam is {self.beam}; it must be at least 1.")
        if self.passages < 0:
            raise ConfigError(f"answering.passages is {self.passages}; it must be 0 or more.")
