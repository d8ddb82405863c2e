"""Questions with one thing changed, so that the sentence that answered them answers no more.

What is changed is what a hasty reader overlooks: the first name, the surname, whose kin it is, the year, the
place, which of several. Source: Gardner et al. 2020, "Evaluating Models' Local Decision Boundaries via
Contrast Sets", arXiv:2004.02709; ours are made by rule, and for training.
"""

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from reading.examples import Example

from kgfm.extraction.lexicon import word_list
from kgfm.qa.gender import gender_of_name
from kgfm.qa.kin import RELATIONS
from kgfm.qa.words import stem

_YEAR: Final = re.compile(r"\b(?:1[0-9]{3}|20[0-2][0-9])\b")
_KIN: Final = tuple(
    "father mother brother sister son daughter husband wife uncle aunt grandfather grandmother".split()
)
_IS_KIN: Final = re.compile(rf"\b(?:{'|'.join(_KIN)})\b")
_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "last")
_IS_ORDINAL: Final = re.compile(rf"\b(?:{'|'.join(_ORDINALS)})\b")
_NAME: Final = re.compile(r"(?<=[a-z] )[A-Z][\w'’.-]*(?: (?:of |the |de |von |van )?[A-Z][\w’.-]*)*(?<!'s)")
_SHARE: Final = 0.6  # of the answered questions that are changed


def contrasts(asked: Sequence[Example], draw: random.Random) -> Iterator[Example]:
    """Yield changed questions of those answered, each with the sentence that answered before."""
    answered = [each for each in asked if each.spans and draw.random() < _SHARE]
    changer = _Changer(answered, draw)
    for each in answered:
        if changes := [one for one in dict.fromkeys(changer.changes(each)) if one != each.question]:
            yield replace(each, question=draw.choice(changes), spans=(), kind="asked with a change")


class _Changer:
    """Changes one thing of a question for what other questions name in its stead."""

    def __init__(self, asked: Sequence[Example], draw: random.Random) -> None:
        self._draw = draw
        self._behind: dict[tuple[str, int], list[str]] = defaultdict(list)  # names by the word before
        for each in asked:
            for before, name in _names(each.question):
                self._behind[before, len(name.split())].append(name)
        self._firsts: dict[str, list[str]] = defaultdict(list)
        for name, gender in word_list("first_names").items():
            self._firsts[gender].append(name)
        titles = [_title(each) for each in asked]
        self._persons = [name for name in titles if _is_person(name)]

    def changes(self, each: Example) -> Iterator[str]:
        """Yield the question, changed in each way that it allows."""
        yield from self._person(each)
        kin = [word for word in _KIN if word not in each.question]
        yield from self._word(each, _YEAR, _other_years(each.question))
        yield from self._word(each, _IS_KIN, kin)
        yield from self._word(each, _IS_ORDINAL, _ORDINALS)
        for before, name in _names(each.question):
            other = self._draw.choice(self._behind.get((before, len(name.split())), [name]))
            if name in each.sentence and not _shares(other, each):
                yield each.question.replace(f"{before} {name}", f"{before} {other}", 1)

    def _person(self, each: Example) -> Iterator[str]:
        """Yield the question about a namesake, another person, and the person's kin."""
        name, question = _title(each), each.question
        if not _is_person(name) or name not in question:
            return
        first, *_, last = name.split()
        namesake = self._draw.choice(self._firsts[gender_of_name(name)])
        other = self._draw.choice(self._persons)
        if not _shares(namesake, each):
            yield question.replace(name, f"{namesake} {last}")
        if not _shares(other, each):
            yield question.replace(name, other)
            yield question.replace(name, f"{first} {other.split()[-1]}")
        kin = self._draw.choice(_KIN)
        if f"{name}'s" not in question and not _says(kin, each.sentence):
            yield question.replace(name, self._draw.choice((f"{name}'s {kin}", f"the {kin} of {name}")))

    def _word(self, each: Example, pattern: re.Pattern[str], others: Sequence[str]) -> Iterator[str]:
        """Yield the question with another of some words, of which the sentence says nothing."""
        if found := pattern.search(each.question):
            others = [word for word in others if not _says(word, each.sentence)]
            if others:
                before, after = each.question[: found.start()], each.question[found.end() :]
                yield before + self._draw.choice(others) + after


def _title(each: Example) -> str:
    return each.text.title.split(" (")[0]


def _other_years(question: str) -> list[str]:
    """Return the years around the first that a question names."""
    year = _YEAR.search(question)
    return [str(int(year[0]) + step) for step in range(-12, 13) if step] if year else []


def _is_person(name: str) -> bool:
    return len(name.split()) > 1 and name.split()[0] in word_list("first_names")


def _names(question: str) -> list[tuple[str, str]]:
    """Return the names of a question, each with the word before it."""
    return [
        (question[: found.start()].split()[-1], found[0].rstrip("'’."))
        for found in _NAME.finditer(question.rstrip("?"))
    ]


def _shares(name: str, each: Example) -> bool:
    """Whether a text speaks of somebody or something of that name, or of part of it."""
    said = set(re.findall(r"\w+", f"{each.text.title} {each.before} {each.sentence}"))
    return any(word in said for word in re.findall(r"\w+", name) if word[0].isupper())


def _says(word: str, sentence: str) -> bool:
    """Whether a sentence has a word, or one of kin of the same relation in either sex."""
    said = {stem(each.lower()) for each in re.findall(r"\w+", sentence)}
    if stem(word) in said:
        return True
    row = RELATIONS.get(stem(word), (None,))[0]
    return row is not None and any(RELATIONS[each][0] == row for each in said & RELATIONS.keys())
