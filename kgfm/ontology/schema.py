"""The types and relations of an ontology, read from Turtle."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Self

from kgfm.errors import ConfigError
from kgfm.kg import IRI, Literal, Term, Triple
from kgfm.kg.formats import read_triples
from kgfm.kg.namespaces import ALT_LABEL, LABEL, OWL, RDF, RDFS, TYPE
from kgfm.resources import shared_folder

_PROPERTY_CLASSES: Final = frozenset(
    {
        IRI(OWL + name)
        for name in ("ObjectProperty", "DatatypeProperty", "FunctionalProperty", "SymmetricProperty")
    }
    | {IRI(RDF + "Property")}
)
_CLASS_CLASSES: Final = frozenset({IRI(OWL + "Class"), IRI(RDFS + "Class")})


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """A relation: how it is called, and what may stand at its ends (None where nothing is said)."""

    iri: IRI
    label: str
    aliases: tuple[str, ...] = ()
    domain: IRI | None = None
    range: IRI | None = None
    inverse: IRI | None = None
    symmetric: bool = False
    functional: bool = False


@dataclass(frozen=True, slots=True)
class Schema:
    """Classes and properties by IRI; `triples` are all that was read."""

    classes: frozenset[IRI]
    properties: Mapping[IRI, Property]
    triples: tuple[Triple, ...] = ()

    @classmethod
    def read(cls, *paths: str | Path) -> Self:
        """Read Turtle files. Raises FormatError with file and line, ConfigError where one defines nothing."""
        triples = tuple(triple for path in paths for triple in read_triples(Path(path), "ttl"))
        said: dict[IRI, dict[IRI, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for triple in triples:
            if isinstance(triple.subject, IRI):
                said[triple.subject][triple.predicate].append(triple.object)
        classes = {iri for iri, facts in said.items() if _CLASS_CLASSES & set(facts.get(TYPE, ()))}
        properties = {
            iri: _property(iri, facts)
            for iri, facts in said.items()
            if _PROPERTY_CLASSES & set(facts.get(TYPE, ()))
        }
        if not classes and not properties:
            names = ", ".join(map(str, paths))
            raise ConfigError(f"{names}: defines neither classes nor properties; give an ontology in Turtle.")
        return cls(frozenset(classes), properties, triples)

    @classmethod
    @cache
    def default(cls) -> Self:
        """Return kgfm's own terms with the Wikidata properties that the default extractor speaks."""
        folder = shared_folder("ontologies")
        return cls.read(folder / "kgfm" / "ontology.ttl", folder / "wikidata" / "properties.ttl")


def _property(iri: IRI, facts: Mapping[IRI, list[Term]]) -> Property:
    kinds = set(facts.get(TYPE, ()))
    labels = _texts(facts.get(LABEL, ()))
    return Property(
        iri=iri,
        label=labels[0] if labels else iri.value,
        aliases=_texts(facts.get(ALT_LABEL, ())),
        domain=_iri(facts, RDFS + "domain"),
        range=_iri(facts, RDFS + "range"),
        inverse=_iri(facts, OWL + "inverseOf"),
        symmetric=IRI(OWL + "SymmetricProperty") in kinds,
        functional=IRI(OWL + "FunctionalProperty") in kinds,
    )


def _texts(terms: Iterable[Term]) -> tuple[str, ...]:
    return tuple(sorted(term.value for term in terms if isinstance(term, Literal)))


def _iri(facts: Mapping[IRI, list[Term]], predicate: str) -> IRI | None:
    found = [term for term in facts.get(IRI(predicate), ()) if isinstance(term, IRI)]
    return min(found, default=None)
