"""How well a candidate fits one step of a question, as numbers in [0, 1] with a weight each."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What is known of a candidate; every field lies in [0, 1]."""

    predicate: float = 0.0  # coverage of the step's words by the statement's predicate
    coverage: float = 0.0  # of the step's words, by predicate, sentence or what stands around it
    worst: float = 0.0  # coverage of the word that is covered worst
    kind: float = 0.0  # fit of the candidate's kind to what is expected
    noun: float = 0.0  # fit to the noun that the question names: "which mineral"
    confidence: float = 0.0  # of the statement
    near: float = 0.0  # nearness of the candidate to the words that were met, in the sentence's tree
    part: float = 0.5  # agreement of the part it plays beside the step's verb or noun
    start: float = 0.5  # agreement of the part that the step's start plays there
    meaning: float = 0.0  # cosine of step and sentence
    names: float = 1.0  # share of the step's other names that the sentence holds or leans on
    exact: float = 1.0  # share of the step's years, figures and unknown names that the sentence holds
    link: float = 1.0  # how sure the names of start and candidate are
    anchor: float = 1.0  # how plainly the sentence names the start of the step
    doubt: float = 0.0  # 1 where the sentence denies or hedges something
    denied: float = 0.0  # 1 where it denies the very verb that the step asks for
    denial: float = 0.0  # coverage of the step by a sentence that denies what it presupposes
    against: float = 0.0  # 1 where the sentence says "first" and the question "second", or the like
    within: float = 0.0  # 1 where it only tells where another name lies: "at Le Croisic in Brittany"
    pointed: float = 0.0  # 1 where nothing but a reader speaks for it: another sentence, kind or topic
    qualifier: float = 0.0  # 1 where the candidate is a circumstance of the statement, not its other end


# Log-odds that a candidate is right: fitted on the questions that may be tuned on, with a penalty
# for leaving weights set by hand (pipelines/fit_answer_weights.py).
WEIGHTS: Final[Mapping[str, float]] = {
    "predicate": 1.68, "coverage": 5.92, "worst": -2.07, "kind": 1.83, "noun": 2.53, "confidence": -0.3,
    "near": 0.34, "part": 1.6, "start": 2.61, "meaning": 4.31, "names": 3.76, "exact": 1.14, "link": 2.54,
    "anchor": -0.81, "doubt": -0.16, "denied": -5.88, "denial": -1.72, "against": -5.04, "within": -0.46,
    "pointed": -3.22, "qualifier": -2.85,
}  # fmt: skip
BIAS: Final = -23.08


def probability(features: Features) -> float:
    """Return how likely the candidate is right, in (0, 1)."""
    logit = BIAS + sum(weight * getattr(features, name) for name, weight in WEIGHTS.items())
    return 1 / (1 + exp(-logit))
