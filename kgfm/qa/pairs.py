"""What a reader is given to read: each step of a trail as a question, with the sentence that it rests on."""

from dataclasses import dataclass
from typing import Final

from kgfm.qa.asking import asked_alone, asked_of, with_names
from kgfm.qa.chains import Trail
from kgfm.qa.question import Question
from kgfm.qa.reader import Pair, context_of
from kgfm.qa.reading import SentenceReader
from kgfm.qa.search import SearchIndex
from kgfm.qa.steps import Found, Span

_PRONOUNS: Final = frozenset("he she it they him them".split())
_POSSESSIVES: Final = frozenset("his her its their".split())


@dataclass(frozen=True, slots=True)
class Reread:
    """A pair, and the characters of its sentence that are to answer; None where nothing there does."""

    pair: Pair
    span: Span | None


class PairMaker:
    """Writes pairs over one index."""

    def __init__(self, index: SearchIndex, sentences: SentenceReader) -> None:
        self._index = index
        self._sentences = sentences

    def whole(self, question: Question, number: int) -> Pair:
        """Return the question as it is, and a passage by its number."""
        return self._pair(question.text, _links(question), number)

    def last(self, question: Question, trail: Trail) -> Pair | None:
        """Return the last step as a question, and its sentence; None for a fact that no text states."""
        return self._step(question, trail, len(trail.steps) - 1)

    def steps(self, question: Question, trail: Trail) -> list[Reread | None]:
        """Return every step as a question with its sentence, in order.

        A pronoun there that stands for what the step leads to is written out.
        """
        pairs = [self._step(question, trail, place) for place in range(len(trail.steps))]
        return [
            None if pair is None else self._written_out(pair, found)
            for pair, found in zip(pairs, trail.steps, strict=True)
        ]

    def _step(self, question: Question, trail: Trail, place: int) -> Pair | None:
        number, links = trail.steps[place].passage, _links(question)
        if number is None:
            return None
        if len(trail.steps) == 1:
            return self._pair(question.text, links, number)
        if not place:
            return self._pair(asked_alone(trail.hops[0]), links, number)
        start = trail.steps[place - 1]
        label = start.text if start.entity is None else self._index.entities[start.entity].label
        if start.entity is not None:
            links.append((label, {start.entity}))
        return self._pair(asked_of(trail.hops[place], label), links, number)

    def _pair(self, asked: str, links: list[tuple[str, set[int]]], number: int) -> Pair:
        sentence = self._sentences.read(number)
        before = self._index.passages[number - 1] if number else None
        follows = before is not None and before.document == sentence.passage.document
        context = context_of(
            sentence.passage.title, before.text if before and follows else "", sentence.passage.text
        )
        return Pair(with_names(asked, links, sentence), context, sentence.passage.text)

    def _written_out(self, pair: Pair, found: Found) -> Reread:
        span = found.span or _place(found.text, pair.sentence)
        if span is None or found.entity is None:
            return Reread(pair, span)
        begin, end = span
        said, label = pair.sentence[begin:end].lower(), self._index.entities[found.entity].label
        if said not in _PRONOUNS | _POSSESSIVES:
            return Reread(pair, span)
        name = label + "'s" if said in _POSSESSIVES else label
        sentence = pair.sentence[:begin] + name + pair.sentence[end:]
        return Reread(Pair(pair.question, pair.context, sentence), (begin, begin + len(name)))


def _links(question: Question) -> list[tuple[str, set[int]]]:
    return [(link.text, {each.number for each in link.candidates}) for link in question.links]


def _place(text: str, sentence: str) -> Span | None:
    start = sentence.lower().find(text.lower())
    return (start, start + len(text)) if start >= 0 else None
