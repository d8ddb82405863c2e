"""Large graphs imported into Neo4j: in parts, and again only where they differ."""

from collections.abc import Iterator
from itertools import islice

import neo4j
import pytest

from kgfm.kg import IRI, Literal, Triple
from kgfm.kg.namespaces import LABEL, TYPE
from kgfm.stores import layout, neo4j_import, oxigraph_import
from kgfm.stores.neo4j import Neo4jStore
from kgfm.stores.neo4j_bulk import Batch
from kgfm.stores.neo4j_connection import Connection
from kgfm.stores.neo4j_names import key_of
from kgfm.stores.neo4j_reimport import missing
from kgfm.stores.projection import MergeTable
from tests.laws import document
from tests.stores.large_imports import imported_and_cut_off, numbers
from tests.stores.neo4j_tools import NAMES, doubled, empty


def test_a_large_import_goes_in_parts_and_what_is_left_of_one_is_taken_out(
    server: str, store: Neo4jStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neo4j_import, "_LOADED_TOGETHER", 7)
    before, counters = imported_and_cut_off(store, monkeypatch)
    with Neo4jStore.open(f"{server}/{NAMES[0]}") as other:
        other.refresh()
        assert (set(other.quads()), other.counters()) == (before, counters)


def test_a_large_graph_imported_again_is_changed_only_where_it_differs(
    store: Neo4jStore, driver: neo4j.Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oxigraph_import, "_SMALL", 10)
    monkeypatch.setattr(neo4j_import, "_LOADED_TOGETHER", 7)
    graph, other = (IRI(f"urn:kgfm:import:{name}") for name in ("numbers", "other"))
    store.import_triples(other, numbers(12))
    store.import_triples(graph, numbers(40))
    content, version = set(store.quads()), store.version
    assert store.import_triples(graph, [*numbers(40), *numbers(3)]) == 43
    assert (set(store.quads()), store.version) == (content, version)
    changed = [*islice(numbers(50), 5, None), Triple(IRI("urn:n:1"), LABEL, Literal("one"))]
    assert store.import_triples(graph, changed) == 46
    found = {one for one, name in store.quads() if name == graph}
    assert found == set(changed)
    assert {one for one, name in store.quads() if name is None} == {*changed, *numbers(12)}
    assert store.counters() == store.recount()
    assert doubled(driver) == []


def test_a_large_graph_imported_again_unchanged_is_not_looked_for_unless_others_wrote(
    store: Neo4jStore, driver: neo4j.Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(oxigraph_import, "_SMALL", 10)
    monkeypatch.setattr(neo4j_import, "_LOADED_TOGETHER", 7)
    graph, content = IRI("urn:kgfm:import:numbers"), list(numbers(40))

    def counted(connection: Connection, name: IRI, batch: Batch, table: MergeTable) -> list[Triple]:
        asked.append(len(batch.edges))
        return missing(connection, name, batch, table)

    monkeypatch.setattr(neo4j_import, "missing", counted)
    store.import_triples(graph, content)
    store.import_triples(graph, content)
    assert asked == []
    changed = [*content[:20], *content[21:]]
    store.import_triples(graph, changed)
    assert len(asked) == 4
    assert set(store.match()) == set(changed)
    driver.execute_query("MATCH (:Term)-[r]->(:Term {value: 'number 3'}) DELETE r")
    store.import_triples(graph, changed)
    assert set(store.match()) == set(changed)
    store.add_document(document())
    asked.clear()
    store.import_triples(graph, changed)
    assert len(asked) == 6


def test_what_is_imported_in_parts_is_named_as_what_is_imported_at_once(
    store: Neo4jStore, server: str, driver: neo4j.Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty(driver, NAMES[1])
    person, names = IRI("urn:class:Person"), [Literal("Ada"), Literal("Ada", "", "de"), Literal("Àda")]
    content = [
        *(Triple(IRI(f"urn:n:{one}"), IRI("urn:p:knows"), IRI(f"urn:n:{one + 3}")) for one in range(12)),
        *(Triple(IRI(f"urn:n:{one}"), TYPE, person) for one in range(12)),
        *(Triple(IRI("urn:n:4"), LABEL, name) for name in names),
        *(Triple(IRI("urn:n:20"), LABEL, name) for name in names),
        Triple(IRI("urn:n:20"), TYPE, person),
        Triple(person, TYPE, IRI("urn:class:Class")),
    ]
    graph = IRI("urn:kgfm:import:names")
    store.import_triples(graph, content)
    with Neo4jStore.open(f"{server}/{NAMES[1]}") as other:
        monkeypatch.setattr(oxigraph_import, "_SMALL", 10)
        monkeypatch.setattr(neo4j_import, "_LOADED_TOGETHER", 9)
        other.import_triples(graph, content)
        assert labels_and_names(driver, NAMES[1]) == labels_and_names(driver, NAMES[0])
        assert set(other.quads()) == set(store.quads())
        assert other.counters() == other.recount() == store.counters()
        assert other.find_label("ada") == store.find_label("ada")


def test_what_others_write_while_an_import_is_under_way_is_neither_doubled_nor_lost(
    store: Neo4jStore, server: str, driver: neo4j.Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oxigraph_import, "_SMALL", 10)
    monkeypatch.setattr(neo4j_import, "_LOADED_TOGETHER", 7)
    graph, edits = IRI("urn:kgfm:import:numbers"), IRI("urn:kgfm:import:other")
    theirs = [*islice(numbers(40), 10, 20), Triple(IRI("urn:n:39"), TYPE, IRI("urn:class:Number"))]

    def interrupted() -> Iterator[Triple]:
        yield from numbers(15)
        with Neo4jStore.open(f"{server}/{NAMES[0]}") as other:
            other._import_few(edits, set(theirs))
            other.add_document(document())
        yield from numbers(40)

    assert store.import_triples(graph, interrupted()) == 55
    assert {one for one, name in store.quads() if name == graph} == set(numbers(40))
    assert {one for one, name in store.quads() if name == edits} == set(theirs)
    assert doubled(driver) == []
    assert store.counters() == store.recount()
    assert store.counters().documents == 1


def test_a_first_import_counts_what_it_writes_however_the_file_is_ordered(
    store: Neo4jStore, driver: neo4j.Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oxigraph_import, "_SMALL", 10)
    monkeypatch.setattr(neo4j_import, "_LOADED_TOGETHER", 7)
    knows, person = IRI("urn:p:knows"), IRI("urn:class:Person")
    content = [
        *(Triple(IRI(f"urn:n:{one}"), knows, Literal(f"number {one + 1}")) for one in range(9)),
        *(Triple(IRI(f"urn:n:{one}"), knows, IRI(f"urn:n:{one + 3}")) for one in range(9)),
        *(Triple(IRI(f"urn:n:{one}"), TYPE, person) for one in range(9)),
        *numbers(9),
        Triple(person, TYPE, IRI("urn:class:Class")),
    ]
    assert store.import_triples(IRI("urn:kgfm:import:mixed"), content + content) == 74
    assert set(store.match()) == set(content)
    assert store.counters() == store.recount()
    assert store.find_label("Number 3") == [IRI("urn:n:3")]
    assert doubled(driver) == []


def test_labels_that_an_older_program_indexed_are_found_and_indexed_anew_by_a_refresh(
    store: Neo4jStore, driver: neo4j.Driver
) -> None:
    store.import_triples(IRI("urn:kgfm:import:numbers"), numbers(3))
    old = Triple(IRI("urn:n:1"), layout.LABEL_KEY, Literal("number 1"))
    driver.execute_query(
        "MATCH (t:Term {kb: $kb}) REMOVE t.label_key WITH DISTINCT $kb AS kb "
        "MATCH (s:Term {kb: kb, iri: $s}) MATCH (o:Term {key: $key}) "
        "CREATE (s)-[:`labelKey (as written)` {predicate: $p, asserted: false, graphs: [$graph]}]->(o)",
        kb=NAMES[0],
        s=old.subject.value,
        p=old.predicate.value,
        key=key_of(NAMES[0], old.object),
        graph=layout.LABEL_KEYS.value,
    )
    assert store.find_label("NUMBER 1") == [IRI("urn:n:1")]
    store.refresh()
    assert store.find_label("NUMBER 1") == [IRI("urn:n:1")]
    assert store.find_label("NUMBER 2") == [IRI("urn:n:2")]
    left = "MATCH (:Term {kb: $kb})-[r]->() WHERE $graph IN r.graphs RETURN r"
    values = {"kb": NAMES[0], "graph": layout.LABEL_KEYS.value}
    assert driver.execute_query(left, values).records == []
    assert store.counters() == store.recount()


def labels_and_names(driver: neo4j.Driver, kb: str) -> list[list[object]]:
    cypher = "MATCH (t:Term {kb: $kb}) RETURN t.iri, t.value, t.language, t.name, t.aliases, labels(t)"
    rows = driver.execute_query(cypher, kb=kb).records
    return sorted(([*values, sorted(labels)] for *values, labels in rows), key=str)
