"""Answers that compete: with each other, and with there being none."""

from collections.abc import Sequence
from math import exp
from typing import Final

from kgfm.qa.chains import Trail
from kgfm.qa.words import fold

_HIGHEST: Final = 60.0  # log-odds; more would be no surer


def among(logits: Sequence[float], groups: Sequence[int]) -> list[float]:
    """Return how likely each of several answers is right where at most one is, in (0, 1).

    `logits` weigh each against there being no answer; those of one group are no rivals.
    """
    odds = [exp(min(logit, _HIGHEST)) for logit in logits]
    total = sum(odds)
    by_group: dict[int, float] = {}
    for group, one in zip(groups, odds, strict=True):
        by_group[group] = by_group.get(group, 0.0) + one
    return [one / (1 + total - by_group[group] + one) for group, one in zip(groups, odds, strict=True)]


def alike(trails: Sequence[Trail]) -> list[int]:
    """Number answers: those of like texts, and those that share words of a sentence, have one number."""
    groups: list[int] = []
    for place, trail in enumerate(trails):
        same = (group for other, group in zip(trails, groups, strict=False) if _is_alike(trail, other))
        groups.append(next(same, place))
    return groups


def _is_alike(one: Trail, other: Trail) -> bool:
    a, b = one.end, other.end
    if fold(a.text) == fold(b.text):
        return True
    if a.span is None or b.span is None or a.passage != b.passage:
        return False
    return a.span[0] < b.span[1] and b.span[0] < a.span[1]
