"""Fit the confidence of extracted statements on Re-DocRED, and report its calibration on unseen documents.

    KGFM_DATA=... python pipelines/fit_statement_confidence.py

Re-DocRED (Tan et al. 2022, MIT) names the Wikidata relations between the entities of 500 Wikipedia
documents. A statement is judged where both its ends are entities there and its property is often annotated:
right if the annotation has it. Documents of even number are fitted on, those of odd number are
reported on. The model is a logistic regression with an L2 penalty, found by Newton's method.
"""

import gzip
import json
import math
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from kgfm.corpus.document import Document
from kgfm.extraction.assembly import Weighed
from kgfm.extraction.confidence import FEATURES, features
from kgfm.extraction.dates import written_dates
from kgfm.extraction.extractor import Extractor
from kgfm.kg.namespaces import WDT
from kgfm.kg.statement import Entity
from kgfm.kg.terms import IRI, Literal

TARGET: Final = Path(__file__).parent.parent / "kgfm" / "pretrained"
PENALTY: Final = 2.0
BINS: Final = 10
FEWEST: Final = 30  # annotations of a property in the 500 documents

CARD: Final = {
    "name": "statement-confidence",
    "version": Extractor.name,
    "purpose": "turns what speaks for an extracted statement into the probability that it is right",
    "files": ["statement_confidence.json"],
    "method": "logistic regression on features of the clause rules, L2 penalty 2.0; no randomness, no seed",
    "data": "Re-DocRED, development split (Tan et al. 2022): 500 Wikipedia documents, even ones fitted on",
    "licence": "annotations MIT; text Wikipedia, CC BY-SA, not contained in the weights",
    "protocol": "statements of which both ends are annotated entities and the property has 30 annotations or"
    " more; figures are from the odd documents; calibration error over ten equal bins",
    "command": "KGFM_DATA=... python pipelines/fit_statement_confidence.py",
    "limits": "Statements that are true but not annotated count as wrong, so confidences are low rather than"
    " high. Open relations are never judged: theirs is that of statements that fit no property exactly.",
}


@dataclass(frozen=True)
class Judged:
    """One statement with what speaks for it and whether the annotation has it."""

    property: str
    inputs: dict[str, float]
    right: bool
    raw: float
    said: str


def main() -> None:
    path = Path(os.environ["KGFM_DATA"]) / "text" / "redocred" / "dev_revised.json.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        records = json.load(file)
    judged = judge(records)
    halves = [[each for document in judged[start::2] for each in document] for start in (0, 1)]
    weights = fit(halves[0])
    report = {
        "statements": [len(half) for half in halves],
        "right": [round(sum(each.right for each in half) / len(half), 4) for half in halves],
        "expected_calibration_error_raw": round(calibration_error(halves[1], lambda each: each.raw), 4),
        "expected_calibration_error": round(
            calibration_error(halves[1], lambda each: predict(weights, each)), 4
        ),
        "expected_calibration_error_constant": round(
            calibration_error(halves[1], lambda _: sum(e.right for e in halves[0]) / len(halves[0])), 4
        ),
    }
    write("statement_confidence.json", {name: round(value, 4) for name, value in weights.items()})
    write("statement_confidence.card.json", CARD | {"figures": report})
    print(json.dumps(report, indent=2))
    by_property(judged)


def write(name: str, body: dict) -> None:
    (TARGET / name).write_text(json.dumps(body, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def judge(records: list[dict]) -> list[list[Judged]]:
    """Extract from each record and mark what the annotation can judge."""
    counts = Counter(label["r"] for record in records for label in record["labels"])
    # Rarer ones are annotated too sparsely to call a statement wrong that they lack.
    known = {WDT + name for name, count in counts.items() if count >= FEWEST}
    documents = []
    for number, record in enumerate(records):
        text = " ".join(" ".join(sentence) for sentence in record["sents"])
        documents.append(Document(id=str(number), title=record["title"], text=text, source="", origin=""))
    results = Extractor().weigh(documents)
    return [judge_one(*result, record, known) for result, record in zip(results, records, strict=True)]


def judge_one(
    entities: tuple[Entity, ...], weighed: tuple[Weighed, ...], record: dict, known: set[str]
) -> list[Judged]:
    vertices: dict[str, set[int]] = {}
    for index, mentions in enumerate(record["vertexSet"]):
        for mention in mentions:
            vertices.setdefault(" ".join(mention["name"].lower().split()), set()).add(index)
            for literal in date_names(mention["name"]):
                vertices.setdefault(literal, set()).add(index)
    labels = {entity.iri: (entity.label, *entity.alt_labels) for entity in entities}
    gold = {(label["h"], WDT + label["r"], label["t"]) for label in record["labels"]}
    found = []
    for each in weighed:
        statement = each.statement
        if statement.predicate.value not in known or not statement.holds:
            continue
        heads, tails = (ends(end, labels, vertices) for end in (statement.subject, statement.object))
        if heads and tails:
            right = any((h, statement.predicate.value, t) in gold for h in heads for t in tails)
            found.append(judged(each, right))
    return found


def judged(weighed: Weighed, right: bool) -> Judged:
    statement = weighed.statement
    said = f"{statement.subject.value[18:]} | {statement.object}"
    inputs = features(weighed.evidence, len({support.start for support in statement.supports}))
    return Judged(statement.predicate.value.rpartition("/")[2], inputs, right, statement.raw_confidence, said)


def ends(term: IRI | Literal, labels: dict[IRI, tuple[str, ...]], vertices: dict[str, set[int]]) -> set[int]:
    names = labels.get(term, ()) if isinstance(term, IRI) else (term.value,)
    return {index for name in names for index in vertices.get(name.lower(), ())}


def date_names(name: str) -> list[str]:
    return [date.value.value for date in written_dates(name)]


def fit(judged: list[Judged]) -> dict[str, float]:
    """Return the weights; that of further supports is held at 0 or above: saying it again costs no trust."""
    weights = _newton(judged, FEATURES)
    if weights["supports"] < 0:
        weights = {"supports": 0.0} | _newton(judged, tuple(name for name in FEATURES if name != "supports"))
    return {name: weights[name] for name in ("bias", *FEATURES)}


def _newton(judged: list[Judged], names: tuple[str, ...]) -> dict[str, float]:
    inputs = np.array([[1.0, *(each.inputs[name] for name in names)] for each in judged])
    targets = np.array([float(each.right) for each in judged])
    weights = np.zeros(inputs.shape[1])
    penalty = np.full(len(weights), PENALTY)
    penalty[0] = 1e-3
    for _ in range(50):
        guesses = 1 / (1 + np.exp(-inputs @ weights))
        gradient = inputs.T @ (guesses - targets) + penalty * weights
        curvature = (inputs * (guesses * (1 - guesses))[:, None]).T @ inputs + np.diag(penalty)
        weights -= np.linalg.solve(curvature, gradient)
    return dict(zip(("bias", *names), weights.tolist(), strict=True))


def predict(weights: dict[str, float], judged: Judged) -> float:
    total = weights["bias"] + sum(weights[name] * value for name, value in judged.inputs.items())
    return 1 / (1 + math.exp(-total))


def calibration_error(judged: list[Judged], confidence) -> float:
    """Return the mean gap of confidence and rightness over ten equal bins of confidence."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for each in judged:
        value = confidence(each)
        bins.setdefault(min(BINS - 1, int(value * BINS)), []).append((value, each.right))
    gaps = (abs(sum(v for v, _ in b) - sum(r for _, r in b)) for b in bins.values())
    return sum(gaps) / len(judged)


def by_property(judged: list[list[Judged]]) -> None:
    counts = Counter((each.property, each.right) for document in judged for each in document)
    for name in sorted(
        {name for name, _ in counts}, key=lambda name: -counts[name, True] - counts[name, False]
    ):
        right, wrong = counts[name, True], counts[name, False]
        print(f"{name:8} {right + wrong:5} {right / (right + wrong):.2f}")


if __name__ == "__main__":
    main()
