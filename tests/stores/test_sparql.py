"""A knowledge base behind a SPARQL endpoint keeps the laws, against Oxigraph's real server."""

import time
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from kgfm.errors import ConfigError, NotAStoreError, QueryError, StoreError
from kgfm.kg import IRI, Literal
from kgfm.kg.namespaces import RDFS, XSD
from kgfm.stores.base import Counters, TripleStore
from kgfm.stores.sparql import SparqlStore
from kgfm.stores.sparql_endpoint import EndpointConfig
from tests.hostile_laws import HostileTextLaws
from tests.laws import TripleStoreLaws, document
from tests.naming_laws import NamingLaws
from tests.sharing_laws import SharedStoreLaws
from tests.stores.large_imports import GRAPH, imported_and_cut_off, numbers
from tests.stores.proxy import Proxy, proxy_before
from tests.stores.servers import free_port, oxigraph_server


@pytest.fixture(scope="module")
def servers() -> Iterator[list[str]]:
    """Two servers, since one endpoint is one knowledge base."""
    with ExitStack() as stack:
        yield [stack.enter_context(oxigraph_server()) for _ in range(2)]


@pytest.fixture
def server(servers: list[str]) -> str:
    return emptied(servers[0])


def emptied(server: str) -> str:
    updated(server, "CLEAR ALL")
    return server


def updated(server: str, sparql: str) -> None:
    headers = {"Content-Type": "application/sparql-update"}
    content = f"PREFIX rdfs: <{RDFS}> {sparql}"
    httpx.post(
        f"{server.removeprefix('sparql+')}/update", content=content, headers=headers
    ).raise_for_status()


class EndpointLaws(TripleStoreLaws, NamingLaws, SharedStoreLaws, HostileTextLaws):
    """What a knowledge base on an endpoint must do, with a name or without."""

    @contextmanager
    def again(self, store: TripleStore, *, read_only: bool = False) -> Iterator[TripleStore]:
        assert isinstance(store, SparqlStore)
        with SparqlStore.open(store.place, read_only=read_only) as other:
            yield other


class TestLaws(EndpointLaws):
    examples = 10
    free: list[str]

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def _servers(cls, servers: list[str]) -> None:
        cls.free = list(servers)

    @contextmanager
    def fresh(self) -> Iterator[TripleStore]:
        server = self.free.pop()
        try:
            with SparqlStore.open(emptied(server)) as store:
                yield store
        finally:
            self.free.append(server)


class TestLawsOfNamedOnes(EndpointLaws):
    """Several knowledge bases in one endpoint, beside an unnamed one that must stay as it is."""

    examples = 3
    server: str
    free: list[str]

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def _server(cls, servers: list[str]) -> Iterator[None]:
        cls.server, cls.free = emptied(servers[0]), ["one", "one.more"]
        with SparqlStore.open(cls.server) as unnamed:
            unnamed.add_document(document())
            unnamed.import_triples(IRI("http://example.org/g"), numbers(3))
            before = set(unnamed.quads()), unnamed.counters()
            yield
            assert (set(unnamed.quads()), unnamed.counters(), unnamed.recount()) == (*before, before[1])

    @contextmanager
    def fresh(self) -> Iterator[TripleStore]:
        name = self.free.pop()
        graphs = f'STRSTARTS(STR(?g), "urn:kgfm:kb:{name}:") || ?g = <urn:kgfm:kb:{name}>'
        updated(
            self.server,
            f"DELETE {{ GRAPH ?g {{ ?s ?p ?o }} }} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER({graphs}) }}",
        )
        try:
            with SparqlStore.open(f"{self.server}#{name}") as store:
                yield store
        finally:
            self.free.append(name)


def test_named_knowledge_bases_do_not_see_each_other(server: str) -> None:
    with SparqlStore.open(f"{server}#a") as a, SparqlStore.open(f"{server}#b") as b:
        assert a.id != b.id
        a.add_document(document("one"))
        b.import_triples(IRI("http://example.org/g"), numbers(3))
        assert [one.id for one in a.documents()] == ["one"]
        assert (list(b.documents()), list(a.imported_graphs())) == ([], [])
        assert b.query("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s rdfs:label ?o } } GROUP BY ?g").rows == (
            (IRI("http://example.org/g"), Literal("3", XSD + "integer")),
        )
        named = "ASK { GRAPH ?document { ?document a kgfm:Document } }"
        assert a.query(named).boolean is True
        assert b.query(named).boolean is False
        with pytest.raises(NotAStoreError):
            SparqlStore.open(server, read_only=True)
        b.remove_graph(IRI("http://example.org/g"))
        assert (a.recount(), b.recount()) == (a.counters(), Counters())
        # Only a knowledge base that is alone may be changed past our own writes.
        with pytest.raises(QueryError, match="other knowledge bases"):
            a.update("CLEAR ALL")
        assert a.document("one") == document("one")
    with pytest.raises(ConfigError, match="no name for a knowledge base"):
        SparqlStore.open(server + '#a" } ; CLEAR ALL')


def test_what_others_put_into_a_named_one_is_taken_up(server: str) -> None:
    with SparqlStore.open(f"{server}#a") as store:
        updated(
            server, "INSERT DATA { GRAPH <urn:kgfm:kb:a> { _:b <urn:p> <urn:o> . <urn:s> rdfs:label 'S' } }"
        )
        store.refresh()
        assert (store.counters().triples, store.counters()) == (2, store.recount())
        assert store.find_label("s") == [IRI("urn:s")]
        store.remove_graph(IRI("urn:kgfm:edits"))
        assert list(store.match()) == []


@pytest.fixture
def proxy(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    for name in ("USERNAME", "PASSWORD", "TOKEN", "TIMEOUT", "PAGE", "UPDATE"):
        monkeypatch.delenv(f"KGFM_SPARQL_{name}", raising=False)
    with proxy_before(server) as before:
        yield before


@pytest.mark.parametrize(
    ("name", "queries", "updates"),
    [
        ("sparql+http://h:7878", "http://h:7878/query", "http://h:7878/update"),
        ("sparql+http://h:7878/", "http://h:7878/query", "http://h:7878/update"),
        ("sparql+https://h/ds/sparql", "https://h/ds/sparql", "https://h/ds/update"),
        ("sparql+https://h/ds/query?x=1", "https://h/ds/query?x=1", "https://h/ds/update?x=1"),
        ("sparql+http://h/ds", "http://h/ds/query", "http://h/ds/update"),
    ],
)
def test_queries_and_updates_go_where_servers_take_them(name: str, queries: str, updates: str) -> None:
    config = EndpointConfig.of(name, {})
    assert (config.queries, config.updates) == (queries, updates)
    other = EndpointConfig.of(name, {"KGFM_SPARQL_UPDATE": "http://h/w", "KGFM_SPARQL_TIMEOUT": "2.5"})
    assert (other.queries, other.updates, other.timeout) == (queries, "http://h/w", 2.5)


@pytest.mark.parametrize(
    ("name", "environment", "said"),
    [
        ("sparql+http://me:secret@h/", {}, "KGFM_SPARQL_USERNAME"),
        ("sparql+ftp://h/", {}, "no SPARQL endpoint"),
        ("sparql+http:///x", {}, "no SPARQL endpoint"),
        ("sparql+http://h", {"KGFM_SPARQL_TIMEOUT": "soon"}, "must be a number"),
        ("sparql+http://h", {"KGFM_SPARQL_TIMEOUT": "-1"}, "above zero"),
    ],
)
def test_what_is_no_address_is_said_without_its_secrets(
    name: str, environment: dict[str, str], said: str
) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        EndpointConfig.of(name, environment)
    assert "secret" not in str(caught.value)


def test_credentials_come_from_the_environment_and_are_never_shown(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy.wanted = "Basic " + b64encode(b"marie:radium").decode()
    with pytest.raises(StoreError, match="KGFM_SPARQL_USERNAME"):
        SparqlStore.open(proxy.address)
    monkeypatch.setenv("KGFM_SPARQL_USERNAME", "marie")
    monkeypatch.setenv("KGFM_SPARQL_PASSWORD", "polonium")
    with pytest.raises(StoreError, match="401") as caught:
        SparqlStore.open(proxy.address)
    assert "polonium" not in str(caught.value)
    monkeypatch.setenv("KGFM_SPARQL_PASSWORD", "radium")
    SparqlStore.open(proxy.address).close()
    proxy.wanted = "Bearer abc.def"
    monkeypatch.setenv("KGFM_SPARQL_TOKEN", "abc.def")
    SparqlStore.open(proxy.address).close()
    monkeypatch.setenv("KGFM_SPARQL_TOKEN", "abc\r\nX-Evil: 1")
    with pytest.raises(ConfigError, match="TOKEN") as config:
        SparqlStore.open(proxy.address)
    assert "Evil" not in str(config.value)


def test_an_account_that_may_only_read_is_told_so(proxy: Proxy) -> None:
    with SparqlStore.open(proxy.address) as store:
        proxy.forbidden = "/update"
        with pytest.raises(StoreError, match="has not the right"):
            store.add_document(document())
        assert list(store.documents()) == []


def test_a_server_that_takes_no_updates_is_read_and_says_so(tmp_path: Path) -> None:
    where = ("--location", str(tmp_path / "data"))
    with oxigraph_server(*where) as server, SparqlStore.open(server) as store:
        store.add_document(document())
        content = set(store.quads())
    with oxigraph_server(*where, command="serve-read-only") as server:
        with SparqlStore.open(server) as store:
            with pytest.raises(StoreError, match=r"answers 403.*has not the right.*server is read-only"):
                store.add_document(document("two"))
            assert set(store.quads()) == content
            assert store.counters() == store.recount()
        with pytest.raises(StoreError, match="answers 403"):
            SparqlStore.open(f"{server}#new")


def test_a_busy_server_is_asked_again_after_as_long_as_it_says(proxy: Proxy) -> None:
    with SparqlStore.open(proxy.address) as store:
        proxy.busy, proxy.retry_after = 1, "1"
        start = time.monotonic()
        store.add_document(document())
        assert time.monotonic() - start >= 1
        assert store.counters() == store.recount()


def test_a_write_whose_answer_is_lost_is_sent_again_and_nothing_is_doubled(proxy: Proxy) -> None:
    with SparqlStore.open(proxy.address) as store:
        version = store.version
        proxy.lost = 2
        store.add_document(document())
        assert proxy.lost == 0
        assert store.version == version + 1
        assert store.counters() == store.recount()
        assert store.document("curie.txt") == document()


def test_a_users_update_is_not_sent_twice(proxy: Proxy) -> None:
    with SparqlStore.open(proxy.address) as store:
        proxy.lost = 1
        with pytest.raises(StoreError, match="before you repeat it"):
            store.update("INSERT DATA { <urn:a> <urn:b> <urn:c> }")
        store.refresh()
        assert store.counters().triples == 1


def test_an_answer_that_breaks_off_is_no_answer(proxy: Proxy) -> None:
    with SparqlStore.open(proxy.address) as store:
        store.add_document(document())
        proxy.broken = 1
        with pytest.raises(StoreError, match="broke off"):
            list(store.match())


def test_a_server_that_takes_too_long_is_named_with_the_remedy(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KGFM_SPARQL_TIMEOUT", "0.2")
    proxy.pause = 2.0
    with pytest.raises(StoreError, match=r"no answer within 0\.2 s.*KGFM_SPARQL_TIMEOUT"):
        SparqlStore.open(proxy.address)


def test_a_server_that_is_away_is_said_in_one_line() -> None:
    with pytest.raises(StoreError, match=r"cannot be reached after 5 tries.*see whether it is running"):
        SparqlStore.open(f"sparql+http://127.0.0.1:{free_port()}")


def test_what_is_no_endpoint_is_said_in_one_line(server: str) -> None:
    with pytest.raises(StoreError, match="there is no endpoint"):
        SparqlStore.open(f"{server}/elsewhere")


def test_a_missing_knowledge_base_is_made_only_for_writing(server: str) -> None:
    with pytest.raises(NotAStoreError, match="kgfm build"):
        SparqlStore.open(server, read_only=True)
    SparqlStore.open(server).close()
    with SparqlStore.open(server, read_only=True) as store:
        assert store.id


def test_a_server_that_mixes_its_graphs_is_refused() -> None:
    with (
        oxigraph_server("--union-default-graph") as server,
        pytest.raises(StoreError, match="default graph; set the server up"),
    ):
        SparqlStore.open(server)


def test_pages_hold_what_one_answer_holds(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with SparqlStore.open(server) as store:
        store.add_document(document("one"))
        store.import_triples(IRI("urn:kgfm:import:x"), numbers(7))
        monkeypatch.setenv("KGFM_SPARQL_PAGE", "3")
        with SparqlStore.open(server, read_only=True) as paged:
            assert sorted(map(str, paged.match())) == sorted(map(str, store.match()))
            assert set(paged.quads()) == set(store.quads())
            assert paged.document("one") == document("one")
            assert paged.recount() == store.counters()
            assert sorted(map(str, paged.edges())) == sorted(map(str, store.edges()))


def test_a_large_import_goes_in_parts_and_what_is_left_of_one_is_taken_out(
    server: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with SparqlStore.open(server) as store:
        before, counters = imported_and_cut_off(store, monkeypatch)
        store._quads.load(store._import_quads(GRAPH, numbers(15)))  # what a kill would leave
    with SparqlStore.open(server) as store:
        assert "kgfm refresh" in caplog.text
        store.refresh()
        assert (set(store.quads()), store.counters()) == (before, counters)
    caplog.clear()
    SparqlStore.open(server).close()
    assert not caplog.text


def test_a_server_that_is_killed_and_comes_back_has_every_acknowledged_document(tmp_path: Path) -> None:
    port, where = free_port(), ("--location", str(tmp_path / "data"))
    acknowledged: list[str] = []
    with oxigraph_server(*where, port=port) as server:
        name = server
        with SparqlStore.open(server) as store:
            store.add_document(document("0"))
    with ThreadPoolExecutor(1) as threads:

        def write() -> None:
            with SparqlStore.open(name) as store:
                for number in range(1, 40):
                    store.add_document(document(str(number)))
                    acknowledged.append(str(number))

        with oxigraph_server(*where, port=port, kill=True):
            writing = threads.submit(write)
            while len(acknowledged) < 5:
                time.sleep(0.01)
        with oxigraph_server(*where, port=port):
            writing.result()
            with SparqlStore.open(name) as store:
                assert [one.id for one in store.documents()] == sorted(["0", *acknowledged])
                assert store.counters() == store.recount()
