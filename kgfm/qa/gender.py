"""Whether a word or a name tells the sex of a person: "wife", "Marie"."""

from typing import Final

from kgfm.extraction.lexicon import word_list
from kgfm.qa.words import fold

_MALE: Final = frozenset(
    (
        "husband father son brother uncle nephew grandfather grandson widower "
        "king prince duke man boy stepfather"
    ).split()
)
_FEMALE: Final = frozenset(
    "wife mother daughter sister aunt niece grandmother granddaughter widow queen princess duchess woman girl"
    " stepmother".split()
)


def gender_of_noun(noun: str) -> str:
    """Return "m", "f", or "" where the noun says neither."""
    return "m" if noun in _MALE else "f" if noun in _FEMALE else ""


def gender_of_name(name: str) -> str:
    """Return what a full name's first name says: "m", "f" or ""."""
    first, _, rest = name.partition(" ")
    return (
        word_list("first_names").get(first, word_list("first_names").get(fold(first).title(), ""))
        if rest
        else ""
    )
