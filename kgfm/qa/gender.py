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
    """Return what a name's first name says: "m", "f" or ""; an unknown one in -a is a woman's."""
    first, _, rest = name.partition(" ")
    names = word_list("first_names")
    known = names.get(first, names.get(fold(first).title(), ""))
    return known or ("f" if rest and first[-1:] == "a" else "")
