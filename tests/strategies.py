"""What hypothesis draws: terms, triples, documents' graphs, and what may be done to a store."""

from dataclasses import dataclass

from hypothesis import strategies as st

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
    Triple,
)
from kgfm.kg.namespaces import LABEL, XSD, entity_iri, relation_iri
from kgfm.stores.base import Merge

# Few names, so that documents, imports and merges often speak of the same things.
PEOPLE = [("person", name) for name in ("Marie Curie", "M. Curie", "Curie", "Lise Meitner")]
PLACES = [("place", name) for name in ("Paris", "Paříž", "Warszawa")]
NAMED = [*PEOPLE, *PLACES]
RELATIONS = [relation_iri(phrase) for phrase in ("live in", "know")]
IDENTIFIERS = ["a/1.txt", "b 2", "ü"]
TEXT = "Marie Curie lived in Paris. She \"knew\" Lise Meitner.\n\tדּ 😀 \\u0041 'x'\r\n\x01 end."

any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
any_iri = st.builds(lambda name: entity_iri("concept", name or "x"), any_text)
any_literal = st.one_of(
    st.builds(Literal, any_text),
    st.builds(
        lambda text, language: Literal(text, language=language),
        any_text,
        st.sampled_from(["en", "he", "pt-br"]),
    ),
    st.builds(lambda number: Literal(str(number), XSD + "integer"), st.integers(-(10**12), 10**12)),
    st.builds(lambda day: Literal(day.isoformat(), XSD + "date"), st.dates()),
)
any_triple = st.builds(Triple, any_iri, any_iri, st.one_of(any_iri, any_literal))

known_entity = st.sampled_from([entity_iri(*named) for named in NAMED])
known_object = st.one_of(known_entity, st.sampled_from([Literal("1906", XSD + "gYear"), Literal("it")]))
known_triple = st.one_of(
    st.builds(Triple, known_entity, st.sampled_from(RELATIONS), known_object),
    st.builds(
        Triple, known_entity, st.just(LABEL), st.builds(Literal, st.sampled_from(["Paris", "PARIS", "Curie"]))
    ),
)
confidence = st.sampled_from([0.0, 0.1, 0.25, 0.87, 1.0])


@st.composite
def supports(draw: st.DrawFn) -> Support:
    start = draw(st.integers(0, 20))
    end = draw(st.integers(start + 1, len(TEXT)))
    return Support(
        start, end, start, start + 1, end - 1, end, draw(st.sampled_from(["clauses/1.0", "other/2"]))
    )


qualifiers = st.builds(
    Qualifier,
    st.sampled_from(QualifierKind),
    st.one_of(
        known_entity, st.sampled_from([Literal("1906-04-19", XSD + "date"), Literal("42", XSD + "integer")])
    ),
)
statements = st.builds(
    Statement,
    subject=known_entity,
    predicate=st.sampled_from(RELATIONS),
    object=known_object,
    polarity=st.sampled_from(Polarity),
    modality=st.sampled_from(Modality),
    raw_confidence=confidence,
    confidence=confidence,
    supports=st.lists(supports(), min_size=1, max_size=2, unique=True).map(tuple),
    qualifiers=st.lists(qualifiers, max_size=2, unique=True).map(tuple),
)


@st.composite
def entities(draw: st.DrawFn, kind: str, name: str) -> Entity:
    others = draw(st.lists(st.sampled_from(["Curie", "the city", name]), max_size=2, unique=True))
    return Entity(entity_iri(kind, name), kind, name, tuple(others), draw(st.integers(1, 5)))


@st.composite
def documents(draw: st.DrawFn) -> DocumentGraph:
    named = draw(st.lists(st.sampled_from(NAMED), max_size=3, unique=True))
    return DocumentGraph(
        id=draw(st.sampled_from(IDENTIFIERS)),
        title=draw(any_text),
        source="source",
        origin=draw(st.sampled_from(["corpus/", "notes é"])),
        content_hash="0" * 64,
        fingerprint=draw(st.uuids().map(str)),
        text=TEXT,
        metadata=draw(st.dictionaries(any_text, any_text, max_size=2)),
        entities=tuple(draw(entities(*one)) for one in named),
        statements=tuple(draw(st.lists(statements, max_size=4, unique_by=lambda one: one.iri))),
    )


@dataclass(frozen=True)
class Add:
    document: DocumentGraph


@dataclass(frozen=True)
class Remove:
    identifier: str


@dataclass(frozen=True)
class Import:
    graph: IRI
    triples: tuple[Triple, ...]


@dataclass(frozen=True)
class RemoveGraph:
    graph: IRI


@dataclass(frozen=True)
class SetMerges:
    merges: tuple[tuple[IRI, Merge], ...]


@dataclass(frozen=True)
class KeepApart:
    member: IRI
    canonical: IRI


Operation = Add | Remove | Import | RemoveGraph | SetMerges | KeepApart
GRAPHS = [IRI("urn:kgfm:import:one"), IRI("urn:kgfm:import:two")]


@st.composite
def merge_tables(draw: st.DrawFn) -> SetMerges:
    """Names merge into names before them in the list, so there is never a circle; chains there are."""
    table = []
    for group in (PEOPLE, PLACES):
        names = [entity_iri(*one) for one in group]
        for position, member in enumerate(names[1:], start=1):
            if draw(st.booleans()):
                table.append((member, Merge(names[draw(st.integers(0, position - 1))], 'same "name"')))
    return SetMerges(tuple(table))


operations = st.lists(
    st.one_of(
        st.builds(Add, documents()),
        st.builds(Remove, st.sampled_from(IDENTIFIERS)),
        st.builds(Import, st.sampled_from(GRAPHS), st.lists(known_triple, max_size=4).map(tuple)),
        st.builds(RemoveGraph, st.sampled_from(GRAPHS)),
        merge_tables(),
        st.builds(KeepApart, known_entity, known_entity),
    ),
    max_size=8,
)
