"""Answers that compete: with each other, and with there being none."""

import re
from collections.abc import Callable, Sequence
from math import exp
from typing import Final

from kgfm.qa.chains import Trail
from kgfm.qa.steps import Found
from kgfm.qa.words import fold

_JOINED: Final = re.compile(r"[\s,()]*(?:and|or|in|near|at|of)?\s*(?:the\s+)?")  # between parts of one phrase
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


def alike(trails: Sequence[Trail], text_of: Callable[[int], str]) -> list[int]:
    """Number answers: those that do not exclude each other have one number.

    They are of like texts, share words of a sentence, or stand in it one after the other, as in "Ishpeming,
    Michigan" or "Nella and Giulio". `text_of` returns a passage by its number.
    """
    groups: list[int] = []
    for place, trail in enumerate(trails):
        before = zip(trails, groups, strict=False)
        same = (group for other, group in before if _is_alike(trail.end, other.end, text_of))
        groups.append(next(same, place))
    return groups


def _is_alike(one: Found, other: Found, text_of: Callable[[int], str]) -> bool:
    if fold(one.text) == fold(other.text):
        return True
    if one.span is None or other.span is None or one.passage is None or one.passage != other.passage:
        return False
    first, second = sorted((one.span, other.span))
    return second[0] < first[1] or _JOINED.fullmatch(text_of(one.passage), first[1], second[0]) is not None
