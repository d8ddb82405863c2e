"""Settings of the extraction; imports neither spaCy nor torch."""

from dataclasses import dataclass

from kgfm.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractionConfig:
    """How documents are read; part of every document graph's fingerprint."""

    min_confidence: float = 0.0  # calibrated, in [0, 1]; statements below it are dropped
    window_characters: int = 20_000  # longest text given to the parser at once
    sentence_words: int = 150  # longer sentences give names but no relations

    def __post_init__(self) -> None:
        if not 0 <= self.min_confidence <= 1:
            raise ConfigError(f"extraction.min_confidence is {self.min_confidence}; it must lie in [0, 1].")
        if self.window_characters < 1000:
            raise ConfigError(
                f"extraction.window_characters is {self.window_characters}; it must be 1000 or more."
            )
        if self.sentence_words < 10:
            raise ConfigError(f"extraction.sentence_words is {self.sentence_words}; it must be 10 or more.")
