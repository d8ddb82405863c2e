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
from kgfm.qa.reading import SentenceReader
from kgfm.qa.search import SearchIndex
from kgfm.qa.sentence import ReadSentence
from kgfm.qa.words import fold

WEIGHED: Final = 24  # likeliest trails that are weighed against each other
_HIGHEST: Final = 60.0  # log-odds; more would be no surer
_READ: Final = 8  # of the likeliest trails, the last steps of which are read
# How much the log-odds from before, 1, and those of what was read count: pipelines/fit_answer_weights.py.
READ_WEIGHTS: Final = (0.86, 2.67, 0.33)
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
        """Return trails, given best first, with probabilities weighed by what was read, best first.

        Those beyond the first WEIGHED keep their order behind them, never surer than any of them.
        """
        trails, rest = trails[:WEIGHED], trails[WEIGHED:]
        shares = self.shares(question, trails)
        logits = [_weighed(trail.probability, share) for trail, share in zip(trails, shares, strict=True)]
        sure = among(logits, [fold(trail.end.text) for trail in trails])
        weighed = [
            replace(trail, probability=probability) for trail, probability in zip(trails, sure, strict=True)
        ]
        least = min(sure, default=1.0)
        behind = [replace(trail, probability=min(trail.probability, least)) for trail in rest]
        return sorted(weighed, key=lambda trail: (-trail.probability, trail.end.key)) + behind

    def shares(self, question: Question, trails: Sequence[Trail]) -> list[float]:
        """Return how likely each trail's end is what its sentence says to its last step, in [0, 1]."""
        read, rest = trails[:_READ], trails[_READ:]
        pairs = [self._pair(question, trail) for trail in read]
        wanted = list(dict.fromkeys(pair for pair in pairs if pair is not None))
        readings = dict(zip(wanted, self._reader.read(wanted), strict=True))
        shares = []
        for pair, trail in zip(pairs, read, strict=True):
            span = trail.end.span or (pair and _place(trail.end.text, pair.sentence))
            if pair is None or not span:
                shares.append(_UNREAD)
            else:
                shares.append(readings[pair].share(*span))
        return shares + [_LEFT_OUT] * len(rest)

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


def among(logits: Sequence[float], texts: Sequence[str]) -> list[float]:
    """Return how likely each of several answers is right where at most one is, in (0, 1).

    `logits` weigh each against there being no answer; like texts are one answer and no rivals.
    """
    odds = [exp(min(logit, _HIGHEST)) for logit in logits]
    total = sum(odds)
    by_text: dict[str, float] = {}
    for text, one in zip(texts, odds, strict=True):
        by_text[text] = by_text.get(text, 0.0) + one
    return [one / (1 + total - by_text[text] + one) for text, one in zip(texts, odds, strict=True)]


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
    before, bias, read = READ_WEIGHTS
    return before * _log_odds(probability, 1e-9) + bias + read * _log_odds(share, 1e-3)


def _log_odds(probability: float, least: float) -> float:
    inside = min(max(probability, least), 1 - max(least, 1e-4))
    return log(inside / (1 - inside))
