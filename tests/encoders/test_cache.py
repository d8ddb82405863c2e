import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgfm.encoders.cache import CachedEncoder
from kgfm.encoders.text import TextEncoder, Vectors


class CountingEncoder:
    """Letters into four channels, counting what it was asked."""

    channels = 4

    def __init__(self, name: str = "counting") -> None:
        self.name = name
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.asked.extend(texts)
        rows = [
            [1 + sum(ord(letter) % 4 == channel for letter in text) for channel in range(4)] for text in texts
        ]
        vectors = np.array(rows, dtype=np.float32).reshape(-1, 4)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)  # type: ignore[no-any-return]


TEXTS = st.lists(st.text(max_size=12), max_size=8)


@given(first=TEXTS, second=TEXTS)
def test_a_cached_encoder_gives_what_the_encoder_gives_and_asks_once(
    first: list[str], second: list[str]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        encoder, plain = CountingEncoder(), CountingEncoder()
        cached = CachedEncoder(encoder, Path(name))
        np.testing.assert_array_equal(cached.encode(first), plain.encode(first))
        cached.save()
        again = CachedEncoder(encoder, Path(name))
        np.testing.assert_array_equal(again.encode(second), plain.encode(second))
        assert len(encoder.asked) == len({*first, *second})


@pytest.mark.parametrize("damage", [b"", b"not a cache", b"\x08\x00\x00\x00\x00\x00\x00\x00{}      "])
def test_a_broken_file_is_rebuilt(tmp_path: Path, damage: bytes) -> None:
    cached = CachedEncoder(CountingEncoder(), tmp_path)
    cached.encode(["one", "two"])
    cached.save()
    [file] = tmp_path.iterdir()
    file.write_bytes(damage)
    encoder = CountingEncoder()
    mended = CachedEncoder(encoder, tmp_path)
    mended.encode(["one"])
    mended.save()
    assert encoder.asked == ["one"]
    assert len(CachedEncoder(CountingEncoder(), tmp_path)) == 1


def test_two_encoders_share_a_folder_and_no_vectors(tmp_path: Path) -> None:
    for name in ("left", "right"):
        encoder = CountingEncoder(name)
        cached = CachedEncoder(encoder, tmp_path)
        cached.encode(["text"])
        cached.save()
        assert encoder.asked == ["text"]
    assert len(list(tmp_path.iterdir())) == 2


def test_what_is_no_longer_wanted_is_dropped(tmp_path: Path) -> None:
    cached = CachedEncoder(CountingEncoder(), tmp_path)
    cached.encode(["kept", "dropped"])
    cached.save(keep=["kept"])
    assert len(CachedEncoder(CountingEncoder(), tmp_path)) == 1


def test_a_cache_without_a_folder_writes_nothing(tmp_path: Path) -> None:
    cached: TextEncoder = CachedEncoder(CountingEncoder())
    assert cached.encode([]).shape == (0, 4)
    assert isinstance(cached, TextEncoder)


def test_what_cannot_be_written_is_said_and_worked_out_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("where the folder would be")
    for _ in range(2):
        encoder = CountingEncoder()
        cached = CachedEncoder(encoder, tmp_path / "file")
        cached.encode(["one"])
        cached.save()
        assert encoder.asked == ["one"]
        assert "cannot be kept" in caplog.text
