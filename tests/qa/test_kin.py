"""Relations read from either end."""

import pytest

from kgfm.qa.kin import is_reverse
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
