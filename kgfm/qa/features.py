"""How well a candidate fits one step of a question, as numbers in [0, 1] with a weight each."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import exp
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What is known of a candidate; every field lies in [0, 1]."""

    predicate: float = 0.0  # coverage of the step's words by the predicate's names
    sentence: float = 0.0  # ... by the sentence
    coverage: float = 0.0  # ... by whichever covers the word better
    worst: float = 0.0  # coverage of the word that is covered worst
    kind: float = 0.0  # fit of the candidate's kind to what is expected
    noun: float = 0.0  # fit to the noun that the question names: "which mineral"
    confidence: float = 0.0  # of the statement
    near: float = 0.0  # nearness of the candidate to the step's words in the sentence
    meaning: float = 0.0  # cosine of question and sentence
    names: float = 1.0  # share of the step's other names that the sentence holds
    exact: float = 1.0  # share of the step's years, figures and unknown names that the sentence holds
    link: float = 1.0  # how sure the start of the step is
    weak: float = 0.0  # 1 where the sentence does not name the start of the step
    doubt: float = 0.0  # 1 where the sentence denies or hedges something
    qualifier: float = 0.0  # 1 where the candidate is a circumstance of the statement, not its other end


# Log-odds that a candidate is right, where a statement carries it ...
STATEMENT_WEIGHTS: Final[Mapping[str, float]] = {
    "bias": -19.0, "predicate": 2.0, "sentence": 0.5, "coverage": 3.0, "worst": 1.5, "kind": 7.0, "noun": 1.5,
    "confidence": 1.0, "near": 0.0, "meaning": 1.5, "names": 4.0, "exact": 3.0, "link": 1.5, "weak": -0.5,
    "doubt": -0.5, "qualifier": -0.3,
}  # fmt: skip
# ... and where it only stands in a sentence.
SENTENCE_WEIGHTS: Final[Mapping[str, float]] = {
    "bias": -20.0, "predicate": 0.0, "sentence": 2.0, "coverage": 2.0, "worst": 2.0, "kind": 7.0, "noun": 1.5,
    "confidence": 0.0, "near": 2.0, "meaning": 2.5, "names": 4.0, "exact": 3.0, "link": 1.5, "weak": -1.0,
    "doubt": -1.0, "qualifier": 0.0,
}  # fmt: skip


def probability(features: Features, *, stated: bool) -> float:
    """Return how likely the candidate is right, in (0, 1); `stated`: a statement carries it."""
    weights = STATEMENT_WEIGHTS if stated else SENTENCE_WEIGHTS
    logit = weights["bias"] + sum(weights[name] * value for name, value in asdict(features).items())
    return 1 / (1 + exp(-logit))
