"""The names of predicates: label, aliases, and the phrases that the extraction maps to them."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from kgfm.kg import IRI
from kgfm.kg.namespaces import RELATION, WDT
from kgfm.ontology.schema import Schema
from kgfm.qa.words import FUNCTION_WORDS, words
from kgfm.resources import shared_folder

_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Predicates:
    """What may be said for a predicate, in words; remembered."""

    def __init__(self, schema: Schema) -> None:
        self._properties = schema.properties
        self._phrases = _phrases()
        self.words = lru_cache(maxsize=8192)(self._words)

    def names(self, predicate: IRI) -> tuple[str, ...]:
        """Return label, aliases and phrases; the IRI's last part where nothing else is known."""
        property_ = self._properties.get(predicate)
        known = (property_.label, *property_.aliases) if property_ else ()
        return (*known, *self._phrases.get(predicate, ())) or (local_name(predicate),)

    def synonyms(self) -> Mapping[str, Sequence[str]]:
        """Return label and aliases of every property of the schema, by IRI."""
        return {iri.value: (one.label, *one.aliases) for iri, one in self._properties.items()}

    def _words(self, predicate: IRI) -> frozenset[str]:
        """Return the folded content words of all names."""
        return frozenset(
            word for name in self.names(predicate) for word in words(name) if word not in FUNCTION_WORDS
        )


def local_name(predicate: IRI) -> str:
    """Return an IRI's last part in words: "work_with" and "workWith" are "work with"."""
    if predicate.value.startswith(RELATION):
        return predicate.value[len(RELATION) :].replace("_", " ")
    last = re.split(r"[/#:]", predicate.value)[-1]
    return _CAMEL.sub(" ", last).replace("_", " ")


@lru_cache(maxsize=1)
def _phrases() -> Mapping[IRI, tuple[str, ...]]:
    found: dict[IRI, list[str]] = defaultdict(list)
    for identifier, phrase in _rows():
        found[IRI(WDT + identifier)].append(phrase)
    return {predicate: tuple(phrases) for predicate, phrases in found.items()}


def _rows() -> Iterator[tuple[str, str]]:
    table = shared_folder("ontologies") / "wikidata" / "phrases.tsv"
    for line in table.read_text(encoding="utf-8").splitlines()[1:]:
        phrases, _, _, identifier, _ = line.split("\t")
        for phrase in phrases.split("|"):
            yield identifier, re.sub(r"<\w+>", "", phrase).strip()
