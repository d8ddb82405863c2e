"""Answers weighed once more by reading the sentences that they rest on with the question in mind."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import exp, log
from typing import Final

from kgfm.qa.chains import Trail
from kgfm.qa.expectation import DATE
from kgfm.qa.question import Hop, Question
from kgfm.qa.reader import Pair, SpanReader, context_of
from kgfm.qa.reading import ReadSentence, SentenceReader
from kgfm.qa.search import SearchIndex

_READ: Final = 8  # of the likeliest trails, the last steps of which are read
# How the probability is put together, fitted on questions that may be tuned on (log-odds).
_BEFORE, _BIAS, _SHARE = 0.59, 1.73, 0.32
_UNREAD: Final = 0.3  # share that stands for a sentence that is not there
_LEFT_OUT: Final = 0.01  # and for one that others were likelier than
_PREPOSITIONS: Final = frozenset("in at from under to of on by with out through after for about near".split())
_QUESTION_WORDS: Final[Mapping[str, str]] = {DATE: "when", "place": "where", "person": "who"}
_DESCRIBED: Final = re.compile(r"(?:the|an?) (.+?) (?:who|that|which) (.+)", re.IGNORECASE)


class Rereader:
    """Reads what the likeliest answers rest on, and ranks them anew."""

    def __init__(
        self, index: SearchIndex, sentences: SentenceReader, reader: SpanReader | None = None
    ) -> None:
        self._index = index
        self._sentences = sentences
        self._reader = reader or SpanReader()

    def reread(self, question: Question, trails: Sequence[Trail]) -> list[Trail]:
        """Return the trails with their probabilities weighed by what was read, best first."""
        shares = self.shares(question, trails[:_READ]) + [_LEFT_OUT] * len(trails[_READ:])
        weighed = [
            replace(trail, probability=_weighed(trail.probability, share))
            for trail, share in zip(trails, shares, strict=True)
        ]
        return sorted(weighed, key=lambda trail: (-trail.probability, trail.end.key))

    def shares(self, question: Question, trails: Sequence[Trail]) -> list[float]:
        """Return how likely each trail's end is what its sentence says to its last step, in [0, 1]."""
        pairs = [self._pair(question, trail) for trail in trails]
        wanted = list(dict.fromkeys(pair for pair in pairs if pair is not None))
        readings = dict(zip(wanted, self._reader.read(wanted), strict=True))
        shares = []
        for pair, trail in zip(pairs, trails, strict=True):
            span = trail.end.span or (pair and _place(trail.end.text, pair.sentence))
            if pair is None or not span:
                shares.append(_UNREAD)
            else:
                shares.append(readings[pair].share(*span))
        return shares

    def _pair(self, question: Question, trail: Trail) -> Pair | None:
        """Return the last step as a question, and its sentence; None for a fact that no text states."""
        number = trail.end.passage
        if number is None:
            return None
        sentence = self._sentences.read(number)
        before = self._index.passages[number - 1] if number else None
        follows = before is not None and before.document == sentence.passage.document
        context = context_of(
            sentence.passage.title, before.text if before and follows else "", sentence.passage.text
        )
        return Pair(self._asked(question, trail, sentence), context, sentence.passage.text)

    def _asked(self, question: Question, trail: Trail, sentence: ReadSentence) -> str:
        """Return the question of the last step, with names as the sentence has them."""
        links = [(link.text, {each.number for each in link.candidates}) for link in question.links]
        if len(trail.steps) == 1:
            return _with_names(question.text, links, sentence)
        start = trail.steps[-2]
        label = start.text if start.entity is None else self._index.entities[start.entity].label
        if start.entity is not None:
            links.append((label, {start.entity}))
        return _with_names(asked_of(trail.hops[-1], label), links, sentence)


def asked_of(hop: Hop, start: str) -> str:
    """Return a step that leads on from a thing as a question about that thing."""
    first, *rest = hop.query.split() or [""]
    if first.lower() in ("the", "a", "an"):
        described = _DESCRIBED.fullmatch(hop.query)
        return f"which {described[1]} {described[2]} {start}?" if described else f"{hop.query} of {start}"
    kind = hop.expects.kinds[0] if hop.expects.kinds else ""
    asked = f"which {hop.expects.noun}" if hop.expects.noun else _QUESTION_WORDS.get(kind, "what")
    leads = first.lower() in _PREPOSITIONS and rest
    words = rest if leads else [first, *rest]
    lead = f"{first} " if leads and asked not in ("when", "where") else ""
    auxiliary = "was" if hop.gap.word.endswith("ed") or "born" in words else "did"
    return f"{lead}{asked} {auxiliary} {start} {' '.join(words)}?"


def _with_names(question: str, links: Sequence[tuple[str, set[int]]], sentence: ReadSentence) -> str:
    """Return a question with each name written as the sentence writes it, where it names the same."""
    for name, entities in links:
        written = next((mention.text for mention in sentence.mentions if mention.entity in entities), None)
        if written and name not in sentence.passage.text:
            question = question.replace(name, written)
    return question


def _place(text: str, sentence: str) -> tuple[int, int] | None:
    start = sentence.lower().find(text.lower())
    return (start, start + len(text)) if start >= 0 else None


def _weighed(probability: float, share: float) -> float:
    logit = _BEFORE * _log_odds(probability) + _BIAS + _SHARE * _log_odds(share)
    return 1 / (1 + exp(-logit))


def _log_odds(probability: float) -> float:
    inside = min(max(probability, 1e-3), 1 - 1e-3)
    return log(inside / (1 - inside))
