"""How well a candidate fits one step of a question, as numbers in [0, 1] with a weight each."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import exp
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What is known of a candidate; every field lies in [0, 1]."""

    statement: float = 0.0  # 1 where a statement carries it, 0 where it only stands in the sentence
    coverage: float = 0.0  # of the step's words, by predicate or sentence
    predicate: float = 0.0  # of the step's words, by the predicate's names
    sentence: float = 0.0  # of the step's words, by the sentence
    kind: float = 0.0  # fit of its kind to what is expected
    noun: float = 0.0  # fit to the noun that the question names: "which mineral"
    confidence: float = 0.0  # of the statement
    near: float = 0.0  # nearness of the candidate to the step's words in the sentence
    meaning: float = 0.0  # cosine of question and sentence
    names: float = 1.0  # share of the step's other names that the sentence holds
    exact: float = 1.0  # share of the step's years, figures and unknown names that the sentence holds
    link: float = 1.0  # how sure the start of the step is
    weak: float = 0.0  # 1 where the sentence names its subject by a pronoun only
    doubt: float = 0.0  # 1 where the sentence denies or hedges something


# Log-odds that a candidate is right.
WEIGHTS: Final[Mapping[str, float]] = {
    "statement": 0.3,
    "coverage": 4.0,
    "predicate": 1.2,
    "sentence": 0.8,
    "kind": 2.5,
    "noun": 1.0,
    "confidence": 0.8,
    "near": 1.0,
    "meaning": 2.0,
    "names": 2.0,
    "exact": 3.0,
    "link": 1.0,
    "weak": -0.5,
    "doubt": -1.2,
}
BIAS: Final = -10.5


def probability(features: Features) -> float:
    """Return how likely the candidate is right, in (0, 1)."""
    logit = BIAS + sum(WEIGHTS[name] * value for name, value in asdict(features).items())
    return 1 / (1 + exp(-logit))
