"""Answers with their citations: each step with the sentence that says it."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from kgfm.extraction.dates import written_dates
from kgfm.kg import Literal
from kgfm.qa.chains import Trail
from kgfm.qa.expectation import DATE, Expectation
from kgfm.qa.question import Question
from kgfm.qa.search import SearchIndex
from kgfm.qa.steps import Found
from kgfm.qa.words import words
from kgfm.reasoning.answer import Evidence, RankedAnswer

# Nouns of other languages that begin names in lower case.
_NAMING: Final = {
    "rue": "street", "via": "street", "calle": "street", "rua": "street", "place": "square",
    "piazza": "square", "plaza": "square", "quai": "street", "boulevard": "street", "avenue": "street",
    "lycée": "school", "château": "castle", "palazzo": "palace", "île": "island", "lac": "lake",
}  # fmt: skip

_KINDS_OF_PLACES: Final = frozenset("city town village hamlet island".split())


class Citer:
    """Turns trails into answers."""

    def __init__(self, index: SearchIndex) -> None:
        self._index = index

    def ranked(self, question: Question, trails: Sequence[Trail]) -> list[RankedAnswer]:
        """Return the trails as answers, in their order; one that no sentence names is left out."""
        answers = []
        for trail in trails:
            cited = [list(self._cited(step)) for step in trail.steps]
            end = trail.end.entity
            if end is not None and cited[-1] and not any(self._names(end, one.sentence) for one in cited[-1]):
                continue
            answers.append(
                RankedAnswer(
                    text=_with_noun(self._text(question, trail.end), question.expects, cited[-1]),
                    term=trail.end.term,
                    confidence=round(trail.probability, 4),
                    evidence=tuple(one for step in cited for one in step),
                    path=tuple(step.edge.triple for step in trail.steps if step.edge),
                )
            )
        return answers

    def passage(self, number: int, score: float) -> Evidence:
        """Cite a passage by its number."""
        passage = self._index.passages[number]
        return Evidence(
            triple=None,
            statement=None,
            document=passage.document,
            title=passage.title,
            sentence=passage.text,
            start=passage.start,
            end=passage.end,
            confidence=min(max(score, 0.0), 1.0),
        )

    def _cited(self, found: Found) -> Iterator[Evidence]:
        """Yield the sentence that says a step, and the one that names its end where the first says "he"."""
        if found.edge is not None and found.edge.sourced is None:
            return  # of an imported graph: there is no sentence
        evidence = self._evidence(found)
        yield evidence
        if found.entity is None or self._names(found.entity, evidence.sentence):
            return
        before = [
            number
            for number in self._index.mentions.of(found.entity)
            if self._index.passages[number].document == evidence.document
            and self._index.passages[number].start < evidence.start
            and self._names(found.entity, self._index.passages[number].text)
        ]
        if before:
            yield self.passage(before[-1], evidence.confidence)

    def _names(self, entity: int, sentence: str) -> bool:
        """Whether a sentence holds a name of an entity, a person's surname alone included."""
        folded = f" {' '.join(words(sentence))} "
        names = [words(name) for name in self._index.entities[entity].names]
        if self._index.entities[entity].kind == "person":
            names += [name[-1:] for name in names]
        return any(f" {' '.join(name)} " in folded for name in names if name)

    def _text(self, question: Question, found: Found) -> str:
        if found.entity is not None:
            return _without_noun(self._index.entities[found.entity].label, question.expects.noun)
        if question.expects.year and isinstance(found.term, Literal):
            return found.term.value[:4]
        if found.kind == DATE and found.edge and found.edge.sourced:
            _, sentence = self._support(found)
            return next(
                (
                    sentence[date.start : date.end]
                    for date in written_dates(sentence)
                    if date.value == found.term
                ),
                found.text,
            )
        return _without_noun(found.text, question.expects.noun)

    def _evidence(self, found: Found) -> Evidence:
        if found.edge is None or found.edge.sourced is None:
            assert found.passage is not None  # noqa: S101 - no edge: then a passage
            return self.passage(found.passage, found.probability)
        place, sentence = self._support(found)
        sourced = found.edge.sourced
        support = sourced.statement.supports[place]
        return Evidence(
            triple=found.edge.triple,
            statement=sourced.statement,
            document=sourced.document,
            title=sourced.title,
            sentence=sentence,
            start=support.start,
            end=support.end,
            confidence=sourced.statement.confidence,
        )

    def _support(self, found: Found) -> tuple[int, str]:
        """Return number and sentence of the support that names what it is cited for, if any does."""
        assert found.edge is not None and found.edge.sourced is not None  # noqa: S101, PT018 - seen by callers
        sentences = found.edge.sourced.sentences
        names = [found.text] if found.entity is None else list(self._index.entities[found.entity].names)
        folded = [f" {' '.join(words(sentence))} " for sentence in sentences]
        fits = [sum(f" {' '.join(words(name))} " in sentence for name in names) for sentence in folded]
        best = max(range(len(sentences)), key=lambda place: (fits[place], -place))
        return best, sentences[best]


def _with_noun(text: str, expects: Expectation, cited: Sequence[Evidence]) -> str:
    """Return "Hotel New Yorker" for "New Yorker" where a hotel was asked for, or "rue X" where a street."""
    if not expects.noun or expects.kinds[:1] == ("person",):
        return text
    for evidence in cited:
        before = re.search(rf"([^\W\d_]+) {re.escape(text)}\b", evidence.sentence)
        if before and (before[1][0].isupper() or before[1] in _NAMING):
            if _NAMING.get(before[1], before[1].lower()) == expects.noun.lower():
                return before[0]
    return text


def _without_noun(label: str, noun: str) -> str:
    """Return "Alpbach" for "village of Alpbach" where a village was asked for."""
    start = label.lower().removeprefix("the ").removeprefix(noun.lower()).removeprefix(" of")
    cut = len(label) - len(start.lstrip())
    if noun and start.startswith(" ") and label[cut : cut + 1]:
        return label[cut:]
    kind, of, name = label.partition(" of ")
    # A village by whatever question: "village of Alpbach" is Alpbach.
    return name if of and kind in _KINDS_OF_PLACES and name[:1].isupper() else label
