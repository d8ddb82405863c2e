"""Nouns of kin and the like: which are each other's reverse, and which exclude each other."""

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


_KIN: Final = (
    ("parent", "father", "mother"),
    ("child", "son", "daughter"),
    ("spouse", "husband widower", "wife widow"),
    ("sibling", "brother", "sister"),
    ("", "uncle", "aunt"),
    ("", "nephew", "niece"),
    ("grandparent", "grandfather", "grandmother"),
    ("grandchild", "grandson", "granddaughter"),
)


def _relations() -> Mapping[str, tuple[int, int]]:
    """Map stems to their row and to their column: 0 says nothing of the sex."""
    return {
        stem(word): (row, column)
        for row, words in enumerate(_KIN)
        for column, those in enumerate(words)
        for word in those.split()
    }


def _reverses() -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for one, other in _PAIRS:
        for words, back in ((one, other), (other, one)):
            for word in words.split():
                found[stem(word)] = found.get(stem(word), frozenset()) | frozenset(map(stem, back.split()))
    return found


REVERSES: Final = _reverses()
RELATIONS: Final = _relations()


def is_reverse(one: str, other: str) -> bool:
    """Whether the stems of two nouns name a relation from either end: aunt and nephew."""
    return other in REVERSES.get(one, ())


def is_kin(word: str) -> bool:
    """Whether a folded noun, of either number, names kin."""
    return stem(word) in RELATIONS


def excludes(one: str, other: str) -> bool:
    """Whether who is one to somebody is not the other to the same: one's child is not one's mother."""
    return RELATIONS[stem(one)][0] != RELATIONS[stem(other)][0] or other_sex(one, other)


def other_sex(one: str, other: str) -> bool:
    """Whether one noun of kin is said of women, and the other of men."""
    sexes = RELATIONS[stem(one)][1], RELATIONS[stem(other)][1]
    return 0 not in sexes and sexes[0] != sexes[1]
