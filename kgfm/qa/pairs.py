"""What a reader is given to read: each step of a trail as a question, with the sentence that it rests on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from kgfm.qa.asking import asked_alone, asked_of, described, with_names
from kgfm.qa.chains import Trail
from kgfm.qa.question import Hop, Question
from kgfm.qa.reader import Pair, context_of
from kgfm.qa.reading import SentenceReader
from kgfm.qa.search import SearchIndex
from kgfm.qa.steps import Found, Span
from kgfm.qa.words import words
from kgfm.qa.written import Written

_PRONOUNS: Final = frozenset("he she it they him them".split())
_POSSESSIVES: Final = frozenset("his her its their".split())

_Links = list[tuple[str, set[int]]]


@dataclass(frozen=True, slots=True)
class Readable:
    """A pair, how its sentence was written out, and the characters there that are to answer, if any."""

    pair: Pair
    written: Written
    span: Span | None = None


class PairMaker:
    """Writes pairs over one index.

    Pronouns that stand for somebody else than the question asks about are written out: readers take "he"
    for whom they were asked about.
    """

    def __init__(self, index: SearchIndex, sentences: SentenceReader) -> None:
        self._index = index
        self._sentences = sentences

    def whole(self, question: Question, number: int) -> Readable:
        """Return the question as it is, and a passage by its number."""
        links = _links(question)
        return self._readable(question.text, links, number, self._elsewhere(number, _asked_about(question)))

    def last(self, question: Question, trail: Trail) -> Readable | None:
        """Return the last step as a question, and its sentence; None for a fact that no text states."""
        return self._step(question, trail, len(trail.steps) - 1)

    def steps(self, question: Question, trail: Trail) -> list[Readable | None]:
        """Return every step as a question with its sentence, in order.

        A pronoun there that stands for what the step leads to is written out, too.
        """
        return [self._step(question, trail, place, found) for place, found in enumerate(trail.steps)]

    def _step(
        self, question: Question, trail: Trail, place: int, found: Found | None = None
    ) -> Readable | None:
        number, links = trail.steps[place].passage, _links(question)
        if number is None:
            return None
        asked, about = question.text, _asked_about(question)
        if place:
            start = trail.steps[place - 1]
            label = start.text if start.entity is None else self._index.entities[start.entity].label
            asked = _asked_of(question.text, trail.hops, place, label)
            about = set() if start.entity is None else {start.entity}
            links += [(label, about)] if about else []
        elif len(trail.steps) > 1:
            asked = asked_alone(trail.hops[0], _description(question.text, trail.hops[:1]))
        names = self._elsewhere(number, about)
        return self._readable(asked, links, number, names, found)

    def _readable(
        self, asked: str, links: _Links, number: int, names: dict[Span, str], found: Found | None = None
    ) -> Readable:
        sentence = self._sentences.read(number)
        before = self._index.passages[number - 1] if number else None
        follows = before is not None and before.document == sentence.passage.document
        text = sentence.passage.text
        context = context_of(sentence.passage.title, before.text if before and follows else "", text)
        span = None if found is None else found.span or _place(found.text, text)
        if span and found and found.entity is not None:
            names = names | self._name(text, span, found.entity)
        written = Written.of(text, names)
        pair = Pair(with_names(asked, links, sentence), context, written.text)
        return Readable(pair, written, span and written.there(span))

    def _elsewhere(self, number: int, about: Collection[int]) -> dict[Span, str]:
        """Return the names of those whom a passage's pronouns stand for, if it speaks of none of `about`.

        A relative may go by another name than what is known of him says.
        """
        people = {one for one in about if self._index.entities[one].kind == "person"}
        sentence, context = self._sentences.read(number), self._sentences.context(number)
        spoken_of = sentence.entities() | context.entities | {entity for _, entity in context.referents}
        surnames = {word for one in people for word in self._index.entities[one].surnames}
        if not people or people & spoken_of or surnames & set(words(sentence.passage.title)):
            return {}
        names: dict[Span, str] = {}
        for place, entity in context.referents:
            if self._index.entities[entity].kind == "person":
                names |= self._name(sentence.passage.text, sentence.spans[place], entity)
        return names

    def _name(self, text: str, span: Span, entity: int) -> dict[Span, str]:
        """Return what is to be written at a span: nothing else, unless a pronoun stands there."""
        said, label = text[slice(*span)].lower(), self._index.entities[entity].label
        if said not in _PRONOUNS | _POSSESSIVES:
            return {}
        return {span: label + "'s" if said in _POSSESSIVES else label}


def _links(question: Question) -> _Links:
    return [(link.text, {each.number for each in link.candidates}) for link in question.links]


def _asked_about(question: Question) -> set[int]:
    """Return what a question of one step names; in one of several, a name may only describe another thing."""
    if any(len(chain) > 1 for chain in question.chains):
        return set()
    return {entity for _, entities in _links(question) for entity in entities}


def _description(asked: str, hops: Sequence[Hop]) -> str:
    span = described(asked, hops)
    return asked[slice(*span)] if span else ""


def _asked_of(asked: str, hops: Sequence[Hop], place: int, label: str) -> str:
    """Return a later step as a question; the last one in the words of the whole, if they stand together."""
    description = _description(asked, hops[:place]) if place == len(hops) - 1 else ""
    return asked.replace(description, label, 1) if description else asked_of(hops[place], label)


def _place(text: str, sentence: str) -> Span | None:
    start = sentence.lower().find(text.lower())
    return (start, start + len(text)) if start >= 0 else None
