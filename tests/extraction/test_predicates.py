"""The phrase table and the ontology beside it."""

from rdflib import OWL, RDF, RDFS, Graph

from kgfm.extraction.predicates import matches
from kgfm.kg.namespaces import ENTITY_CLASSES, WDT
from kgfm.resources import shared_folder

FOLDER = shared_folder("ontologies") / "wikidata"


def properties(*arguments: object) -> set[str]:
    return {match.predicate.value.removeprefix(WDT) for match in matches(*arguments)}  # type: ignore[arg-type]


def test_kinds_decide_between_properties() -> None:
    assert properties(("born in",), "person", "place") == {"P19"}
    assert properties(("born in",), "person", "date") == {"P569"}
    assert properties(("founded in",), "organization", "date") == {"P571"}
    assert properties(("found",), "person", "organization") == {"P112"}
    assert properties(("born in",), "place", "place") == set()


def test_gender_adds_and_traits_replace() -> None:
    male, party = frozenset({"m"}), frozenset({"party"})
    assert properties(("son of",), "person", "person") == {"P40"}
    assert properties(("son of",), "person", "person", frozenset(), male) == {"P22", "P40"}
    assert properties(("join",), "person", "organization", frozenset(), party) == {"P102"}


def test_the_first_phrase_that_fits_decides() -> None:
    assert properties(("no such phrase", "born in"), "person", "place") == {"P19"}


def test_every_row_speaks_of_known_kinds_and_declared_properties() -> None:
    graph = Graph().parse(FOLDER / "properties.ttl")
    declared = {str(subject).removeprefix(WDT) for subject in graph.subjects(RDFS.label)}
    rows = (FOLDER / "phrases.tsv").read_text(encoding="utf-8").splitlines()[1:]
    kinds = {*ENTITY_CLASSES, "date", "number", "text", "*"}
    for row in rows:
        phrases, subjects, objects, identifier, direction = row.split("\t")
        assert all(phrase.strip() for phrase in phrases.split("|")), row
        assert {end.partition(":")[0] for end in (subjects + "," + objects).split(",")} <= kinds, row
        assert identifier in declared, row
        assert direction in "+-", row
    assert 80 <= len(declared) <= 150


def test_the_ontology_is_typed_and_labelled() -> None:
    graph = Graph().parse(FOLDER / "properties.ttl")
    for subject in graph.subjects(RDFS.label):
        types = set(graph.objects(subject, RDF.type))
        assert types & {OWL.ObjectProperty, OWL.DatatypeProperty}
