"""A knowledge base in Neo4j keeps the laws, against a real server."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

import neo4j
import pytest

from kgfm.cli.main import main
from kgfm.engine import Engine
from kgfm.errors import ConfigError, NotAStoreError, QueryError, StoreError
from kgfm.kg import IRI, Triple
from kgfm.kg.namespaces import TYPE, relation_iri
from kgfm.stores import neo4j_connection
from kgfm.stores.base import Merge, TripleStore
from kgfm.stores.neo4j import Neo4jStore
from kgfm.stores.neo4j_connection import Address, credentials
from tests.hostile_laws import HOSTILE, HostileTextLaws
from tests.laws import CURIE, MARIE, PARIS, TripleStoreLaws, document, statement
from tests.naming_laws import NamingLaws
from tests.sharing_laws import SharedStoreLaws
from tests.stores.large_imports import numbers
from tests.stores.neo4j_tools import NAMES, doubled, empty
from tests.stores.proxy import Wire
from tests.stores.servers import free_port


class TestLaws(TripleStoreLaws, NamingLaws, SharedStoreLaws, HostileTextLaws):
    examples = 5  # a server takes its time
    hostile = HOSTILE[3:5]
    server: str
    free: list[str]

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def _server(cls, server: str) -> None:
        cls.server, cls.free = server, list(NAMES)

    @contextmanager
    def again(self, store: TripleStore, *, read_only: bool = False) -> Iterator[TripleStore]:
        assert isinstance(store, Neo4jStore)
        with Neo4jStore.open(store.place, read_only=read_only) as other:
            yield other

    @contextmanager
    def fresh(self) -> Iterator[TripleStore]:
        name = self.free.pop()
        try:
            with neo4j.GraphDatabase.driver(self.server, auth=credentials()) as driver:
                empty(driver, name)
            with Neo4jStore.open(f"{self.server}/{name}") as store:
                yield store
        finally:
            self.free.append(name)


def test_the_graph_reads_well_in_cypher(store: Neo4jStore) -> None:
    store.add_document(document("one", statement(confidence=0.5)))
    store.add_document(document("two", statement(subject=CURIE, confidence=0.6)))
    store.set_merges({CURIE: Merge(MARIE, "short form")})
    rows = store.cypher(
        "MATCH (who:Person)-[said:`live in`]->(where:Place) WHERE who.kb = '" + NAMES[0] + "' "
        "RETURN who.name, who.aliases, where.name, said.confidence, size(said.documents)"
    ).rows
    assert [[one.value if one else None for one in row] for row in rows] == [
        ["Marie Curie", '["Madame Curie"]', "Paris", "0.8", "2"]
    ]
    store.remove_document("two")
    again = store.cypher(
        f"MATCH (:Term {{kb: '{NAMES[0]}'}})-[said:`live in`]->() RETURN said.confidence"
    ).rows
    assert [row[0].value for row in again if row[0]] == ["0.5"]


def test_labels_follow_the_classes_and_leave_others_alone(store: Neo4jStore, driver: neo4j.Driver) -> None:
    odd = IRI("urn:class:" + quote("We`ird \\u0060]->() DETACH DELETE n"))
    graph = IRI("urn:kgfm:import:classes")
    store.add_document(document("one"))
    store.import_triples(graph, [Triple(MARIE, TYPE, odd), Triple(PARIS, TYPE, IRI("urn:class:Term"))])
    mine = "MATCH (n:Term {kb: $kb, iri: $iri})"
    values = {"kb": NAMES[0], "iri": MARIE.value}
    driver.execute_query(f"{mine} SET n:Mine", values)
    (record,) = driver.execute_query(f"{mine} RETURN labels(n) AS labels", values).records
    assert {"Person", "Mine"} < set(record["labels"])
    assert len(record["labels"]) == 4
    assert set(store.match(None, TYPE)) >= {Triple(MARIE, TYPE, odd)}
    store.remove_graph(graph)
    (record,) = driver.execute_query(f"{mine} RETURN labels(n) AS labels", values).records
    assert set(record["labels"]) == {"Term", "Person", "Mine"}


@pytest.mark.parametrize(
    "name",
    [
        "a`b",
        "a``]->() DETACH DELETE n //",
        "\\u0060",
        "line\nbreak\ttab",
        "'\"",
        "x" * 500,
        "日本 語",
        "$p",
        "{}",
    ],
)
def test_predicates_of_any_spelling_are_kept_and_found(store: Neo4jStore, name: str) -> None:
    said = Triple(MARIE, relation_iri(name), PARIS)
    store.add_document(document("one"))
    content = set(store.quads())
    store.import_triples(IRI("urn:kgfm:import:odd"), [said])
    assert list(store.match(None, said.predicate)) == [said]
    assert list(store.graphs(said)) == [IRI("urn:kgfm:import:odd")]
    store.remove_graph(IRI("urn:kgfm:import:odd"))
    assert set(store.quads()) == content


def test_knowledge_bases_in_one_database_do_not_see_each_other_nor_other_data(
    server: str, store: Neo4jStore, driver: neo4j.Driver
) -> None:
    driver.execute_query("CREATE (:Person {kb: $kb, name: 'not ours'})", kb=NAMES[1])
    with Neo4jStore.open(f"{server}/{NAMES[1]}") as other:
        for one in (store, other):
            one.add_document(document("one"))
        store.remove_document("one")
        assert list(store.quads()) == []
        assert other.document("one") == document("one")
        assert other.counters() == other.recount()
        assert store.id != other.id
    found = driver.execute_query("MATCH (n:Person {kb: $kb, name: 'not ours'}) RETURN n", kb=NAMES[1])
    assert len(found.records) == 1


def test_nothing_is_left_dangling(store: Neo4jStore, driver: neo4j.Driver) -> None:
    store.add_document(document("one"))
    store.import_triples(IRI("urn:kgfm:import:x"), numbers(5))
    store.remove_document("one")
    store.remove_graph(IRI("urn:kgfm:import:x"))
    left = driver.execute_query(
        "MATCH (n {kb: $kb}) RETURN labels(n)[0] AS label, n.predicate AS p", kb=NAMES[0]
    )
    assert {record["label"] for record in left.records} <= {"Setting", "Graph", "KnowledgeBase"}


def test_cypher_writes_only_if_told_to(store: Neo4jStore) -> None:
    store.add_document(document("one"))
    with pytest.raises(QueryError, match="--write"):
        store.cypher("MATCH (n:Term) DETACH DELETE n")
    with pytest.raises(QueryError, match="could not be answered: Invalid input"):
        store.cypher("MATC (n) RETURN n")
    version = store.version
    store.cypher(f"MATCH (a:Term {{kb: '{NAMES[0]}', iri: '{MARIE.value}'}}) SET a.note = 'seen'", write=True)
    assert store.version > version
    (row,) = store.cypher("MATCH (a:Term {note: 'seen'}) RETURN a, a.note, null, 1, 1.5, true, [1]").rows
    assert row[0] == MARIE
    assert [one.value if one else None for one in row[1:]] == ["seen", None, "1", "1.5", "true", "[1]"]


def test_credentials_come_from_the_environment_and_are_never_shown(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConfigError, match="NEO4J_USERNAME") as caught:
        Neo4jStore.open("bolt://neo4j:hunter2@127.0.0.1:1/")
    assert "hunter2" not in str(caught.value)
    if credentials() is None:
        pytest.skip("the server at NEO4J_URI asks for no password")
    monkeypatch.setenv("NEO4J_PASSWORD", "hunter2")
    with pytest.raises(StoreError, match="refuses the credentials; set NEO4J_USERNAME") as refused:
        Neo4jStore.open(server)
    assert "hunter2" not in str(refused.value)


def test_an_account_that_may_not_enter_is_told_what_to_do(
    server: str, driver: neo4j.Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The Community edition knows no roles: an account may do everything, or must change its password."""
    if credentials() is None:
        pytest.skip("the server at NEO4J_URI asks for no password")
    user = "kgfm_test"
    driver.execute_query(f"DROP USER {user} IF EXISTS", database_="system")
    driver.execute_query(f"CREATE USER {user} SET PASSWORD 'an-old-one' CHANGE REQUIRED", database_="system")
    monkeypatch.setenv("NEO4J_USERNAME", user)
    monkeypatch.setenv("NEO4J_PASSWORD", "an-old-one")
    try:
        with pytest.raises(StoreError, match=r"wants this account's password changed.*NEO4J_PASSWORD"):
            Neo4jStore.open(f"{server}/{NAMES[0]}")
    finally:
        driver.execute_query(f"DROP USER {user}", database_="system")


@pytest.mark.parametrize("name", ["bolt://", "neo4j://h:1/a/b", "neo4j://h:1/ü b", "neo5j://h"])
def test_what_is_no_address_is_said(name: str) -> None:
    with pytest.raises(ConfigError, match="no Neo4j address"):
        Address.of(name, {})


def test_a_server_that_is_away_and_a_database_that_is_not_there_are_said_in_one_line(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StoreError, match=r"cannot be reached or is busy.*see whether it is running"):
        Neo4jStore.open(f"bolt://127.0.0.1:{free_port()}")
    monkeypatch.setenv("NEO4J_DATABASE", "nowhere")
    with pytest.raises(NotAStoreError, match="NEO4J_DATABASE"):
        Neo4jStore.open(server)


def test_a_missing_knowledge_base_is_made_only_for_writing(server: str, driver: neo4j.Driver) -> None:
    with pytest.raises(NotAStoreError, match="kgfm build"):
        Neo4jStore.open(f"{server}/{NAMES[0]}", read_only=True)


@pytest.mark.parametrize("sent", [200, 4_500])
def test_a_connection_that_breaks_in_a_batch_is_made_anew_and_nothing_is_doubled(
    server: str, driver: neo4j.Driver, sent: int
) -> None:
    parts = urlsplit(server)
    wire = Wire(parts.hostname or "", parts.port or 7687)
    with closing(wire), Neo4jStore.open(f"bolt://127.0.0.1:{wire.port}/{NAMES[0]}") as store:
        store.add_document(document("one"))
        version = store.version
        wire.cut_after = sent
        store.add_document(document("two"))
        assert (wire.cuts, store.version) == (1, version + 1)
        assert [one.id for one in store.documents()] == ["one", "two"]
        assert store.counters() == store.recount()


def test_a_server_that_goes_for_good_leaves_whole_documents_and_a_plain_line(
    server: str, driver: neo4j.Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neo4j_connection, "_PATIENCE", 1.0)
    parts = urlsplit(server)
    wire = Wire(parts.hostname or "", parts.port or 7687)
    with Neo4jStore.open(f"bolt://127.0.0.1:{wire.port}/{NAMES[0]}") as store:
        store.add_document(document("one"))
        wire.close()
        with pytest.raises(StoreError, match="cannot be reached"):
            store.add_document(document("two"))
    with Neo4jStore.open(f"{server}/{NAMES[0]}") as store:
        assert [one.id for one in store.documents()] == ["one"]
        assert store.counters() == store.recount()


_WRITER = """
import sys
from kgfm.stores.neo4j import Neo4jStore
from tests.laws import document
with Neo4jStore.open(sys.argv[1]) as store:
    for number in range(5):
        store.add_document(document(f"{sys.argv[2]}-{number}"))
        store.add_document(document("of-all", fingerprint=f"{sys.argv[2]}-{number}"))
"""


def test_four_processes_write_into_one_without_doubling_anything(
    server: str, driver: neo4j.Driver, store: Neo4jStore
) -> None:
    command = [sys.executable, "-c", _WRITER, f"{server}/{NAMES[0]}"]
    root = Path(__file__).parents[2]
    writers = [subprocess.Popen([*command, name], cwd=root) for name in "abcd"]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0, 0]
    assert len(list(store.documents())) == 21
    assert store.counters() == store.recount()
    assert doubled(driver) == []


def test_a_property_graph_of_others_is_read_as_terms(
    server: str, store: Neo4jStore, driver: neo4j.Driver, tmp_path: Path
) -> None:
    store.add_document(document("one"))
    driver.execute_query(
        "CREATE (a:Person:`Odd ``one``]` {kb: $kb, name: 'Ada', born: 1815, aka: ['A', 'B']})"
        "-[:WORKED_WITH {since: date('1833-06-05')}]->(b:Person {kb: $kb, iri: 'urn:x:babbage'})"
        "-[:`lives in`]->(:Town {kb: $kb, name: 'London'})",
        kb=NAMES[1],
    )
    with Engine.open(tmp_path / "kb") as engine:
        engine.import_file(server)
        rows = engine.query(
            "SELECT ?born ?aka ?since ?town { ?ada rdfs:label 'Ada'; a schema:Person, "
            "<urn:kgfm:class:Odd%20%60one%60%5D>; rel:born ?born; rel:aka ?aka; "
            "rel:worked_with <urn:x:babbage> . <urn:x:babbage> rel:lives_in/rdfs:label ?town . "
            "?said rdf:subject ?ada; rdf:object <urn:x:babbage>; rel:since ?since } ORDER BY ?aka"
        ).rows
        assert [[one.value for one in row if one] for row in rows] == [
            ["1815", aka, "1833-06-05", "London"] for aka in "AB"
        ]
        assert not engine.query("ASK { ?s a kgfm:Document }").boolean
        assert MARIE not in {one for row in engine.query("SELECT ?s { ?s ?p ?o }").rows for one in row}
    with pytest.raises(ConfigError, match="name a file, or a Neo4j server"):
        Engine.open(tmp_path / "kb").import_file("http://127.0.0.1/x")


def test_the_command_line_asks_in_cypher(
    server: str, store: Neo4jStore, capsys: pytest.CaptureFixture[str]
) -> None:
    store.add_document(document())
    cypher = f"MATCH (:Person {{kb: '{NAMES[0]}'}})-[r:`live in`]->(p:Place) RETURN p.name AS place"
    for arguments, status in (([], 0), (["--write"], 0)):
        with pytest.raises(SystemExit) as ending:
            main(["query", cypher, "--language", "cypher", "--kb", f"{server}/{NAMES[0]}", *arguments])
        assert ending.value.code == status
        assert "Paris" in capsys.readouterr().out
