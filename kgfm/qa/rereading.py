"""Answers weighed once more by reading the sentences that they rest on with the question in mind."""

from collections.abc import Sequence
from dataclasses import replace
from math import log
from typing import Final

from kgfm.qa.asking import asked_of, with_names
from kgfm.qa.chains import Trail
from kgfm.qa.question import Question
from kgfm.qa.reader import Pair, Reading, SpanReader, context_of
from kgfm.qa.reading import SentenceReader
from kgfm.qa.rivals import alike, among
from kgfm.qa.search import SearchIndex
from kgfm.qa.steps import Found, Pointed

WEIGHED: Final = 24  # likeliest trails that are weighed against each other
_READ: Final = 12  # of the likeliest trails, whose last steps are read
# How much the log-odds from before, 1, and those of what was read count: pipelines/fit_answer_weights.py.
READ_WEIGHTS: Final = (0.71, 2.05, 0.51)
LEAST_SHARE: Final = 1e-3
_POINTED: Final = 0.3  # likelihood from which what a reader points at is weighed as an answer
_UNREAD: Final = 0.3  # share that stands for a sentence that is not there
_LEFT_OUT: Final = 0.01  # and for one that others were likelier than


class Rereader:
    """Reads what the likeliest answers rest on, and ranks them anew."""

    def __init__(
        self, index: SearchIndex, sentences: SentenceReader, reader: SpanReader | None = None
    ) -> None:
        self._index = index
        self._sentences = sentences
        self._reader = reader or SpanReader()

    def reread(self, question: Question, trails: Sequence[Trail]) -> list[Trail]:
        """Return trails, given best first, with probabilities weighed by what was read, best first.

        Those beyond the first WEIGHED keep their order behind them, never surer than any of them.
        """
        trails, rest = trails[:WEIGHED], trails[WEIGHED:]
        shares = self.shares(question, trails)
        logits = [_weighed(trail.probability, share) for trail, share in zip(trails, shares, strict=True)]
        sure = among(logits, alike(trails))
        weighed = [
            replace(trail, probability=probability) for trail, probability in zip(trails, sure, strict=True)
        ]
        least = min(sure, default=1.0)
        behind = [replace(trail, probability=min(trail.probability, least)) for trail in rest]
        return sorted(weighed, key=lambda trail: (-trail.probability, trail.end.key)) + behind

    def pointed(self, question: Question, trails: Sequence[Trail], near: Sequence[int]) -> dict[int, Pointed]:
        """Return what answers in the sentences of the likeliest trails, and in those near the question.

        It is by the number of each passage; what a trail ends with already is left out.
        """
        pairs = {trail.end.passage: self._pair(question, trail) for trail in trails[:_READ]}
        if any(len(chain) == 1 for chain in question.chains):
            pairs |= {number: self._whole(question, number) for number in near if number not in pairs}
        wanted = {number: pair for number, pair in pairs.items() if number is not None and pair is not None}
        known = {(trail.end.passage, trail.end.span) for trail in trails}
        found: dict[int, Pointed] = {}
        for number, reading in zip(wanted, self._reader.read(list(wanted.values())), strict=True):
            best = reading.likeliest()
            if best and best[2] > _POINTED and (number, best[:2]) not in known:
                found[number] = best
        return found

    def shares(self, question: Question, trails: Sequence[Trail]) -> list[float]:
        """Return how likely each trail ends with what its last sentence says, in [0, 1]."""
        read, rest = trails[:_READ], trails[_READ:]
        pairs = [self._pair(question, trail) for trail in read]
        wanted = [pair for pair in pairs if pair is not None]
        readings = dict(zip(wanted, self._reader.read(wanted), strict=True))
        shares = [_share(pair, readings, trail.end) for pair, trail in zip(pairs, read, strict=True)]
        return shares + [_LEFT_OUT] * len(rest)

    def _pair(self, question: Question, trail: Trail) -> Pair | None:
        """Return the last step as a question, and its sentence; None for a fact that no text states."""
        if trail.end.passage is None:
            return None
        return self._read_with(self._asked(question, trail), trail.end.passage)

    def _whole(self, question: Question, number: int) -> Pair:
        """Return the question as it is, and a sentence."""
        links = [(link.text, {each.number for each in link.candidates}) for link in question.links]
        return self._read_with(with_names(question.text, links, self._sentences.read(number)), number)

    def _read_with(self, asked: str, number: int) -> Pair:
        sentence = self._sentences.read(number)
        before = self._index.passages[number - 1] if number else None
        follows = before is not None and before.document == sentence.passage.document
        context = context_of(
            sentence.passage.title, before.text if before and follows else "", sentence.passage.text
        )
        return Pair(asked, context, sentence.passage.text)

    def _asked(self, question: Question, trail: Trail) -> str:
        """Return the last step as a question, with names as its sentence has them."""
        sentence = self._sentences.read(trail.end.passage or 0)
        links = [(link.text, {each.number for each in link.candidates}) for link in question.links]
        if len(trail.steps) == 1:
            return with_names(question.text, links, sentence)
        start = trail.steps[-2]
        label = start.text if start.entity is None else self._index.entities[start.entity].label
        if start.entity is not None:
            links.append((label, {start.entity}))
        return with_names(asked_of(trail.hops[-1], label), links, sentence)


def _share(pair: Pair | None, readings: dict[Pair, Reading], found: Found) -> float:
    span = found.span or (pair and _place(found.text, pair.sentence))
    return readings[pair].share(*span) if pair is not None and span else _UNREAD


def _place(text: str, sentence: str) -> tuple[int, int] | None:
    start = sentence.lower().find(text.lower())
    return (start, start + len(text)) if start >= 0 else None


def _weighed(probability: float, share: float) -> float:
    before, bias, read = READ_WEIGHTS
    return before * _log_odds(probability, 1e-9) + bias + read * _log_odds(share, LEAST_SHARE)


def _log_odds(probability: float, least: float) -> float:
    inside = min(max(probability, least), 1 - max(least, 1e-4))
    return log(inside / (1 - inside))
