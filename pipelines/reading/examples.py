"""What the reader learns from: a question, a sentence with what it leans on, and the spans that answer."""

import gzip
import json
import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_HELD_OUT: Final = 20  # one document in so many is kept for validation


@dataclass(frozen=True, slots=True)
class Text:
    """A document: its title, and its sentences in order."""

    source: str
    title: str
    sentences: tuple[str, ...]

    @property
    def is_held_out(self) -> bool:
        """Whether nothing of it may be trained on; by its title, so that copies fall together."""
        return zlib.crc32(self.title.encode()) % _HELD_OUT == 0


@dataclass(frozen=True, slots=True)
class Example:
    """`spans` are characters of the sentence, any of which answers; none: it does not answer."""

    question: str
    text: Text
    place: int  # of the sentence in the text
    spans: tuple[tuple[int, int], ...]
    kind: str

    @property
    def sentence(self) -> str:
        return self.text.sentences[self.place]

    @property
    def before(self) -> str:
        return self.text.sentences[self.place - 1] if self.place else ""


def data(path: str) -> Path:
    return Path(os.environ["KGFM_DATA"]) / path


def lines(path: str) -> Iterator[dict[str, Any]]:
    with gzip.open(data(path), "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


_END: Final = re.compile(r"(?<=[a-z0-9)\]\"”][.!?]) +(?=[\"“A-Z])")


def sentences_of(text: str) -> tuple[str, ...]:
    """Split at full stops before capitals, those of initials and titles aside."""
    return tuple(part for part in _END.split(" ".join(text.split())) if part)


def occurrences(name: str, sentence: str) -> tuple[tuple[int, int], ...]:
    """Return where a name stands in a sentence as whole words, case aside."""
    pattern = rf"(?<!\w){re.escape(name)}(?!\w)"
    return tuple((found.start(), found.end()) for found in re.finditer(pattern, sentence, re.IGNORECASE))
