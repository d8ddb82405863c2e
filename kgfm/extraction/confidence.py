"""How sure a statement is: a raw score from its rule's features, and a calibrated probability."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

# Base scores of the rules, set by hand from reading their output; the calibration corrects them.
_RULES: Final = {
    "object": 0.75, "agent": 0.85, "phrase": 0.75, "patient": 0.7, "passive object": 0.75, "dative": 0.7,
    "copula": 0.85, "role": 0.75, "identity": 0.75, "apposition": 0.8, "title": 0.85, "possessive": 0.75,
    "nationality": 0.75, "brackets": 0.9, "adjective": 0.7,
}  # fmt: skip
FEATURES: Final = (
    "mapped", "exact", "resolved", "distance", "rivals", "length", "inherited", "recognised",
    "supports", *_RULES,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for and against one reading."""

    rule: str
    mapped: bool = False  # the phrase stands for a known property
    exact: bool = False  # ... between ends of the very kinds that it has
    resolved: bool = False  # an end was a pronoun or description
    distance: int = 0  # sentences back to what it stands for
    rivals: int = 0  # others it might have stood for
    length: int = 0  # words of the sentence
    inherited: bool = False  # the subject was filled in
    recognised: bool = True  # the ends' kinds are known


def raw_confidence(evidence: Evidence) -> float:
    """Return the extractor's own score in [0, 1]."""
    score = _RULES[evidence.rule]
    score += 0.1 * evidence.mapped + 0.03 * evidence.exact
    score -= 0.1 * evidence.resolved + 0.03 * evidence.distance + 0.05 * min(evidence.rivals, 3)
    score -= (
        0.002 * max(0, evidence.length - 25) + 0.04 * evidence.inherited + 0.1 * (not evidence.recognised)
    )
    return round(min(0.99, max(0.05, score)), 4)


def features(evidence: Evidence, supports: int) -> dict[str, float]:
    """Return the inputs of the calibration by name."""
    found = {
        "mapped": float(evidence.mapped), "exact": float(evidence.exact),
        "resolved": float(evidence.resolved),
        "distance": min(evidence.distance, 3) / 3, "rivals": min(evidence.rivals, 3) / 3,
        "length": min(evidence.length, 80) / 80, "inherited": float(evidence.inherited),
        "recognised": float(evidence.recognised), "supports": math.log2(min(supports, 8)),
    }  # fmt: skip
    return found | {rule: float(rule == evidence.rule) for rule in _RULES}


def calibrated_confidence(evidence: Evidence, supports: int) -> float:
    """Return the probability that a statement with this best evidence and so many supports is right."""
    weights = _weights()
    total = weights["bias"] + sum(
        weights.get(name, 0.0) * value for name, value in features(evidence, supports).items()
    )
    return round(1 / (1 + math.exp(-total)), 4)


@cache
def _weights() -> Mapping[str, float]:
    path = files("kgfm") / "pretrained" / "statement_confidence.json"
    weights: dict[str, float] = json.loads(path.read_text(encoding="utf-8"))
    return weights
