"""The names of predicates: label, aliases, and the phrases that the extraction maps to them."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from kgfm.extraction.lexicon import noun_class
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

    def synonyms(self) -> Mapping[str, Sequence[str]]:
        """Return label and aliases of every property of the schema, by IRI."""
        return {iri.value: (one.label, *one.aliases) for iri, one in self._properties.items()}

    def _words(self, predicate: IRI, of_object: bool) -> frozenset[str]:
        """Return the folded content words of the names, those left out that call the other end something.

        The object of "child" is a child, its subject a mother: "mother of" runs from subject to object.
        """
        property_ = self._properties.get(predicate)
        labels = (property_.label, *property_.aliases) if property_ else ()
        kept: set[str] = set()
        for name in labels:
            kept.update(_content(name) if of_object or not _calls_a_person(name) else ())
        for phrase, inverted in self._phrases.get(predicate, ()):
            kept.update(_content(phrase) if inverted == of_object or not _calls_a_person(phrase) else ())
        return frozenset(kept) or frozenset(_content(local_name(predicate)))


def local_name(predicate: IRI) -> str:
    """Return an IRI's last part in words: "work_with" and "workWith" are "work with"."""
    if predicate.value.startswith(RELATION):
        return predicate.value[len(RELATION) :].replace("_", " ")
    last = re.split(r"[/#:]", predicate.value)[-1]
    return _CAMEL.sub(" ", last).replace("_", " ")


def _content(name: str) -> list[str]:
    """Return the words of content; a part of a compound, as in "father-in-law", is none by itself."""
    whole = " ".join(word for word in name.split() if "-" not in word)
    return [word for word in words(whole) if word not in FUNCTION_WORDS]


def _calls_a_person(name: str) -> bool:
    """Whether a name of a relation says what a person is: "mother", "mother of"."""
    content = _content(name.removesuffix(" of"))
    return bool(content) and noun_class(content[-1]) in ("person", "human", "relative")


@lru_cache(maxsize=1)
def _phrases() -> Mapping[IRI, tuple[tuple[str, bool], ...]]:
    """Map each property to the phrases that stand for it, and whether their object is its subject."""
    found: dict[IRI, list[tuple[str, bool]]] = defaultdict(list)
    table = shared_folder("ontologies") / "wikidata" / "phrases.tsv"
    for line in table.read_text(encoding="utf-8").splitlines()[1:]:
        phrases, _, _, identifier, direction = line.split("\t")
        for phrase in phrases.split("|"):
            found[IRI(WDT + identifier)].append((re.sub(r"<\w+>", "", phrase).strip(), direction == "-"))
    return {predicate: tuple(phrases) for predicate, phrases in found.items()}
