"""How every store names entities: labels, merges and what they are called in the end."""

import pytest

from kgfm.errors import StoreError
from kgfm.kg import IRI, Entity, Literal, Triple
from kgfm.kg.namespaces import ALT_LABEL, LABEL
from kgfm.stores.base import Merge
from tests import strategies as draw
from tests.laws import CURIE, LIVE_IN, MARIE, PARIS, StoreLaws, document, statement
from tests.store_model import Model, carry_out


class NamingLaws(StoreLaws):
    """The part of `TripleStore`'s contract that concerns names."""

    def test_labels_are_found_by_any_case(self) -> None:
        def law(operations: list[draw.Operation]) -> None:
            model = Model()
            with self.fresh() as store:
                for operation in operations:
                    carry_out(store, operation)
                    model.apply(operation)
                for text in ("paris", "CURIE", "marie  curie"):
                    key = " ".join(text.casefold().split())
                    assert store.find_label(text) == sorted(
                        {
                            one.subject
                            for one in model.default_graph()
                            if one.predicate in (LABEL, ALT_LABEL) and one.object.value.casefold() == key
                        },
                        key=str,
                    )

        self.for_all(law, operations=draw.operations)

    def test_an_undone_merge_is_remembered(self) -> None:
        with self.fresh() as store:
            store.add_document(document("one", statement(subject=CURIE)))
            store.set_merges({CURIE: Merge(MARIE, "short form")})
            assert store.merges() == {CURIE: Merge(MARIE, "short form")}
            assert Triple(MARIE, LIVE_IN, PARIS) in store
            assert not store.resolution_pending
            store.keep_apart(CURIE, MARIE)
            assert store.merges() == {}
            assert store.kept_apart() == {(CURIE, MARIE)}
            assert Triple(CURIE, LIVE_IN, PARIS) in store
            assert Triple(MARIE, LIVE_IN, PARIS) not in store

    def test_merges_in_a_circle_are_refused_and_change_nothing(self) -> None:
        with self.fresh() as store:
            with pytest.raises(StoreError, match="circle"):
                store.set_merges({CURIE: Merge(MARIE, ""), MARIE: Merge(CURIE, "")})
            assert store.merges() == {}

    def test_entities_are_named_as_all_documents_name_them(self) -> None:
        with self.fresh() as store:
            store.add_document(document("one"))
            store.add_document(document("two"))
            store.set_merges({MARIE: Merge(CURIE, "")})
            assert list(store.entity_names()) == [
                Entity(MARIE, "person", "Marie Curie", ("Madame Curie",), 4),
                Entity(PARIS, "place", "Paris", (), 2),
            ]

    def test_labels_come_from_the_graph_then_the_ontology_then_the_iri(self) -> None:
        born = IRI("http://www.wikidata.org/prop/direct/P19")
        vocabulary = [Triple(born, LABEL, Literal("place of birth", language="en")),
                      Triple(born, ALT_LABEL, Literal("Born in", language="en"))]  # fmt: skip
        with self.fresh() as store:
            store.add_document(document())
            store.set_ontology(vocabulary)
            version = store.version
            store.set_ontology(vocabulary)
            assert store.version == version
            assert store.label(MARIE) == "Marie Curie"
            assert store.labels(MARIE) == ("Marie Curie", "Madame Curie")
            assert store.label(born) == "place of birth"
            assert store.label(LIVE_IN) == "live in"
            assert store.find_label("born in") == [born]
            assert store.find_label("Live in") == [LIVE_IN]
            assert Triple(born, LABEL, vocabulary[0].object) not in store
