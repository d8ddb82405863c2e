"""What the reader learns from: a question, a sentence with what it leans on, and the spans that answer."""

import gzip
import json
import os
import random
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from kgfm.qa.reader import context_of

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
    """`spans` are characters of the sentence, any of which answers; none: it does not answer.

    A `bare` one is read without title and what stands before, as it names what it speaks of.
    """

    question: str
    text: Text
    place: int  # of the sentence in the text
    spans: tuple[tuple[int, int], ...]
    kind: str
    bare: bool = False

    @property
    def sentence(self) -> str:
        return self.text.sentences[self.place]

    @property
    def before(self) -> str:
        return self.text.sentences[self.place - 1] if self.place else ""


def sometimes_bare(example: Example, draw: random.Random) -> Example:
    """Return the example, bare by chance where its sentence holds the question's names and no pronoun."""
    names = set(re.findall(r"\b[A-Z]\w+", example.question.partition(" ")[2]))
    speaks_out = all(name in example.sentence for name in names) and not context_of("", "-", example.sentence)
    return replace(example, bare=speaks_out and draw.random() < 0.5)


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
