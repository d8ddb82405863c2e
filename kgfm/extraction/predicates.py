"""Relation phrases -> properties, by a table of phrases and the kinds of both ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from kgfm.kg.namespaces import WDT, relation_iri
from kgfm.kg.terms import IRI
from kgfm.resources import shared_folder

# As subjects: a place can act ("France joined the alliance"), a product can be a work.
_STAND_INS: Final = {
    "organization": ("place",), "place": ("organization",), "work": ("product",), "product": ("work",),
    "group": ("organization",), "concept": ("product",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Match:
    """A property that a phrase stands for; `inverted` where the phrase's object is its subject."""

    predicate: IRI
    inverted: bool
    exact: bool  # the kinds were those of the table, not stand-ins


@dataclass(frozen=True, slots=True)
class _Row:
    subject: str
    object: str
    identifier: str
    inverted: bool

    @property
    def special(self) -> bool:
        """Whether it asks for more than kinds and gender."""
        return any(":" in end and not end.endswith((":m", ":f")) for end in (self.subject, self.object))


@dataclass(frozen=True, slots=True)
class _Known:
    kind: str
    traits: frozenset[str]


def matches(
    phrases: tuple[str, ...],
    subject_kind: str,
    object_kind: str,
    subject_traits: frozenset[str] = frozenset(),
    object_traits: frozenset[str] = frozenset(),
) -> tuple[Match, ...]:
    """Return the properties that the first fitting phrase stands for between ends of these kinds.

    Args:
        phrases: normalised, most specific first.
        subject_kind, object_kind: keys of ENTITY_CLASSES, or "date", "number", "text".
        subject_traits, object_traits: what else is known of an end: "m", "f", "film", "party", ...; a row
            that asks for a trait ("person:m") fits nothing else, and one that asks for more than gender
            silences those that do not.
    """
    left, right = _Known(subject_kind, subject_traits), _Known(object_kind, object_traits)
    for phrase in phrases:
        rows = _table().get(phrase, ())
        for exact in (True, False):
            fitting = [
                row for row in rows if _fits(row.subject, left, exact) and _fits(row.object, right, True)
            ]
            if special := [row for row in fitting if row.special]:
                fitting = special
            if fitting:
                found = (Match(IRI(WDT + row.identifier), row.inverted, exact) for row in fitting)
                return tuple(dict.fromkeys(found))
    return ()


def expected_kinds(phrase: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the kinds that either end of a phrase can have; empty for a phrase that the table lacks."""
    return _expectations().get(phrase, (frozenset(), frozenset()))


def open_relation(phrase: str) -> IRI:
    """Return the IRI of a relation that no property covers."""
    return relation_iri(phrase)


def _fits(wanted: str, known: _Known, exact: bool) -> bool:
    kind, _, trait = wanted.partition(":")
    if trait and trait not in known.traits:
        return False
    return kind in (known.kind, "*") or (not exact and kind in _STAND_INS.get(known.kind, ()))


@cache
def _table() -> Mapping[str, tuple[_Row, ...]]:
    path = shared_folder("ontologies") / "wikidata" / "phrases.tsv"
    table: dict[str, list[_Row]] = {}
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        phrases, subjects, objects, identifier, direction = line.split("\t")
        rows = [
            _Row(subject, object_, identifier, direction == "-")
            for subject in subjects.split(",")
            for object_ in objects.split(",")
        ]
        for phrase in phrases.split("|"):
            table.setdefault(phrase.strip(), []).extend(rows)
    return {phrase: tuple(rows) for phrase, rows in table.items()}


@cache
def _expectations() -> Mapping[str, tuple[frozenset[str], frozenset[str]]]:
    expected = {}
    for phrase, rows in _table().items():
        subjects = frozenset(row.subject.partition(":")[0] for row in rows)
        objects = frozenset(row.object.partition(":")[0] for row in rows)
        expected[phrase] = (subjects, objects)
    return expected
