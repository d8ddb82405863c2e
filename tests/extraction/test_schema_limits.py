"""A schema limits what is extracted to its own properties and classes."""

from kgfm.extraction.extractor import Extractor
from kgfm.kg.namespaces import ENTITY_CLASSES, WDT
from kgfm.kg.terms import IRI
from kgfm.ontology.schema import Property, Schema
from tests.extraction.reading import document, extractor

TEXT = "Marie Curie was born in Warsaw in 1867. Marie Curie worked with Henri Becquerel."
BIRTHPLACE = IRI(WDT + "P19")


def schema(*classes: str) -> Schema:
    properties = {BIRTHPLACE: Property(iri=BIRTHPLACE, label="place of birth")}
    return Schema(classes=frozenset(ENTITY_CLASSES[kind] for kind in classes), properties=properties)


def predicates(limits: Schema) -> list[IRI]:
    graph = next(Extractor(schema=limits).extract([document(TEXT)]))
    return [statement.predicate for statement in graph.statements]


def test_only_properties_of_the_schema_are_stated() -> None:
    assert predicates(schema()) == [BIRTHPLACE]


def test_only_classes_of_the_schema_are_ends() -> None:
    assert predicates(schema("person", "place")) == [BIRTHPLACE]
    assert predicates(schema("person")) == []


def test_the_schema_is_part_of_the_fingerprint() -> None:
    one = document(TEXT)
    assert Extractor(schema=schema()).fingerprint(one) != extractor().fingerprint(one)
    assert Extractor(schema=schema()).fingerprint(one) == Extractor(schema=schema()).fingerprint(one)
