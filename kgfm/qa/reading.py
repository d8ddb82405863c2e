"""A sentence as question answering reads it: its words, the things named in it, what stands around it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from kgfm.extraction.dates import written_dates
from kgfm.extraction.pipeline import parse
from kgfm.extraction.tree import Word, sentences
from kgfm.kg import IRI, Literal
from kgfm.qa.expectation import DATE, NUMBER
from kgfm.qa.gender import gender_of_name
from kgfm.qa.linking import EntityLinker
from kgfm.qa.passages import Passage
from kgfm.qa.search import SearchIndex
from kgfm.qa.thesaurus import phrases_in
from kgfm.qa.vocabulary import stems_of
from kgfm.qa.words import FUNCTION_WORDS, fold
from kgfm.qa.words import words as folded_words

_TOKEN: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_UNITS: Final = "two|three|four|five|six|seven|eight|nine"
_NUMBER: Final = re.compile(
    r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?![\w])"
    rf"|\b(?:ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|{_UNITS}"
    rf"|(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:-(?:one|{_UNITS}))?)\b"
)
_DOUBT: Final = re.compile(
    r"\b(?:not|never|no|neither|nor|cannot|n't|may|might|perhaps|probably|possibly|reportedly|allegedly|supposedly"
    r"|apparently|presumably|rumou?red|rumou?rs?|legend|said to|believed to|thought to|claimed|unlikely"
    r"|without|failed to|refused|declined|is said|are said|according to (?:some|one|an?|popular)|some accounts)"
    r"\b|n't\b",
    re.IGNORECASE,
)
_NEGATION: Final = re.compile(r"\b(?:not|never|no|neither|nor|cannot|refused|declined)\b|n't\b", re.IGNORECASE)
_PRONOUN_GENDERS: Final = {"he": "m", "his": "m", "him": "m", "she": "f", "her": "f"}
_THINGS: Final = frozenset({"it", "its", "they", "their"})
_READINGS: Final = 3  # entities taken for one ambiguous name
_PARTICLES: Final = frozenset("van der den de di du la le von zu ter del della dos da".split())
_COMMON_SCORE: Final = 0.8  # of a common noun: a name answers sooner
_BEFORE: Final = 2  # sentences of the same document that a sentence leans on
_FARTHEST: Final = 6  # sentences before that may name whom a pronoun stands for


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
    """`words` are folded, each by its position; `doubtful` where it denies or hedges, `negated` where it denies."""

    passage: Passage
    spans: tuple[tuple[int, int], ...]  # characters of each word within the passage's text
    words: tuple[str, ...]
    content: tuple[tuple[int, str], ...]  # position and word, function words left out; phrases joined by "_"
    mentions: tuple[Mention, ...]
    capitals: tuple[tuple[int, int, str], ...]  # runs of capitalised words: first, last, as written
    doubtful: bool
    negated: bool
    topic: int | None  # the entity that the document's title names

    def entities(self) -> set[int]:
        """Return the numbers of the entities that the sentence names."""
        return {mention.entity for mention in self.mentions if mention.entity is not None}


@dataclass(frozen=True, slots=True)
class Context:
    """What a sentence leans on: its title and the sentences before it."""

    said: str  # folded words of both, a space before and behind
    words: frozenset[str]  # content words, folded
    entities: frozenset[int]
    referents: tuple[tuple[int, int], ...]  # a pronoun's position and the entity it most likely stands for


class SentenceReader:
    """Reads the passages of an index, each once."""

    def __init__(self, index: SearchIndex, linker: EntityLinker) -> None:
        self._index = index
        self._linker = linker
        self.read = lru_cache(maxsize=16384)(self._read)
        self.context = lru_cache(maxsize=8192)(self._context)
        self.topic = lru_cache(maxsize=8192)(self._topic_of)
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
        spans = [(token.start(), token.end()) for token in _TOKEN.finditer(text)]
        words = tuple(fold(text[start:end]).removesuffix("'s") for start, end in spans)
        return ReadSentence(
            passage,
            tuple(spans),
            words,
            _content(words),
            tuple(self._mentions(text, spans)),
            tuple(_capitals(text, spans)),
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
        title = frozenset(word for token in _TOKEN.findall(sentence.passage.title) if (word := fold(token)))
        words = title.union(*(frozenset(word for _, word in one.content) for one in before))
        named = {entity for one in before for entity in one.entities()}
        if sentence.topic is not None:
            named.add(sentence.topic)
        referents = [
            (place, referent)
            for place, word in enumerate(sentence.words)
            if (referent := self._referent(word, place, number)) is not None
        ]
        folded = [sentence.passage.title, *(one.passage.text for one in before)]
        said = f" {' '.join(word for text in folded for word in folded_words(text))} "
        return Context(said, words - FUNCTION_WORDS, frozenset(named), tuple(referents))

    def _referent(self, word: str, place: int, number: int) -> int | None:
        """Return what a pronoun most likely stands for: genders must agree.

        The document's topic, else a person named before it in its sentence, else whom the sentences before
        speak of.
        """
        sentence = self.read(number)
        topic = sentence.topic
        if word in _THINGS:
            return topic if topic is not None and self._index.entities[topic].kind != "person" else None
        gender = _PRONOUN_GENDERS.get(word)
        if gender is None:
            return None
        if topic is not None and self._may_be(topic, gender):
            return topic
        named = self._named(sentence, gender, place)
        return self._spoken_of(number, gender) if named is None else named

    def _spoken_of(self, number: int, gender: str) -> int | None:
        """Return the person of a gender whom the sentences before this one speak of.

        A sentence that says "he" before it names a man leans on one before it in turn.
        """
        document = self._index.passages[number].document
        for earlier in range(number - 1, max(number - _FARTHEST, 0) - 1, -1):
            if self._index.passages[earlier].document != document:
                return None
            sentence = self.read(earlier)
            pronouns = (p for p, word in enumerate(sentence.words) if _PRONOUN_GENDERS.get(word) == gender)
            named = self._named(sentence, gender, next(pronouns, len(sentence.words)))
            if named is not None:
                return named
        return None

    def _named(self, sentence: ReadSentence, gender: str, end: int) -> int | None:
        """Return the first person of a gender whom a sentence names before a place."""
        people = (
            one.entity
            for one in sorted(sentence.mentions, key=lambda mention: mention.first)
            if one.last < end and one.entity is not None and self._may_be(one.entity, gender)
        )
        return next(people, None)

    def _may_be(self, entity: int, gender: str) -> bool:
        known = self._index.entities[entity]
        return known.kind == "person" and gender_of_name(known.label) in ("", gender)

    def _topic_of(self, title: str) -> int | None:
        links = self._linker.links(title)
        whole = len(links) == 1 and len(links[0].text) > 0.6 * len(title) and " and " not in links[0].text
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


_MOST_TREES: Final = 4096


def common_nouns(sentence: ReadSentence, tree: Iterable[Word]) -> Iterator[Mention]:
    """Yield the common nouns of a sentence that nothing else names, each with what narrows it down before."""
    named = {place for one in sentence.mentions for place in range(one.first, one.last + 1)}
    for word in tree:
        if word.tag not in ("NN", "NNS") or word.dep == "compound":
            continue
        first = word
        for child in reversed([child for child in word.children if child.start < word.start]):
            if child.dep not in ("compound", "amod") or child.end + 1 != first.start:
                break
            first = child
        places = _places(list(sentence.spans), first.start, word.end)
        if named.isdisjoint(range(places[0], places[1] + 1)):
            text = sentence.passage.text[first.start : word.end]
            yield Mention(None, None, "", text, *places, _COMMON_SCORE)


def _content(words: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
    """Return the words that say something, each with its place, and the phrases at their first word's."""
    said = [(place, word) for place, word in enumerate(words) if word not in FUNCTION_WORDS]
    return (*said, *((places[0], phrase) for phrase, places in phrases_in(words, stems_of)))


def _capitals(text: str, spans: list[tuple[int, int]]) -> Iterator[tuple[int, int, str]]:
    """Yield runs of capitalised words, the sentence's first word left out unless a name follows it."""
    first = None
    for place, (start, end) in enumerate([*spans, (len(text), len(text))]):
        capital = text[start:end][:1].isupper() and fold(text[start:end]) not in FUNCTION_WORDS
        if first is not None and _joins_name(text, spans, place):
            continue  # "Bartel van der Waerden"
        if first is not None and (not capital or text[spans[place - 1][1] : start].strip(" .-")):
            if first > 0 or place - first > 1:
                yield first, place - 1, text[spans[first][0] : spans[place - 1][1]]
            first = None
        if capital and first is None:
            first = place


def _joins_name(text: str, spans: list[tuple[int, int]], place: int) -> bool:
    """Whether a word in lower case stands within a name: a particle, and a capital or a particle follows."""
    after = place + 1
    if after >= len(spans) or text[slice(*spans[place])] not in _PARTICLES:
        return False
    following = text[slice(*spans[after])]
    gap = text[spans[place - 1][1] : spans[place][0]] + text[spans[place][1] : spans[after][0]]
    return not gap.strip() and (following[:1].isupper() or _joins_name(text, spans, after))


def _places(spans: list[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    inside = [place for place, (first, last) in enumerate(spans) if last > start and first < end]
    return (inside[0], inside[-1]) if inside else (0, 0)
