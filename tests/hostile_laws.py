"""Names that try to break out of a query: every store keeps them as they are, wherever they stand."""

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from urllib.parse import quote

from kgfm.errors import QueryError
from kgfm.kg import IRI, DocumentGraph, Entity, Literal, Qualifier, QualifierKind, Triple
from kgfm.kg.namespaces import document_iri, entity_iri, relation_iri
from kgfm.stores import layout
from kgfm.stores.base import Merge, TripleStore
from tests.laws import MARIE, SUPPORT, document, statement

HOSTILE = (
    "a'b\"c`d.txt",
    "x> } ; DROP ALL ; INSERT DATA { <urn:a.txt",
    '"} \nDELETE WHERE { ?s ?p ?o } #.txt',
    "`]->() DETACH DELETE n //\\u0060\\u0027.txt",
    "'}) MATCH (n) DETACH DELETE n //\r\n.txt",
    '""" . } GRAPH ?g { ?s ?p ?o } \\"@en $rows {key} %s %22%3E \u202e\U0001f600.txt',
)


class HostileTextLaws(ABC):
    """The part of `TripleStore`'s contract that is about text of others in our queries."""

    hostile: tuple[str, ...] = HOSTILE

    @abstractmethod
    def fresh(self) -> AbstractContextManager[TripleStore]:
        """Return an empty store that is closed when the context ends."""

    def test_hostile_names_stay_names(self) -> None:
        with self.fresh() as store:
            store.add_document(document())
            before, counters = set(store.quads()), store.counters()
            for text in self.hostile:
                _fill(store, text)
                assert store.document(text) == hostile(text)
                assert _entity(text) in store.find_label(text)
                assert store.merges()[_other(text)] == Merge(_entity(text), text)
                triple = Triple(MARIE, relation_iri(text), Literal(text))
                assert list(store.match(MARIE, triple.predicate)) == [triple]
                assert triple in store
                assert sorted(store.graphs(triple)) == sorted([document_iri(text), _file(text)])
                (said,) = store.statements(MARIE, triple.predicate)
                assert said.document == said.title == text
                assert store.counters().by_source[text] == 1
                assert before < set(store.quads())
            assert store.counters() == store.recount()
            for text in self.hostile:
                assert store.remove_document(text)
                assert store.remove_graph(_file(text)) == 1
                assert not store.remove_document(text)
            store.set_merges({})
            assert (set(store.quads()), store.counters(), store.recount()) == (before, counters, counters)

    def test_hostile_predicates_and_values_in_updates_stay_what_they_are(self) -> None:
        with self.fresh() as store:
            if not store.capabilities.updates:
                return
            store.add_document(document())
            before = set(store.quads())
            for text in self.hostile:
                said = Triple(MARIE, relation_iri(text), Literal(text))
                store.update(f"INSERT DATA {{ {said} }}")
                assert set(store.match()) - {one for one, _ in before} == {said}
                # As a program of others may name it: kept with what is unfit quoted, or refused.
                with suppress(QueryError):
                    store.update(f"INSERT DATA {{ {Triple(MARIE, IRI(f'urn:x:{text}'), Literal(text))} }}")
                assert before < set(store.quads())
                store.update(f"DELETE WHERE {{ ?s ?p {said.object} }}")
                assert set(store.quads()) == before
            assert store.counters() == store.recount()


def hostile(text: str) -> DocumentGraph:
    """Return a document in which the text stands wherever text may."""
    said = replace(
        statement(object_=Literal(text)),
        predicate=relation_iri(text),
        supports=(replace(SUPPORT, extractor=text),),
        qualifiers=(Qualifier(QualifierKind.PLACE, Literal(text)),),
    )
    return replace(
        document(text, said),
        title=text,
        source=text,
        origin=text,
        fingerprint=text,
        content_hash=text,
        text=text * 3,
        metadata={text: text},
        entities=(Entity(_entity(text), "person", text, (text[::-1],)),),
    )


def _fill(store: TripleStore, text: str) -> None:
    store.add_document(hostile(text))
    store.import_triples(_file(text), [Triple(MARIE, relation_iri(text), Literal(text))])
    store.set_merges(store.merges() | {_other(text): Merge(_entity(text), text)})


def _entity(text: str) -> IRI:
    return entity_iri("person", text)


def _other(text: str) -> IRI:
    return entity_iri("person", f"{text} II")


def _file(text: str) -> IRI:
    return IRI(layout.SOURCE + quote(f"/corpus/{text}"))
