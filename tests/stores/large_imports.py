"""Large imports, whole and cut off, as the stores behind a server are tried with."""

from collections.abc import Iterator

import pytest

from kgfm.kg import IRI, Literal, Triple
from kgfm.kg.namespaces import LABEL
from kgfm.stores import oxigraph_import
from kgfm.stores.base import Counters, Quad
from kgfm.stores.shared import SharedStore
from tests.laws import document

GRAPH = IRI("urn:kgfm:import:numbers")


def numbers(count: int) -> Iterator[Triple]:
    for number in range(count):
        yield Triple(IRI(f"urn:n:{number}"), LABEL, Literal(f"number {number}"))


def imported_and_cut_off(store: SharedStore, monkeypatch: pytest.MonkeyPatch) -> tuple[set[Quad], Counters]:
    """Import a graph in parts, remove it, and cut a second import off so that what it wrote is left.

    Returns what the store held and counted before.
    """

    def breaking() -> Iterator[Triple]:
        yield from numbers(15)
        raise KeyboardInterrupt

    monkeypatch.setattr(oxigraph_import, "_SMALL", 10)
    store.add_document(document())
    before, counters = set(store.quads()), store.counters()
    assert store.import_triples(GRAPH, numbers(40)) == 40
    assert store.counters() == store.recount()
    assert store.find_label("NUMBER 7") == [IRI("urn:n:7")]
    assert store.remove_graph(GRAPH) == 40
    monkeypatch.setattr(type(store), "_take_out_unfinished", lambda self, graph: None)
    with pytest.raises(KeyboardInterrupt):
        store.import_triples(GRAPH, breaking())
    return before, counters
