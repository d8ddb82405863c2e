"""Questions of several steps: each step starts from what the one before led to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from kgfm.encoders.text import Vectors
from kgfm.qa.hops import HopResolver
from kgfm.qa.linking import Link
from kgfm.qa.question import Hop, Question
from kgfm.qa.steps import Found, Pointed, Step
from kgfm.qa.words import stem, words

_READINGS: Final = 3  # entities tried for an ambiguous name
_NAMED_KINDS: Final = (("person",), ("place",), ("organization",))  # things that have names of their own
_KEPT: Final = 20  # candidates of the last step


@dataclass(frozen=True, slots=True)
class Trail:
    """What a chain found: one candidate a step, in order; `probability` is the product of theirs."""

    steps: tuple[Found, ...]
    probability: float
    hops: tuple[Hop, ...]  # what each step asked for

    @property
    def end(self) -> Found:
        """What the last step led to."""
        return self.steps[-1]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What every step of a question knows of the whole."""

    avoid: frozenset[int]  # entities that it names
    said: frozenset[str]  # stems of its words
    pointed: Mapping[int, Pointed]
    last: bool = True  # whether the step leads to the answer


class ChainResolver:
    """Follows the readings of a question from its names to its answers."""

    def __init__(self, hops: HopResolver, beam: int) -> None:
        self._hops = hops
        self._beam = beam

    def trails(
        self,
        question: Question,
        vectors: Mapping[str, Vectors],
        pointed: Mapping[int, Pointed] = MappingProxyType({}),
    ) -> list[Trail]:
        """Return the best trails of all readings, best first, one an answer.

        `vectors` holds a vector [channels] for the question's text and every hop's; `pointed` the
        characters that a reader takes for an answer, by passage.
        """
        avoid = frozenset(link.candidates[0].number for link in question.links)
        said = frozenset(stem(word) for word in words(question.text))
        best: dict[str, Trail] = {}
        for reading in question.chains:
            for trail in self._follow(reading, _Asked(avoid, said, pointed), vectors):
                known = best.get(trail.end.key)
                if known is None or trail.probability > known.probability:
                    best[trail.end.key] = trail
        return sorted(best.values(), key=_order)

    def _follow(
        self,
        reading: Sequence[Hop],
        question: "_Asked",
        vectors: Mapping[str, Vectors],
    ) -> Iterator[Trail]:
        starts: list[Trail] = []
        for place, hop in enumerate(reading):
            reached: dict[str, Trail] = {}
            asked = question if place == len(reading) - 1 else replace(question, pointed={}, last=False)
            for trail in self._step(hop, starts, asked, vectors[hop.query]):
                known = reached.get(trail.end.key)
                if known is None or trail.probability > known.probability:
                    reached[trail.end.key] = trail
            ranked = sorted(reached.values(), key=_order)
            if place == len(reading) - 1:
                yield from ranked[:_KEPT]
                return
            starts = [trail for trail in ranked if trail.end.entity is not None][: self._beam]
            if not starts:
                return

    def _step(self, hop: Hop, starts: Sequence[Trail], asked: "_Asked", vector: Vectors) -> Iterator[Trail]:
        if starts:
            step = _ready(hop, hop.names, vector, asked)
            for trail in starts:
                for found in self._candidates(step, trail.end.entity, 1.0, asked):
                    yield Trail(
                        (*trail.steps, found), trail.probability * found.probability, (*trail.hops, hop)
                    )
            return
        for anchor in hop.names or hop.concepts:
            others = tuple(link for link in hop.names if link is not anchor)
            step = _ready(hop, others, vector, asked)
            for candidate in anchor.candidates[:_READINGS]:
                for found in self._candidates(step, candidate.number, candidate.score, asked):
                    yield Trail((found,), found.probability, (hop,))
        if not hop.names:
            for found in self._candidates(_ready(hop, (), vector, asked), None, 1.0, asked):
                yield Trail((found,), found.probability, (hop,))

    def _candidates(self, step: Step, start: int | None, link: float, asked: "_Asked") -> list[Found]:
        return self._hops.candidates(step, start, link, asked.pointed)[:_KEPT]


def _order(trail: Trail) -> tuple[float, str]:
    return (-trail.probability, trail.end.key)


def _ready(hop: Hop, restricting: Sequence[Link], vector: Vectors, asked: _Asked) -> Step:
    expects = hop.expects
    noun = expects.noun.lower()
    wanted = tuple(word for word in hop.words if word != noun or len(hop.words) == 1)
    return Step(
        wanted,
        expects,
        tuple(frozenset(candidate.number for candidate in link.candidates) for link in restricting),
        hop.exact,
        hop.gap,
        vector,
        hop.query,
        asked.avoid,
        asked.said,
        not asked.last or expects.kinds[:1] in _NAMED_KINDS,
    )
