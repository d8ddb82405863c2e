"""What kind of thing a question asks for, read from its question word and the noun beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from kgfm.extraction.lexicon import noun_class
from kgfm.kg.namespaces import ENTITY_CLASSES, XSD
from kgfm.ontology.schema import Schema

DATE, NUMBER, OCCUPATION = "date", "number", "occupation"
_DATE_NOUNS: Final = frozenset("year date day month decade century time".split())
_NUMBER_ADJECTIVES: Final = frozenset(
    "many much old tall long high big large far heavy deep wide fast often hot cold".split()
)
_PERSON_ENDINGS: Final = ("ist", "ian", "er", "or", "man", "woman")
_PLACE_NOUNS: Final = frozenset("place location site spot".split())
_NUMBER_NOUNS: Final = frozenset({"age", "number"})
_OCCUPATION_NOUNS: Final = frozenset("occupation profession trade job living vocation".split())
_EMPTY_NOUNS: Final = frozenset("name thing one title kind sort type".split())
# A noun of this class may be met by things of these kinds, the likeliest first: text calls a university
# a place or a body, and an element a product or a concept.
KINDS_OF_CLASS: Final = {
    "person": ("person",), "human": ("person",), "relative": ("person",), "place": ("place", "organization"),
    "organization": ("organization", "place"), "work": ("work", "concept", "product"),
    "event": ("event",), "award": ("award",), "product": ("product", "concept"),
    "group": ("group", "organization"),
}  # fmt: skip
_KINDS_OF_WORD: Final = {
    "who": ("person", "organization"), "whom": ("person", "organization"), "whose": ("person",),
    "where": ("place", "organization"), "when": (DATE,),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Expectation:
    """Kinds of things that may answer, best first: entity kinds, "date", "number" or "occupation".

    Empty means anything.

    `noun` narrows them down: of "which mineral" it is "mineral". `year` asks for a year alone.
    """

    kinds: tuple[str, ...] = ()
    noun: str = ""
    year: bool = False
    gender: str = ""  # "m" or "f" of a person

    def fit(self, kind: str) -> float:
        """Return how well a thing of `kind` answers, in [0, 1]."""
        if not self.kinds:
            # "What did she discover?": anything but a date answers.
            return 0.3 if kind in (DATE, NUMBER) else 0.9
        if kind in self.kinds:
            return 1.0 if kind == self.kinds[0] else 0.8
        if kind in (DATE, NUMBER) or self.kinds[0] in (DATE, NUMBER, OCCUPATION):
            return 0.0
        # The kinds of names are guesses of the extraction; a concept may be a thing of any class.
        return 0.35 if kind in ("concept", "") else 0.15


def expectation_of_word(word: str) -> Expectation:
    """Read who, whom, whose, where and when; other question words say nothing by themselves."""
    return Expectation(_KINDS_OF_WORD.get(word, ()))


def expectation_of_noun(lemma: str, phrase: str = "") -> Expectation:
    """Read the noun that a question names: "which university", "what year", "the wife of"."""
    if lemma in _DATE_NOUNS:
        return Expectation((DATE,), "", year=lemma == "year")
    if lemma in _PLACE_NOUNS:
        return Expectation(KINDS_OF_CLASS["place"])
    if lemma in _NUMBER_NOUNS:
        return Expectation((NUMBER,))
    if lemma in _OCCUPATION_NOUNS:
        return Expectation((OCCUPATION,))
    if lemma in _EMPTY_NOUNS or not lemma:
        return Expectation()
    found = noun_class(lemma)
    if not found and lemma.endswith(_PERSON_ENDINGS):
        found = "person"
    if found not in KINDS_OF_CLASS and (kind := _ranges().get(lemma)):
        return Expectation((kind,), phrase or lemma)
    return Expectation(KINDS_OF_CLASS.get(found, ()), phrase or lemma)


@cache
def _ranges() -> Mapping[str, str]:
    """Map what properties are called to the kind of their objects: a birthplace is a place."""
    kinds = {iri: kind for kind, iri in ENTITY_CLASSES.items()}
    found: dict[str, str] = {}
    for property_ in Schema.default().properties.values():
        if property_.range is None:
            continue
        kind = DATE if property_.range.value == XSD + "date" else kinds.get(property_.range)
        for name in (property_.label, *property_.aliases):
            if kind and found.setdefault(name.lower(), kind) != kind:
                found[name.lower()] = ""  # said of several kinds: tells nothing
    return found


def names_a_kind(lemma: str) -> bool:
    """Whether a noun only says what kind of thing is asked for, and no relation: "the occupation of"."""
    return lemma in _OCCUPATION_NOUNS or lemma in _NUMBER_NOUNS or lemma == "nationality"


def asks_for_number(adjective: str) -> bool:
    """Whether "how" with this adjective asks for a number: "how many", "how tall"."""
    return adjective in _NUMBER_ADJECTIVES
