"""Reads a sentence with a question in mind: does it answer, and which words do?"""

import re
from collections.abc import Mapping
from typing import Final

LONGEST: Final[Mapping[str, int]] = {"question": 32, "context": 32, "sentence": 64}  # tokens
_LEANING: Final = re.compile(r"\b(he|she|it|they|him|her|his|its|their|them)\b", re.IGNORECASE)
_TITLE, _BEFORE = 8, 16  # words


def context_of(title: str, before: str, sentence: str) -> str:
    """Return what is read along with a sentence: its title, and what a pronoun in it leans on."""
    said = title.split()[:_TITLE]
    if before and _LEANING.search(sentence):
        said += [":", *before.split()[-_BEFORE:]]
    return " ".join(said)
