"""How well questions are answered: right first answers, declined questions, cited sentences, time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Final

from kgfm.qa.words import words
from kgfm.reasoning.answer import Answer, RankedAnswer

_ARTICLES: Final = frozenset({"a", "an", "the"})


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question with the answers that count as right; none where it ought to be declined."""

    text: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweringReport:
    """Shares lie in [0, 1], and are 0 where there is nothing to count."""

    answerable: int  # questions with right answers
    unanswerable: int  # questions without
    accuracy: float  # of the answerable, those whose first answer is right
    wrong: float  # of the answerable, those whose first answer is wrong; the rest were declined
    declined: float  # of the unanswerable, those that were declined
    cited: float  # of all first answers given, those that one of their cited sentences names
    seconds: float  # median time of a question


def evaluate(ask: Callable[[str], Answer], questions: Sequence[GoldQuestion]) -> AnsweringReport:
    """Ask every question once. Answers are compared without case, accents, punctuation and articles."""
    right = wrong = declined = cited = given = 0
    times = []
    for question in questions:
        start = perf_counter()
        answer = ask(question.text)
        times.append(perf_counter() - start)
        if answer.abstained or not answer.answers:
            declined += not question.answers
            continue
        gold = {plain(one) for one in question.answers}
        correct = plain(answer.answers[0].text) in gold
        right += correct
        wrong += bool(gold) and not correct
        given += 1
        cited += _is_cited(answer.answers[0], gold)
    answerable = sum(bool(question.answers) for question in questions)
    unanswerable = len(questions) - answerable
    return AnsweringReport(
        answerable=answerable,
        unanswerable=unanswerable,
        accuracy=right / max(answerable, 1),
        wrong=wrong / max(answerable, 1),
        declined=declined / max(unanswerable, 1),
        cited=cited / max(given, 1),
        seconds=median(times) if times else 0.0,
    )


def _is_cited(answer: RankedAnswer, gold: set[str]) -> bool:
    """Whether a cited sentence holds the answer, by a right name of it or by its last word: "Eddington"."""
    text = plain(answer.text)
    names = {text, text.rpartition(" ")[2], *(gold if text in gold else ())}
    sentences = [f" {plain(evidence.sentence)} " for evidence in answer.evidence]
    return any(f" {name} " in sentence for sentence in sentences for name in names)


def plain(text: str) -> str:
    """Return a text without case, accents, punctuation and articles, as answers are compared.

    Source: Rajpurkar et al. 2016, "SQuAD", arXiv:1606.05250, section 6.1.
    """
    return " ".join(word for word in words(text) if word not in _ARTICLES)
