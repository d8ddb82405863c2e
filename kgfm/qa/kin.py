"""Relations that are each other's reverse: whose father one is, that one's child the other is."""

from collections.abc import Mapping
from typing import Final

from kgfm.qa.words import stem

_PAIRS: Final = (
    ("father mother parent", "son daughter child"),
    ("husband", "wife widow"),
    ("uncle aunt", "nephew niece"),
    ("brother sister", "brother sister"),
    ("grandfather grandmother", "grandson granddaughter grandchild"),
    ("teacher tutor supervisor adviser mentor", "student pupil"),
    ("employer", "assistant"),
    ("predecessor", "successor"),
)


def _reverses() -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for one, other in _PAIRS:
        for words, back in ((one, other), (other, one)):
            for word in words.split():
                found[stem(word)] = found.get(stem(word), frozenset()) | frozenset(map(stem, back.split()))
    return found


REVERSES: Final = _reverses()


def is_reverse(one: str, other: str) -> bool:
    """Whether the stems of two nouns name a relation from either end: aunt and nephew."""
    return other in REVERSES.get(one, ())
