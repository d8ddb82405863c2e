"""Answers weighed once more by reading the sentences that they rest on with the question in mind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import log
from typing import Final

from kgfm.qa.chains import Trail
from kgfm.qa.pairs import PairMaker, Readable
from kgfm.qa.question import Question
from kgfm.qa.reader import Pair, Reading, SpanReader
from kgfm.qa.reading import SentenceReader
from kgfm.qa.rivals import alike, among
from kgfm.qa.search import SearchIndex
from kgfm.qa.steps import Pointed

WEIGHED: Final = 24  # likeliest trails that are weighed against each other
_READ: Final = 12  # of the likeliest trails, whose steps are read
_POINTED: Final = 0.3  # likelihood from which what a reader points at is weighed as an answer
_UNREAD: Final = 0.3  # share that stands for a sentence that is not there
_LEFT_OUT, _LEFT_OUT_EARLIER = 0.01, 0.1  # and for steps of a trail that others were likelier than
_LEAST_SHARE: Final = 1e-3
# What speaks for an answer, by pipelines/fit_answer_weights.py: the log-odds from before; 1; the steps after
# the first; the log-odds of what was read for the last step, the same again where it is not the first, and
# those of the earlier steps.
READ_WEIGHTS: Final = (0.7, 2.27, 0.41, 0.56, -0.16, 0.28)


@dataclass(frozen=True, slots=True)
class Shares:
    """How likely the sentences of a trail say what its steps ask for, each in [0, 1]."""

    last: float
    earlier: tuple[float, ...]

    @property
    def log_odds(self) -> tuple[float, float]:
        """Those of the last step, and of the earlier ones together."""
        return _log_odds(self.last, _LEAST_SHARE), sum(_log_odds(one, _LEAST_SHARE) for one in self.earlier)


class Rereader:
    """Reads what the likeliest answers rest on, and ranks them anew."""

    def __init__(
        self, index: SearchIndex, sentences: SentenceReader, reader: SpanReader | None = None
    ) -> None:
        self._index = index
        self._pairs = PairMaker(index, sentences)
        self._reader = reader or SpanReader()

    def reread(self, question: Question, trails: Sequence[Trail]) -> list[Trail]:
        """Return trails, given best first, with probabilities weighed by what was read, best first.

        Those beyond the first WEIGHED keep their order behind them, never surer than any of them.
        """
        trails, rest = trails[:WEIGHED], trails[WEIGHED:]
        shares = self.shares(question, trails)
        logits = [_weighed(trail, share) for trail, share in zip(trails, shares, strict=True)]
        sure = among(logits, self.groups(trails))
        weighed = [
            replace(trail, probability=probability) for trail, probability in zip(trails, sure, strict=True)
        ]
        least = min(sure, default=1.0)
        behind = [replace(trail, probability=min(trail.probability, least)) for trail in rest]
        return sorted(weighed, key=lambda trail: (-trail.probability, trail.end.key)) + behind

    def groups(self, trails: Sequence[Trail]) -> list[int]:
        """Number trails; those whose answers do not exclude each other have one number."""
        return alike(trails, lambda number: self._index.passages[number].text)

    def pointed(self, question: Question, trails: Sequence[Trail], near: Sequence[int]) -> dict[int, Pointed]:
        """Return what answers in the sentences of the likeliest trails, and in those near the question.

        It is by the number of each passage; what a trail ends with already is left out.
        """
        pairs = {trail.end.passage: self._pairs.last(question, trail) for trail in trails[:_READ]}
        if any(len(chain) == 1 for chain in question.chains):
            pairs |= {number: self._pairs.whole(question, number) for number in near if number not in pairs}
        wanted = {number: pair for number, pair in pairs.items() if number is not None and pair is not None}
        known = {(trail.end.passage, trail.end.span) for trail in trails}
        found: dict[int, Pointed] = {}
        readings = self._reader.read([each.pair for each in wanted.values()])
        for (number, each), reading in zip(wanted.items(), readings, strict=True):
            best = reading.likeliest()
            if best and best[2] > _POINTED:
                span = each.written.back(best[:2])
                if (number, span) not in known:
                    found[number] = (*span, best[2])
        return found

    def shares(self, question: Question, trails: Sequence[Trail]) -> list[Shares]:
        """Return how likely each trail's sentences say what its steps ask for."""
        read, rest = trails[:_READ], trails[_READ:]
        steps = [self._pairs.steps(question, trail) for trail in read]
        wanted = [one.pair for trail in steps for one in trail if one is not None]
        readings = dict(zip(wanted, self._reader.read(wanted), strict=True))
        each = [[_share(one, readings) for one in trail] for trail in steps]
        shares = [Shares(trail[-1], tuple(trail[:-1])) for trail in each]
        return shares + [Shares(_LEFT_OUT, (_LEFT_OUT_EARLIER,) * (len(one.steps) - 1)) for one in rest]


def _share(one: Readable | None, readings: Mapping[Pair, Reading]) -> float:
    return readings[one.pair].share(*one.span) if one is not None and one.span else _UNREAD


def _weighed(trail: Trail, shares: Shares) -> float:
    before, bias, step, read, read_after, read_earlier = READ_WEIGHTS
    last, earlier = shares.log_odds
    later = len(trail.steps) - 1
    asked = before * _log_odds(trail.probability, 1e-9) + bias + step * later
    return asked + (read + read_after * bool(later)) * last + read_earlier * earlier


def _log_odds(probability: float, least: float) -> float:
    inside = min(max(probability, least), 1 - max(least, 1e-4))
    return log(inside / (1 - inside))
