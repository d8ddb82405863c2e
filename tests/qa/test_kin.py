"""Relations read from either end."""

import pytest

from kgfm.qa.kin import excludes, is_kin, is_reverse
from kgfm.qa.words import stem


@pytest.mark.parametrize(
    ("one", "other", "reverse"),
    [
        ("aunt", "nephew", True),
        ("daughters", "father", True),
        ("brother", "sister", True),
        ("aunt", "uncle", False),
        ("father", "wife", False),
        ("horse", "rider", False),
    ],
)
def test_a_relation_is_known_from_either_end(one: str, other: str, reverse: bool) -> None:
    assert is_reverse(stem(one), stem(other)) is reverse
    assert is_reverse(stem(other), stem(one)) is reverse


@pytest.mark.parametrize(
    ("asked", "called", "excluded"),
    [
        ("mother", "child", True),
        ("brother", "sister", True),
        ("daughters", "child", False),
        ("wife", "widow", False),
        ("father", "fathers", False),
    ],
)
def test_who_is_called_by_one_noun_of_kin_may_not_be_called_by_another(
    asked: str, called: str, excluded: bool
) -> None:
    assert excludes(asked, called) is excluded
    assert excludes(called, asked) is excluded


def test_other_nouns_are_no_kin() -> None:
    assert is_kin("sisters")
    assert not is_kin("teacher")
