"""A knowledge base answers with what its ontologies entail, proves it, and tells what cannot all be true."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kgfm.engine import Engine
from kgfm.errors import QueryError
from kgfm.kg import (
    IRI,
    DocumentGraph,
    Entity,
    Literal,
    Modality,
    Polarity,
    Qualifier,
    QualifierKind,
    Statement,
    Support,
)
from kgfm.kg.namespaces import KGFM, WDT, XSD, entity_iri
from kgfm.reasoning.contradictions import Conflict
from kgfm.reasoning.valid_time import ALWAYS, overlap, span, valid_time
from kgfm.stores.oxigraph import OxigraphStore

MARIE, PIERRE = (entity_iri("person", f"{name} Curie") for name in ("Marie", "Pierre"))
WARSAW, PARIS = (entity_iri("place", name) for name in ("Warsaw", "Paris"))
BORN, DIED, SPOUSE, LIVES = IRI(WDT + "P19"), IRI(WDT + "P570"), IRI(WDT + "P26"), IRI(WDT + "P551")
KINDS = {MARIE: "person", PIERRE: "person", WARSAW: "place", PARIS: "place"}
TIMES = {"time": QualifierKind.TIME, "start": QualifierKind.START, "end": QualifierKind.END}


def year(text: str) -> Literal:
    return Literal(text, XSD + ("gYear" if len(text) == 4 else "date"))


def said(
    subject: IRI,
    predicate: IRI,
    object_: IRI | Literal,
    polarity: Polarity = Polarity.AFFIRMED,
    modality: Modality = Modality.ASSERTED,
    **times: str,
) -> Statement:
    qualifiers = tuple(Qualifier(TIMES[name], year(text)) for name, text in times.items())
    support = (Support(0, 9, 0, 1, 2, 3, "test/1"),)
    return Statement(subject, predicate, object_, polarity, modality, 0.9, 0.9, support, qualifiers)


def document(name: str, *statements: Statement) -> DocumentGraph:
    entities = tuple(
        Entity(iri, kind, iri.value.rpartition(":")[2].replace("_", " ")) for iri, kind in KINDS.items()
    )
    return DocumentGraph(
        id=name, title=name, source=name, origin="corpus", content_hash="0" * 64, fingerprint="1",
        text=f"Text of {name}.", entities=entities, statements=statements,
    )  # fmt: skip


@pytest.fixture
def store() -> Iterator[OxigraphStore]:
    with OxigraphStore.in_memory() as store:
        yield store


def test_a_query_sees_what_is_entailed_and_is_refreshed_by_writes(
    store: OxigraphStore, tmp_path: Path
) -> None:
    engine = Engine(store)
    store.add_document(document("a", said(MARIE, SPOUSE, PIERRE)))
    question = "ASK { ent:person:Pierre_Curie wdt:P26 ent:person:Marie_Curie }"
    assert engine.query(question).boolean is False
    assert engine.query(question, infer=True).boolean is True
    person = "ASK { ent:person:Pierre_Curie a <urn:x:Spouse> }"
    assert engine.query(person, infer=True).boolean is False
    axioms = tmp_path / "axioms.ttl"
    axioms.write_text(f"<{SPOUSE.value}> <http://www.w3.org/2000/01/rdf-schema#domain> <urn:x:Spouse> .")
    before = engine.stats()
    assert engine.import_ontology(axioms) == 1
    assert engine.query(person, infer=True).boolean is True
    assert engine.stats() == before
    assert engine.remove(source=axioms) == [str(axioms)]
    assert engine.query(person, infer=True).boolean is False
    with pytest.raises(QueryError, match="no named graph"):
        engine.query("ASK { GRAPH ?g { ?s ?p ?o } }", infer=True)


def test_a_proof_ends_in_sentences_and_axioms(store: OxigraphStore) -> None:
    store.add_document(document("a", said(MARIE, SPOUSE, PIERRE)))
    engine = Engine(store)
    steps = engine.proof(PIERRE.value, "wdt:P26", MARIE.value)
    assert [step.rule for step in steps if step.premises] == ["prp-symp"]
    rules = {step.rule: step for step in steps}
    assert set(rules) == {"axiom", "stated", "prp-symp"}
    assert [place.document for place in rules["stated"].evidence] == ["a"]
    with pytest.raises(QueryError, match="neither stated nor does it follow"):
        engine.proof(PIERRE.value, "wdt:P26", WARSAW.value)


def found(store: OxigraphStore, *documents: DocumentGraph) -> list[Conflict]:
    for one in documents:
        store.add_document(one)
    return Engine(store).contradictions()


def test_a_functional_property_with_two_values_is_listed_with_both_sources(store: OxigraphStore) -> None:
    (conflict,) = found(
        store, document("a", said(MARIE, BORN, WARSAW)), document("b", said(MARIE, BORN, PARIS))
    )
    assert conflict.rule == "prp-fp"
    assert {side.evidence[0].document: side.triple.object for side in conflict.sides} == {
        "a": WARSAW,
        "b": PARIS,
    }
    assert {side.evidence[0].sentence for side in conflict.sides} == {"Text of a", "Text of b"}
    assert len(conflict.axioms) == 1
    sameness = f"ASK {{ {WARSAW} owl:sameAs {PARIS} }}"
    assert Engine(store).query(sameness, infer=True).boolean is False


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ({"start": "1900", "end": "1905"}, {"start": "1904", "end": "1910"}, 1),
        ({"start": "1900", "end": "1903"}, {"start": "1904", "end": "1910"}, 0),
        ({"end": "1903"}, {"start": "1904"}, 0),
        ({"time": "1900"}, {"time": "1900-05-01"}, 1),
        ({"time": "1900"}, {"time": "1901"}, 0),
        ({}, {"time": "1901"}, 1),
    ],
)
def test_values_of_different_times_do_not_contradict(
    store: OxigraphStore, one: dict[str, str], other: dict[str, str], count: int
) -> None:
    first, second = said(MARIE, BORN, WARSAW, **one), said(MARIE, BORN, PARIS, **other)  # type: ignore[arg-type]
    assert len(found(store, document("a", first), document("b", second))) == count


def test_a_coarser_date_does_not_contradict_a_finer_one(store: OxigraphStore) -> None:
    finer = document("a", said(MARIE, DIED, year("1934-07-04")), said(MARIE, DIED, year("1934")))
    assert found(store, finer) == []
    (conflict,) = found(store, document("b", said(MARIE, DIED, year("1935"))))[:1]
    assert conflict.rule == "prp-fp"


def test_what_is_denied_and_said_is_listed_hedges_are_not(store: OxigraphStore) -> None:
    denial = said(PIERRE, SPOUSE, MARIE, Polarity.NEGATED)
    doubt = said(MARIE, LIVES, PARIS, Polarity.NEGATED, Modality.HEDGED)
    (conflict,) = found(
        store,
        document("a", said(MARIE, SPOUSE, PIERRE), said(MARIE, LIVES, PARIS)),
        document("b", denial, doubt),
    )
    held, denied = conflict.sides
    assert (conflict.rule, held.denied, denied.denied) == ("denied", False, True)
    assert [place.document for place in held.evidence] == ["a"]  # it follows from what a says
    assert [place.document for place in denied.evidence] == ["b"]


def test_an_imported_fact_is_a_source_too(store: OxigraphStore) -> None:
    graph = IRI(KGFM + "source:facts.nt")
    store.import_triples(graph, [said(MARIE, BORN, PARIS).triple])
    (conflict,) = found(store, document("a", said(MARIE, BORN, WARSAW)))
    assert sorted(side.imports for side in conflict.sides) == [(), (graph.value,)]


def test_spans() -> None:
    assert span(year("1900")) == ("1900-01-01", "1900-12-31")
    assert span(Literal("1900-02", XSD + "gYearMonth")) == ("1900-02-01", "1900-02-31")
    assert span(Literal("1900")) is None
    assert valid_time(said(MARIE, BORN, WARSAW)) == ALWAYS
    assert valid_time(said(MARIE, BORN, WARSAW, start="1900", time="1800")) == ("1900-01-01", ALWAYS[1])
    assert overlap(("1900-01-01", "1900-12-31"), ("1900-12-31", "1901-01-01"))
