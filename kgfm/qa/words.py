"""Words as search and linking compare them: folded, without inflection, without function words."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
# Letters that Unicode does not take apart into a base letter and an accent.
_LETTERS: Final = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "’": "'"}
)

FUNCTION_WORDS: Final = frozenset(
    """a about after all also an and any are as at be because been before being both but by can could
    did do does doing during each for from had has have having he her hers him his how i if in into is
    it its itself just me more most my no nor not of off on once only or other our out over own s same
    she should so some such t than that the their theirs them then there these they this those through
    to too under until up very was we were what when where which while who whom whose why will with
    would you your""".split()
)


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Return the text in lower case, without accents, its white space single."""
    # Taken apart before too: "𝕬" is a capital only then.
    lower = unicodedata.normalize("NFKD", text).lower().translate(_LETTERS)
    plain = "".join(mark for mark in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(mark))
    return " ".join(plain.split())


def words(text: str) -> list[str]:
    """Return the folded words of a text in order, the possessive 's taken off."""
    return [word.removesuffix("'s") for word in _WORD.findall(fold(text))]


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Take common English endings off a folded word, so that "founded" meets "founding".

    Source: the inflectional steps (1a to 1c) of Porter 1980, "An algorithm for suffix stripping".
    """
    if len(word) <= 3 or not word.isalpha():
        return word
    word = _singular(word)
    for ending in ("ingly", "edly", "ing", "ed"):
        if word.endswith(ending) and re.search("[aeiouy]", word[: -len(ending)]):
            word = _mended(word[: -len(ending)])
            break
    if len(word) > 4 and word.endswith("e"):
        word = word[:-1]
    return word[:-1] + "i" if len(word) > 2 and word.endswith("y") and word[-2] not in "aeiou" else word


def content_stems(text: str) -> list[str]:
    """Return the stems of the words that carry meaning, in order."""
    return [stem(word) for word in words(text) if word not in FUNCTION_WORDS]


def _singular(word: str) -> str:
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith("ies"):
        return word[:-3] + "y" if len(word) > 4 else word[:-1]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _mended(root: str) -> str:
    """Give back what the ending took: "hoping" was "hope", "hopping" was "hop"."""
    if root.endswith(("at", "bl", "iz")):
        return root + "e"
    if len(root) > 3 and root[-1] == root[-2] and root[-1] not in "lsz":
        return root[:-1]
    return root
