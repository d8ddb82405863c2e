"""What networkx and RDFLib are given is what the store holds."""

from collections.abc import Iterator
from typing import Any

import pytest
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
from rdflib.term import Literal as RdflibLiteral

from kgfm.kg import IRI, Literal, Triple
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


def test_rdflib_has_the_asserted_triples_and_a_dataset_everything(store: OxigraphStore) -> None:
    assert {_written(*triple) for triple in to_rdflib(store)} == {
        (str(one.subject), str(one.predicate), str(one.object)) for one in store.match()
    }
    assert {_written(*quad) for quad in to_rdflib_dataset(store).quads()} == {
        (str(one.subject), str(one.predicate), str(one.object), str(graph)) for one, graph in store.quads()
    }


def _written(*nodes: Any) -> tuple[str, ...]:
    """Write RDFLib's nodes as ours."""
    return tuple(
        str(Literal(str(node), str(node.datatype or ""), node.language or ""))
        if isinstance(node, RdflibLiteral)
        else f"<{node}>"
        if node not in (None, DATASET_DEFAULT_GRAPH_ID)
        else "None"
        for node in nodes
    )
