"""Relation phrases -> properties, by a table of phrases and the kinds of both ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from kgfm.kg.namespaces import WDT, relation_iri
from kgfm.kg.terms import IRI
from kgfm.resources import shared_folder

# A place can act ("France joined the alliance") and an organization can be where something happens.
_STAND_INS: Final = {
    "organization": ("place",), "place": ("organization",), "work": ("product",), "product": ("work", "concept"),
    "group": ("organization",),
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


def matches(phrases: tuple[str, ...], subject_kind: str, object_kind: str, gender: str = "") -> tuple[Match, ...]:
    """Return the properties that the first fitting phrase stands for between ends of these kinds.

    Args:
        phrases: normalised, most specific first.
        subject_kind, object_kind: keys of ENTITY_CLASSES, or "date", "number", "text".
        gender: of the object, "m", "f" or "": only "son of" and the like ask for it.
    """
    for phrase in phrases:
        rows = _table().get(phrase)
        if not rows:
            continue
        found = tuple(_fitting(rows, subject_kind, object_kind, gender, exact=True))
        if not found:
            found = tuple(_fitting(rows, subject_kind, object_kind, gender, exact=False))
        if found:
            return found
    return ()


def expected_kinds(phrase: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the kinds that either end of a phrase can have; empty for a phrase that the table lacks."""
    return _expectations().get(phrase, (frozenset(), frozenset()))


def open_relation(phrase: str) -> IRI:
    """Return the IRI of a relation that no property covers."""
    return relation_iri(phrase)


def _fitting(rows: tuple[_Row, ...], subject: str, object_: str, gender: str, *, exact: bool) -> list[Match]:
    found: list[Match] = []
    for row in rows:
        wanted, _, wanted_gender = row.object.partition(":")
        if wanted_gender and wanted_gender != gender:
            continue
        if _fits(row.subject, subject, exact) and _fits(wanted, object_, exact):
            match = Match(IRI(WDT + row.identifier), row.inverted, exact)
            if match not in found:
                found.append(match)
    return found


def _fits(wanted: str, kind: str, exact: bool) -> bool:
    return wanted in (kind, "*") or (not exact and wanted in _STAND_INS.get(kind, ()))


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
        subjects = frozenset(row.subject for row in rows)
        objects = frozenset(row.object.partition(":")[0] for row in rows)
        expected[phrase] = (subjects, objects)
    return expected
