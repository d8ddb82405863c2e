"""A sentence as question answering reads it: its words, the things named in it, whether it asserts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from kgfm.extraction.dates import written_dates
from kgfm.kg import IRI, Literal
from kgfm.qa.expectation import DATE, NUMBER
from kgfm.qa.linking import EntityLinker
from kgfm.qa.passages import Passage
from kgfm.qa.search import SearchIndex
from kgfm.qa.words import FUNCTION_WORDS, fold

_TOKEN: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_NUMBER: Final = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?![\w])")
_DOUBT: Final = re.compile(
    r"\b(?:not|never|no|neither|nor|cannot|n't|may|might|perhaps|probably|possibly|reportedly|allegedly|supposedly"
    r"|apparently|presumably|rumou?red|rumou?rs?|legend|said to|believed to|thought to|claimed|unlikely"
    r"|without|failed to|refused|declined)\b|n't\b",
    re.IGNORECASE,
)
_PRONOUN: Final = re.compile(r"\b(?:he|she|his|her|him|it|its|they|their|them)\b", re.IGNORECASE)
_READINGS: Final = 3  # entities taken for one ambiguous name


@dataclass(frozen=True, slots=True)
class Mention:
    """Something named in a sentence, that may answer a question."""

    term: IRI | Literal | None  # None for a number
    entity: int | None  # its number in the index
    kind: str  # entity kind, "date" or "number"
    text: str
    first: int  # position among the sentence's words
    last: int
    score: float  # how sure the name makes us of the entity, in (0, 1]


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """`words` are folded, each by its position; `doubtful` where it denies or hedges something."""

    passage: Passage
    words: tuple[str, ...]
    content: tuple[tuple[int, str], ...]  # position and word, function words left out
    mentions: tuple[Mention, ...]
    capitals: tuple[tuple[int, int, str], ...]  # runs of capitalised words: first, last, as written
    doubtful: bool
    pronoun: bool
    topic: int | None  # the entity that the document's title names: what its pronouns may stand for


class SentenceReader:
    """Reads the passages of an index, each once."""

    def __init__(self, index: SearchIndex, linker: EntityLinker) -> None:
        self._index = index
        self._linker = linker
        self.read = lru_cache(maxsize=8192)(self._read)
        self._topic = lru_cache(maxsize=8192)(self._topic_of)

    def _read(self, number: int) -> ReadSentence:
        passage = self._index.passages[number]
        text = passage.text
        spans = [(token.start(), token.end()) for token in _TOKEN.finditer(text)]
        words = tuple(fold(text[start:end]).removesuffix("'s") for start, end in spans)
        return ReadSentence(
            passage,
            words,
            tuple((place, word) for place, word in enumerate(words) if word not in FUNCTION_WORDS),
            tuple(self._mentions(text, spans)),
            tuple(_capitals(text, spans)),
            bool(_DOUBT.search(text)),
            bool(_PRONOUN.search(text)),
            self._topic(passage.title),
        )

    def _topic_of(self, title: str) -> int | None:
        links = self._linker.links(title)
        whole = len(links) == 1 and len(links[0].text) > 0.6 * len(title)
        return links[0].candidates[0].number if whole else None

    def _mentions(self, text: str, spans: list[tuple[int, int]]) -> list[Mention]:
        found = []
        for link in self._linker.links(text):
            first, last = _places(spans, link.start, link.end)
            for candidate in link.candidates[:_READINGS]:
                entity = self._index.entities[candidate.number]
                found.append(
                    Mention(
                        entity.iri, candidate.number, entity.kind, link.text, first, last, candidate.score
                    )
                )
        dated = []
        for date in written_dates(text):
            first, last = _places(spans, date.start, date.end)
            dated.append((date.start, date.end))
            found.append(Mention(date.value, None, DATE, text[date.start : date.end], first, last, 1.0))
        for number in _NUMBER.finditer(text):
            if not any(start <= number.start() < end for start, end in dated):
                first, last = _places(spans, number.start(), number.end())
                found.append(Mention(None, None, NUMBER, number[0], first, last, 1.0))
        return found


def _capitals(text: str, spans: list[tuple[int, int]]) -> Iterator[tuple[int, int, str]]:
    """Yield runs of capitalised words, the sentence's first word left out unless a name follows it."""
    first = None
    for place, (start, end) in enumerate([*spans, (len(text), len(text))]):
        capital = text[start:end][:1].isupper() and fold(text[start:end]) not in FUNCTION_WORDS
        if first is not None and (not capital or text[spans[place - 1][1] : start].strip(" .-")):
            if first > 0 or place - first > 1:
                yield first, place - 1, text[spans[first][0] : spans[place - 1][1]]
            first = None
        if capital and first is None:
            first = place


def _places(spans: list[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    inside = [place for place, (first, last) in enumerate(spans) if last > start and first < end]
    return (inside[0], inside[-1]) if inside else (0, 0)
