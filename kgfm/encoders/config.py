"""Which encoder turns text into vectors; free of torch, so that it costs nothing to import."""

from dataclasses import dataclass

from kgfm.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class TextEncoderConfig:
    """Names a text encoder and says how it is run."""

    # "minilm" is the packaged all-MiniLM-L6-v2, which needs no network; else a folder, or the name
    # of a model on the Hugging Face Hub, which is fetched once, since the user asked for it by name.
    model: str = "minilm"
    batch_size: int = 32  # texts
    max_tokens: int = 256  # of one text; what lies beyond is not read

    def __post_init__(self) -> None:
        if not self.model.strip():
            raise ConfigError("encoder.model is empty; give 'minilm', a folder or a model's name.")
        if self.batch_size < 1:
            raise ConfigError(f"encoder.batch_size is {self.batch_size}; it must be at least 1.")
        if self.max_tokens < 8:
            raise ConfigError(f"encoder.max_tokens is {self.max_tokens}; it must be at least 8.")
