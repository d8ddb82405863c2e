"""Vectors that were worked out before, kept in a file beside the knowledge base.

A cache: deleting it, or finding it broken, costs time and nothing else.
"""

import hashlib
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from kgfm.encoders.text import TextEncoder, Vectors

log = logging.getLogger(__name__)

_HASH_BYTES: Final = 16


class CachedEncoder:
    """A TextEncoder that asks another one only for texts it has not met.

    `folder` holds one safetensors file an encoder: hashes [texts, 16] uint8, vectors [texts, channels]
    float32. Nothing is written until `save`; a file that cannot be read is as good as none.
    """

    def __init__(self, encoder: TextEncoder, folder: Path | None = None) -> None:
        self._encoder = encoder
        digest = hashlib.sha256(encoder.name.encode()).hexdigest()[:16]
        self._path = folder / f"embeddings-{digest}.safetensors" if folder else None
        self._rows: dict[bytes, Vectors] = {}
        self._unsaved = False
        self._load()

    @property
    def name(self) -> str:
        """The name of the encoder behind."""
        return self._encoder.name

    @property
    def channels(self) -> int:
        """Length of a vector."""
        return self._encoder.channels

    def __len__(self) -> int:
        return len(self._rows)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return a float32 array [texts, channels]; each row has unit length."""
        keys = [_key(text) for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._rows}
        if missing:
            vectors = self._encoder.encode(list(missing.values()))
            self._rows.update(zip(missing, vectors, strict=True))
            self._unsaved = True
        if not keys:
            return np.empty((0, self.channels), dtype=np.float32)
        return np.stack([self._rows[key] for key in keys])

    def save(self, keep: Sequence[str] | None = None) -> None:
        """Write the cache, whole or not at all; `keep` names the texts that are still wanted.

        Where it cannot be written (a folder to read only, a full disk), a warning says so.
        """
        if keep is not None:
            wanted = {_key(text) for text in keep}
            self._unsaved |= len(wanted) < len(self._rows)
            self._rows = {key: row for key, row in self._rows.items() if key in wanted}
        if self._path is None or not self._unsaved:
            return
        try:
            self._write(self._path)
        except (OSError, SafetensorError) as error:
            log.warning("vectors cannot be kept (%s); they are worked out again each time", error)
            return
        self._unsaved = False

    def _write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        hashes = np.frombuffer(b"".join(self._rows), dtype=np.uint8).reshape(-1, _HASH_BYTES)
        vectors = np.array(list(self._rows.values()), dtype=np.float32).reshape(-1, self.channels)
        # Written aside and moved into place: a killed process leaves the old file or the new one.
        aside = path.with_suffix(f".{os.getpid()}.tmp")
        save_file({"hashes": hashes.copy(), "vectors": vectors}, aside)
        aside.replace(path)

    def _load(self) -> None:
        if self._path is None or not self._path.exists():
            return
        try:
            arrays = load_file(self._path)
            hashes, vectors = arrays["hashes"], arrays["vectors"]
            if hashes.shape[1] != _HASH_BYTES or vectors.shape != (len(hashes), self.channels):
                raise ValueError(f"shapes {hashes.shape} and {vectors.shape}")
            if not np.isfinite(vectors).all():
                raise ValueError("vectors that are not finite")
        except (SafetensorError, OSError, KeyError, IndexError, ValueError) as error:
            log.warning("%s cannot be read (%s); its vectors are worked out again", self._path, error)
            self._unsaved = True
            return
        self._rows = {bytes(key): row for key, row in zip(hashes, vectors, strict=True)}


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors="surrogatepass")).digest()[:_HASH_BYTES]
