"""Small word lists: what common nouns stand for, what names reveal, which country an adjective means.

In: the tab-separated files beside this one. Out: mappings, read once a process.
"""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def word_list(name: str) -> Mapping[str, str]:
    """Return the first column of `NAME.tsv` mapped to its second.

    Lists: nouns (class), keywords (kind of a name that holds the word), titles, first_names (gender "m", "f"
    or ""), demonyms (country).
    """
    text = (files(__name__) / f"{name}.tsv").read_text(encoding="utf-8")
    rows = csv.reader(text.splitlines()[1:], delimiter="\t")
    return {row[0]: row[1] for row in rows}


def noun_class(lemma: str) -> str:
    """Return what a noun stands for: "person" (by occupation), "human", "relative", "place", ..., or ""."""
    return word_list("nouns").get(lemma, "")
