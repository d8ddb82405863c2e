"""How well questions are answered: right first answers, declined questions, cited sentences, time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from kgfm.qa.words import words
from kgfm.reasoning.answer import Answer


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
    cited: float  # of the right first answers, those with a cited sentence that names a right answer
    seconds: float  # median time of a question


def evaluate(ask: Callable[[str], Answer], questions: Sequence[GoldQuestion]) -> AnsweringReport:
    """Ask every question once. Answers are compared without case, accents, punctuation and "the"."""
    right = wrong = declined = cited = 0
    times = []
    for question in questions:
        start = perf_counter()
        answer = ask(question.text)
        times.append(perf_counter() - start)
        if answer.abstained or not answer.answers:
            declined += not question.answers
        elif question.answers:
            gold = {plain(one) for one in question.answers}
            first = answer.answers[0]
            correct = plain(first.text) in gold
            right += correct
            wrong += not correct
            cited += correct and any(
                f" {one} " in f" {plain(evidence.sentence)} " for evidence in first.evidence for one in gold
            )
    answerable = sum(bool(question.answers) for question in questions)
    unanswerable = len(questions) - answerable
    return AnsweringReport(
        answerable=answerable,
        unanswerable=unanswerable,
        accuracy=right / max(answerable, 1),
        wrong=wrong / max(answerable, 1),
        declined=declined / max(unanswerable, 1),
        cited=cited / max(right, 1),
        seconds=median(times) if times else 0.0,
    )


def plain(text: str) -> str:
    """Return a text without case, accents, punctuation and "the", as answers are compared."""
    return " ".join(word for word in words(text) if word != "the")
