"""What every implementation of a protocol must keep; subclassed beside each implementation's tests."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgfm.errors import KgfmError, QueryError, StoreError, UnknownTermError
from kgfm.kg import IRI, DocumentGraph, Entity, Literal, Modality, Polarity, Statement, Support, Triple
from kgfm.kg.formats import write_quads
from kgfm.kg.namespaces import (
    KGFM,
    LABEL,
    RDFS,
    document_iri,
    entity_iri,
    relation_iri,
)
from kgfm.stores import oxigraph_import
from kgfm.stores.base import Counters, Merge, TripleStore
from kgfm.stores.provenance import in_order
from tests import strategies as draw
from tests.store_model import Model, carry_out

MARIE = entity_iri("person", "Marie Curie")
CURIE = entity_iri("person", "Curie")
PARIS = entity_iri("place", "Paris")
LIVE_IN = relation_iri("live in")
SUPPORT = Support(0, 27, 0, 11, 21, 26, "clauses/1.0")


def document(identifier: str = "curie.txt", *said: Statement, fingerprint: str = "1") -> DocumentGraph:
    return DocumentGraph(
        id=identifier,
        title="Marie Curie",
        source=f"corpus/{identifier}",
        origin="corpus",
        content_hash="0" * 64,
        fingerprint=fingerprint,
        text=draw.TEXT,
        entities=(
            Entity(MARIE, "person", "Marie Curie", ("Madame Curie",), 2),
            Entity(PARIS, "place", "Paris"),
        ),
        statements=said or (statement(),),
    )


def statement(
    subject: IRI = MARIE,
    object_: IRI | Literal = PARIS,
    polarity: Polarity = Polarity.AFFIRMED,
    modality: Modality = Modality.ASSERTED,
    confidence: float = 0.8,
) -> Statement:
    return Statement(subject, LIVE_IN, object_, polarity, modality, 0.5, confidence, (SUPPORT,))


class StoreLaws(ABC):
    """What laws of stores have in common: each example gets an empty store of its own from `fresh`."""

    examples = 30  # of each law that draws some

    def for_all(self, law: Callable[..., None], **drawn: st.SearchStrategy[object]) -> None:
        """Try a law on as many examples as the store has time for."""
        settings(max_examples=self.examples, deadline=None)(given(**drawn)(law))()

    @abstractmethod
    def fresh(self) -> AbstractContextManager[TripleStore]:
        """Return an empty store that is closed when the context ends."""


class TripleStoreLaws(StoreLaws):
    """The contract of `TripleStore`; what concerns names stands in `tests.naming_laws`."""

    def test_the_default_graph_is_what_the_supports_say_after_any_operations(self) -> None:
        def law(operations: list[draw.Operation]) -> None:
            model = Model()
            with self.fresh() as store:
                for operation in operations:
                    carry_out(store, operation)
                    model.apply(operation)
                assert set(store.match()) == model.default_graph()
                assert store.counters() == model.counters()
                assert store.recount() == model.counters()
                assert {one.id: store.document(one.id) for one in store.documents()} == {
                    identifier: in_order(one) for identifier, one in model.documents.items()
                }

        self.for_all(law, operations=draw.operations)

    def test_taking_everything_out_leaves_nothing(self) -> None:
        def law(operations: list[draw.Operation]) -> None:
            with self.fresh() as store:
                for operation in operations:
                    carry_out(store, operation)
                store.set_merges({})
                for one in list(store.documents()):
                    store.remove_document(one.id)
                for graph in list(store.imported_graphs()):
                    store.remove_graph(graph)
                left = {graph for _, graph in store.quads()}
                assert left <= {IRI(KGFM + "merges")}  # what was kept apart stays so
                assert store.counters() == Counters()
                assert store.find_label("Paris") == store.find_label("Marie Curie") == []

        self.for_all(law, operations=draw.operations)

    def test_an_export_of_all_graphs_imports_back_to_the_same(
        self, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        def law(operations: list[draw.Operation]) -> None:
            path = tmp_path_factory.mktemp("export") / "all.nq"
            with self.fresh() as store, self.fresh() as copy:
                for operation in operations:
                    carry_out(store, operation)
                write_quads(path, store.quads())
                copy.import_file(IRI("urn:kgfm:import:file"), path)
                assert set(copy.quads()) == set(store.quads())
                assert copy.counters() == store.counters()

        self.for_all(law, operations=draw.operations)

    def test_terms_come_back_as_they_went_in(self) -> None:
        def law(triples: list[Triple]) -> None:
            with self.fresh() as store:
                store.import_triples(draw.GRAPHS[0], triples)
                assert set(store.match()) == set(triples)
                assert all(triple in store for triple in triples)

        self.for_all(law, triples=st.lists(draw.any_triple, max_size=5))

    def test_a_document_is_added_once_and_an_equal_fingerprint_changes_nothing(self) -> None:
        with self.fresh() as store:
            store.add_document(document())
            version = store.version
            store.add_document(document())
            assert store.version == version
            assert store.fingerprints() == {"curie.txt": "1"}
            assert store.resolution_pending

    def test_a_newer_version_replaces_the_older_whole(self) -> None:
        with self.fresh() as store:
            store.add_document(document())
            store.add_document(document("curie.txt", statement(object_=Literal("Sceaux")), fingerprint="2"))
            assert Triple(MARIE, LIVE_IN, PARIS) not in store
            assert list(store.match(MARIE, LIVE_IN)) == [Triple(MARIE, LIVE_IN, Literal("Sceaux"))]
            assert store.counters().documents == 1

    def test_a_triple_goes_with_its_last_support(self) -> None:
        with self.fresh() as store:
            store.add_document(document("one"))
            store.add_document(document("two"))
            fact = Triple(MARIE, LIVE_IN, PARIS)
            assert list(store.match(MARIE, LIVE_IN)) == [fact]
            assert list(store.graphs(fact)) == [document_iri("one"), document_iri("two")]
            assert store.remove_document("one")
            assert fact in store
            assert store.remove_document("two")
            assert fact not in store
            assert not store.remove_document("two")

    def test_negated_and_hedged_statements_are_kept_but_are_no_triples(self) -> None:
        denied = statement(polarity=Polarity.NEGATED)
        hedged = statement(modality=Modality.HEDGED)
        with self.fresh() as store:
            store.add_document(document("denied", denied, hedged))
            assert list(store.match(MARIE, LIVE_IN)) == []
            assert list(store.statements(MARIE, LIVE_IN, PARIS)) == []
            found = {one.statement for one in store.statements(MARIE, LIVE_IN, PARIS, holds=False)}
            assert found == {denied, hedged}
            assert {one.statement for one in store.statements(holds=None)} == found

    def test_evidence_is_found_by_canonical_terms_with_its_sentences(self) -> None:
        with self.fresh() as store:
            store.add_document(document("one", statement()))
            store.add_document(document("two", statement(subject=CURIE)))
            store.set_merges({CURIE: Merge(MARIE, "short form")})
            for pattern in (
                (MARIE, LIVE_IN, PARIS),
                (MARIE, None, None),
                (None, None, PARIS),
                (None, LIVE_IN, None),
            ):
                found = sorted(store.statements(*pattern), key=lambda one: one.document)
                assert [one.document for one in found] == ["one", "two"]
                assert {one.sentences for one in found} == {("Marie Curie lived in Paris.",)}
                assert found[1].statement.subject == CURIE
            assert [one.statement for one in store.statements_of_document("two")] == [
                statement(subject=CURIE)
            ]

    def test_edges_join_their_statements_confidences_by_noisy_or(self) -> None:
        knows = Triple(PARIS, relation_iri("know"), MARIE)
        with self.fresh() as store:
            store.add_document(document("one", statement(confidence=0.5)))
            store.add_document(document("two", statement(subject=CURIE, confidence=0.6)))
            store.set_merges({CURIE: Merge(MARIE, "short form")})
            store.import_triples(draw.GRAPHS[0], [knows])
            edges = dict(store.edges())
            assert edges == {Triple(MARIE, LIVE_IN, PARIS): pytest.approx(0.8), knows: 1.0}
            store.import_triples(draw.GRAPHS[0], [Triple(MARIE, LIVE_IN, PARIS)])
            assert dict(store.edges()) == {Triple(MARIE, LIVE_IN, PARIS): 1.0}

    def test_axioms_are_kept_apart_from_facts(self) -> None:
        graph, other = IRI(KGFM + "ontology:a.ttl"), IRI(KGFM + "ontology:b.ttl")
        axiom = Triple(LIVE_IN, IRI(RDFS + "domain"), IRI("http://example.org/Person"))
        name = Triple(LIVE_IN, LABEL, Literal("Resides in"))
        with self.fresh() as store:
            store.add_document(document())
            before = store.counters()
            assert store.import_ontology(graph, [axiom, name]) == 2
            assert store.import_ontology(other, [name]) == 1
            assert list(store.ontologies()) == [graph, other]
            assert set(store.axioms()) == {axiom, name}
            assert (store.counters(), store.recount()) == (before, before)
            assert axiom not in store
            assert list(store.imported_graphs()) == []
            store.set_ontology([])
            assert store.find_label("resides in") == [LIVE_IN]
            with self.fresh() as copy, TemporaryDirectory() as folder:
                path = Path(folder) / "all.nq"
                write_quads(path, store.quads())
                copy.import_file(IRI("urn:kgfm:source:all"), path)
                assert set(copy.quads()) == set(store.quads())
            store.import_ontology(graph, [])
            assert set(store.axioms()) == {name}
            store.import_ontology(other, [])
            assert store.find_label("resides in") == []
            store.refresh()
            assert store.counters() == before
            with pytest.raises(StoreError, match="no name of an ontology"):
                store.import_ontology(IRI(KGFM + "edits"), [axiom])

    def test_queries_see_each_asserted_triple_once_and_no_bookkeeping(self) -> None:
        with self.fresh() as store:
            store.add_document(document("one"))
            store.add_document(document("two"))
            result = store.query("SELECT ?place WHERE { ?who rdfs:label 'Marie Curie' ; rel:live_in ?place }")
            assert (result.variables, result.rows) == (("place",), ((PARIS,),))
            assert store.query("ASK { ?s a kgfm:Statement }").boolean is False
            assert store.query("ASK { GRAPH ?g { ?s a kgfm:Statement } }").boolean is True
            built = store.query("CONSTRUCT WHERE { ?who rel:live_in ?place }")
            assert built.triples == (Triple(MARIE, LIVE_IN, PARIS),)
            assert len(store.query("SELECT * WHERE { ?s ?p ?o }").rows) == store.counters().triples

    def test_an_update_keeps_counters_and_labels_right(self) -> None:
        new = entity_iri("place", "Nancy")
        with self.fresh() as store:
            if not store.capabilities.updates:
                with pytest.raises(QueryError, match="takes no SPARQL updates"):
                    store.update("INSERT DATA { <urn:a> <urn:b> <urn:c> }")
                return
            store.add_document(document())
            store.update(
                f"INSERT DATA {{ {MARIE} {LIVE_IN} {new} . {new} rdfs:label 'Nancy' . _:b {LIVE_IN} {new} }}"
            )
            assert store.find_label("nancy") == [new]
            assert store.counters() == store.recount()
            store.remove_document("curie.txt")
            assert Triple(MARIE, LIVE_IN, new) in store
            store.update(f"DELETE WHERE {{ ?s ?p {new} }} ; DELETE WHERE {{ {new} ?p ?o }}")
            assert list(store.match()) == []
            assert store.counters() == store.recount() == Counters()

    def test_queries_that_are_malformed_or_reach_out_are_refused(self) -> None:
        with self.fresh() as store:
            with pytest.raises(QueryError, match="line 2, column"):
                store.query("SELECT *\nWHER { ?s ?p ?o }")
            with pytest.raises(QueryError, match="SERVICE"):
                store.query("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }")
            with pytest.raises(QueryError, match="LOAD"):
                store.update("LOAD <http://example.org/>")
            assert store.query("ASK { ?SERVICE rdfs:label 'LOAD SERVICE' }").boolean is False

    def test_a_long_literal_and_any_language_come_back_whole(self) -> None:
        said = [
            Triple(MARIE, LIVE_IN, Literal("é\n\\u0041\"'" * 150_000)),
            Triple(MARIE, LIVE_IN, Literal("巴黎", language="zh-hant")),
            Triple(MARIE, LIVE_IN, Literal("", datatype="urn:kind:of-its-own")),
        ]
        with self.fresh() as store:
            store.import_triples(draw.GRAPHS[0], said)
            assert set(store.match(MARIE)) == set(said)
            assert all(triple in store for triple in said)

    def test_the_same_import_again_changes_no_content(self) -> None:
        said = [Triple(MARIE, LIVE_IN, PARIS), Triple(PARIS, LABEL, Literal("Paris"))]
        with self.fresh() as store:
            store.import_triples(draw.GRAPHS[0], said)
            content, counters = set(store.quads()), store.counters()
            store.import_triples(draw.GRAPHS[0], said)
            assert (set(store.quads()), store.counters()) == (content, counters)

    def test_what_would_break_out_of_its_place_is_refused_or_kept_as_it_is(self) -> None:
        closing = IRI("urn:x> <urn:b> <urn:c> } ; DROP ALL ; INSERT DATA { <urn:a")
        hostile = Triple(MARIE, relation_iri("`]->() DETACH DELETE n //\n'\"\\u0060"), Literal("'}) \\"))
        tagged = Triple(MARIE, LIVE_IN, Literal("x", "", "en } ; DROP ALL"))
        with self.fresh() as store:
            store.add_document(document())
            content = set(store.quads())
            with pytest.raises(KgfmError):
                store.import_triples(draw.GRAPHS[0], [tagged])
            assert set(store.quads()) == content
            store.import_triples(draw.GRAPHS[0], [hostile, Triple(MARIE, LIVE_IN, closing)])
            assert hostile in store
            assert content < set(store.quads())
            assert store.counters() == store.recount()

    def test_a_large_file_that_replaces_a_graph_keeps_what_other_graphs_say_too(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(oxigraph_import, "_SMALL", 4)
        monkeypatch.setattr(oxigraph_import, "_CHUNK", 3)
        graph, other = IRI("urn:kgfm:import:graph"), IRI("urn:kgfm:import:other")
        said = [Triple(IRI(f"urn:n:{one}"), LIVE_IN, PARIS) for one in range(12)]
        write_quads(tmp_path / "said.nq", ((triple, None) for triple in said))
        with self.fresh() as store:
            store.import_triples(graph, said)
            store.import_triples(other, said[3:9])
            store.import_file(graph, tmp_path / "said.nq")
            assert {triple for triple, name in store.quads() if name == graph} == set(said)
            store.remove_graph(other)
            assert set(store.match()) == set(said)
            assert store.counters() == store.recount()

    def test_unknown_documents_are_named(self) -> None:
        with self.fresh() as store:
            for read in (
                store.document,
                store.document_text,
                lambda name: list(store.statements_of_document(name)),
            ):
                with pytest.raises(UnknownTermError, match="nowhere"):
                    read("nowhere")

    def test_documents_and_bookkeeping_are_no_place_for_imports(self) -> None:
        with self.fresh() as store:
            for graph in (document_iri("x"), IRI(KGFM + "meta")):
                with pytest.raises(StoreError):
                    store.import_triples(graph, [])

    def test_a_malformed_file_changes_nothing(self, tmp_path: Path) -> None:
        path = tmp_path / "bad.nt"
        path.write_text("<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> .\n")
        with self.fresh() as store:
            with pytest.raises(ValueError, match=r"bad\.nt, line 2"):
                store.import_file(draw.GRAPHS[0], path)
            assert list(store.match()) == []
