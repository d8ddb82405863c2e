"""The CaRB score for open extraction, written from its published description.

Source: Bhardwaj, Aggarwal and Mausam 2019, "CaRB: A Crowdsourced Benchmark for Open IE", section 4.
For each sentence a table holds the token-level precision and recall of every gold tuple against every
prediction. Recall takes each gold tuple's best prediction (one prediction may serve several). Precision
pairs gold tuples and predictions one to one, best F1 first. Our reading where the text leaves room:
relations must share a token, a form of "be" matching any other; the second and later arguments of a
tuple are compared as one; a prediction without a pair counts with precision 0.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kgfm.extraction.openie import OpenExtraction

_BE: Final = frozenset("be is am are was were been being".split())


@dataclass(frozen=True, slots=True)
class OpenScore:
    """Scores in [0, 1] at the confidence threshold with the best F1, and the area under the curve."""

    precision: float
    recall: float
    f1: float
    threshold: float
    auc: float
    gold: int
    predicted: int


def token_match(gold: OpenExtraction, predicted: OpenExtraction) -> tuple[float, float]:
    """Return the share of predicted tokens that the gold tuple has, and of gold tokens predicted.

    Tokens are compared part by part and as often as they occur. Both are 0 where a relation or the
    subject and argument sides share nothing with their counterparts' relation.
    """
    sides = [
        (gold.relation, predicted.relation),
        (gold.subject, predicted.subject),
        (" ".join(gold.arguments), " ".join(predicted.arguments)),
    ]
    shared = []
    for index, (left, right) in enumerate(sides):
        left_tokens, right_tokens = Counter(left.lower().split()), Counter(right.lower().split())
        common = (left_tokens & right_tokens).total()
        if index == 0:
            common += _shared_be(left_tokens, right_tokens)
            if common == 0:
                return 0.0, 0.0
        shared.append(common)
    gold_size = sum(len(left.split()) for left, _ in sides)
    predicted_size = sum(len(right.split()) for _, right in sides)
    return sum(shared) / predicted_size, sum(shared) / gold_size


def _shared_be(gold: Counter[str], predicted: Counter[str]) -> int:
    """Count a form of "be" on either side that is not the very same on the other."""
    left = sum(count for token, count in (gold - predicted).items() if token in _BE)
    right = sum(count for token, count in (predicted - gold).items() if token in _BE)
    return min(left, right)


def carb_score(
    gold: Mapping[str, Sequence[OpenExtraction]], predicted: Mapping[str, Sequence[OpenExtraction]]
) -> OpenScore:
    """Score predictions, by sentence, at every confidence that occurs.

    A sentence without gold tuples is left out; one without predictions costs recall.
    """
    tables = {
        sentence: [[token_match(truth, guess) for guess in predicted.get(sentence, ())] for truth in truths]
        for sentence, truths in gold.items()
        if truths
    }
    confidences = sorted({g.confidence for s in tables for g in predicted.get(s, ())}, reverse=True)
    curve = [_at(threshold, tables, predicted) for threshold in confidences]
    best = max(curve, key=lambda point: _f1(point[0], point[1]), default=(0.0, 0.0, 1.0))
    return OpenScore(
        best[0],
        best[1],
        _f1(best[0], best[1]),
        best[2],
        _area([(precision, recall) for precision, recall, _ in curve]),
        sum(map(len, tables.values())),
        sum(len(predicted.get(sentence, ())) for sentence in tables),
    )


def _at(
    threshold: float,
    tables: Mapping[str, list[list[tuple[float, float]]]],
    predicted: Mapping[str, Sequence[OpenExtraction]],
) -> tuple[float, float, float]:
    precision = recall = 0.0
    guesses = truths = 0
    for sentence, table in tables.items():
        kept = [i for i, guess in enumerate(predicted.get(sentence, ())) if guess.confidence >= threshold]
        guesses += len(kept)
        truths += len(table)
        recall += sum(max((row[i][1] for i in kept), default=0.0) for row in table)
        precision += _paired_precision(table, kept)
    return precision / guesses if guesses else 0.0, recall / truths, threshold


def _paired_precision(table: list[list[tuple[float, float]]], kept: Sequence[int]) -> float:
    cells = sorted(
        ((-_f1(*table[row][column]), row, column) for row in range(len(table)) for column in kept),
    )
    rows: set[int] = set()
    columns: set[int] = set()
    total = 0.0
    for _, row, column in cells:
        if row not in rows and column not in columns:
            rows.add(row)
            columns.add(column)
            total += table[row][column][0]
    return total


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _area(curve: Sequence[tuple[float, float]]) -> float:
    """Return the area under precision over recall by trapezoids; the first precision holds from recall 0."""
    area, last = 0.0, (curve[0][0] if curve else 0.0, 0.0)
    for point in sorted(curve, key=lambda each: (each[1], -each[0])):
        area += (point[1] - last[1]) * (point[0] + last[0]) / 2
        last = point
    return area
