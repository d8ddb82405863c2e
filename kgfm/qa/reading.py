"""Reads the sentences of an index: their words, the things named in them, what stands around them."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from kgfm.extraction.dates import written_dates
from kgfm.extraction.pipeline import parse
from kgfm.extraction.tree import Word, sentences
from kgfm.qa.expectation import DATE, NUMBER
from kgfm.qa.linking import EntityLinker
from kgfm.qa.referents import Referents
from kgfm.qa.search import SearchIndex
from kgfm.qa.sentence import Context, Mention, ReadSentence
from kgfm.qa.surface import TOKEN, capitals, content, places_of
from kgfm.qa.words import FUNCTION_WORDS, fold
from kgfm.qa.words import words as folded_words

_UNITS: Final = "two|three|four|five|six|seven|eight|nine"
_NUMBER: Final = re.compile(
    r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?![\w])"
    rf"|\b(?:ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|{_UNITS}"
    rf"|(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:-(?:one|{_UNITS}))?)\b"
)
_DOUBT: Final = re.compile(
    r"\b(?:not|never|no|neither|nor|cannot|n't|may|might|perhaps|probably|possibly|reportedly|allegedly|supposedly"
    r"|apparently|presumably|rumou?red|rumou?rs?|legend|said to|believed to|thought to|claimed|unlikely"
    r"|without|failed to|refused|declined|is said|are said|according to (?:some|one|an?)|some accounts)"
    r"\b|n't\b",
    re.IGNORECASE,
)
_NEGATION: Final = re.compile(
    r"\b(?:not|never|no|neither|nor|cannot|refused|declined)\b|n't\b", re.IGNORECASE
)
_MOST_TREES: Final = 4096  # kept parsed
_READINGS: Final = 3  # entities taken for one ambiguous name
_BEFORE: Final = 2  # sentences of the same document that a sentence leans on


class SentenceReader:
    """Reads the passages of an index, each once."""

    def __init__(self, index: SearchIndex, linker: EntityLinker) -> None:
        self._index = index
        self._linker = linker
        self.read = lru_cache(maxsize=16384)(self._read)
        self.context = lru_cache(maxsize=8192)(self._context)
        self.topic = lru_cache(maxsize=8192)(self._topic_of)
        self._referents = Referents(index, self.read)
        self._trees: dict[int, tuple[Word, ...]] = {}

    def trees(self, numbers: Iterable[int]) -> dict[int, tuple[Word, ...]]:
        """Return the parsed words of passages; their offsets are those of the passage's text."""
        wanted = list(dict.fromkeys(numbers))
        new = [number for number in wanted if number not in self._trees]
        if len(self._trees) > _MOST_TREES:
            self._trees = {number: self._trees[number] for number in wanted if number in self._trees}
        texts = [self._index.passages[number].text for number in new]
        for number, text, (parsed, starts) in zip(new, texts, parse(texts, entities=False), strict=True):
            self._trees[number] = tuple(
                word for sentence in sentences(parsed, starts, text) for word in sentence.words
            )
        return {number: self._trees[number] for number in wanted}

    def _read(self, number: int) -> ReadSentence:
        passage = self._index.passages[number]
        text = passage.text
        spans = [(token.start(), token.end()) for token in TOKEN.finditer(text)]
        words = tuple(fold(text[start:end]).removesuffix("'s") for start, end in spans)
        return ReadSentence(
            passage,
            tuple(spans),
            words,
            content(words),
            tuple(self._mentions(text, spans)),
            tuple(capitals(text, spans)),
            bool(_DOUBT.search(text)),
            bool(_NEGATION.search(text)),
            self.topic(passage.title),
        )

    def _context(self, number: int) -> Context:
        sentence = self.read(number)
        before = [
            self.read(earlier)
            for earlier in range(number - 1, max(number - _BEFORE, 0) - 1, -1)
            if self._index.passages[earlier].document == sentence.passage.document
        ]
        title = frozenset(word for token in TOKEN.findall(sentence.passage.title) if (word := fold(token)))
        words = title.union(*(frozenset(word for _, word in one.content) for one in before))
        named = {entity for one in before for entity in one.entities()}
        if sentence.topic is not None:
            named.add(sentence.topic)
        referents = [
            (place, referent)
            for place, word in enumerate(sentence.words)
            if (referent := self._referents.of(word, place, number)) is not None
        ]
        folded = [sentence.passage.title, *(one.passage.text for one in before)]
        said = f" {' '.join(word for text in folded for word in folded_words(text))} "
        return Context(said, words - FUNCTION_WORDS, frozenset(named), tuple(referents))

    def _topic_of(self, title: str) -> int | None:
        links = self._linker.links(title)
        whole = len(links) == 1 and len(links[0].text) > 0.6 * len(title) and " and " not in links[0].text
        return links[0].candidates[0].number if whole else None

    def _mentions(self, text: str, spans: list[tuple[int, int]]) -> list[Mention]:
        found = []
        for link in self._linker.links(text):
            first, last = places_of(spans, link.start, link.end)
            for candidate in link.candidates[:_READINGS]:
                entity = self._index.entities[candidate.number]
                found.append(
                    Mention(
                        entity.iri, candidate.number, entity.kind, link.text, first, last, candidate.score
                    )
                )
        dated = []
        for date in written_dates(text):
            first, last = places_of(spans, date.start, date.end)
            dated.append((date.start, date.end))
            found.append(Mention(date.value, None, DATE, text[date.start : date.end], first, last, 1.0))
        for number in _NUMBER.finditer(text):
            if not any(start <= number.start() < end for start, end in dated):
                first, last = places_of(spans, number.start(), number.end())
                found.append(Mention(None, None, NUMBER, number[0], first, last, 1.0))
        return found
