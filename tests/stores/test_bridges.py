"""What networkx and RDFLib are given is what the store holds."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kgfm.kg import IRI, Literal, Triple
from kgfm.kg.formats import read_quads, read_triples
from kgfm.kg.namespaces import LABEL, XSD
from kgfm.stores.bridges import to_networkx, to_rdflib, to_rdflib_dataset
from kgfm.stores.oxigraph import OxigraphStore
from tests.laws import LIVE_IN, MARIE, PARIS, document

GRAPH = IRI("urn:kgfm:import:x")


@pytest.fixture
def store() -> Iterator[OxigraphStore]:
    with OxigraphStore.in_memory() as store:
        store.add_document(document())
        spelled = Literal("2", XSD + "integer")
        text = Literal('a "text"\nin two lines', language="fr")
        store.import_triples(
            GRAPH,
            [Triple(MARIE, IRI("urn:r"), one) for one in (spelled, text, PARIS)]
            + [Triple(MARIE, LABEL, Literal("Marie (fr)", language="fr"))],
        )
        yield store


def test_networkx_has_an_edge_a_triple_between_entities_with_labels_and_confidence(
    store: OxigraphStore,
) -> None:
    graph = to_networkx(store)
    edges = {
        (head, key, tail): data["confidence"] for head, tail, key, data in graph.edges(keys=True, data=True)
    }
    assert edges == {
        (one.subject.value, one.predicate.value, one.object.value): confidence
        for one, confidence in store.edges()
    }
    assert graph.edges[MARIE.value, PARIS.value, LIVE_IN.value] == {"label": "live in", "confidence": 0.8}
    assert graph.nodes[MARIE.value] == {"label": "Marie Curie", "types": ("https://schema.org/Person",)}


@pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")  # RDFLib's serializer, of its own names
def test_rdflib_has_the_asserted_triples_and_a_dataset_everything(
    store: OxigraphStore, tmp_path: Path
) -> None:
    to_rdflib(store).serialize(tmp_path / "asserted.nt", format="nt", encoding="utf-8")
    assert set(read_triples(tmp_path / "asserted.nt")) == set(store.match())
    (tmp_path / "all.trig").write_bytes(to_rdflib_dataset(store).serialize(format="trig", encoding="utf-8"))
    assert set(read_quads(tmp_path / "all.trig")) == set(store.quads())
