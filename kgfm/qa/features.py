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


# Log-odds that a candidate is right: set by hand, then fitted on the questions that may be tuned on. What is
# read weighs beside them (rereading.py); new ones would lead to other answers, which would have to be read.
WEIGHTS: Final[Mapping[str, float]] = {
    "predicate": 2.03, "coverage": 7.14, "worst": -1.37, "kind": 2.29, "noun": 2.23, "confidence": -0.19,
    "near": 0.34, "part": 1.59, "start": 3.41, "meaning": 3.84, "names": 5.33, "exact": 1.72, "link": 2.54,
    "anchor": -0.67, "doubt": -0.6, "denied": -5.81, "denial": -2.04, "against": -4.62, "within": -0.59,
    "pointed": -2.67, "qualifier": -2.64,
}  # fmt: skip
BIAS: Final = -22.01


def probability(features: Features) -> float:
    """Return how likely the candidate is right, in (0, 1)."""
    logit = BIAS + sum(weight * getattr(features, name) for name, weight in WEIGHTS.items())
    return 1 / (1 + exp(-logit))
