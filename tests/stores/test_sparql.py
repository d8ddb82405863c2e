"""A knowledge base behind a SPARQL endpoint keeps the laws, against Oxigraph's real server."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx
import pytest

from kgfm.stores.base import TripleStore
from kgfm.stores.sparql import SparqlStore
from tests.laws import TripleStoreLaws
from tests.sharing_laws import SharedStoreLaws
from tests.stores.servers import oxigraph_server


@pytest.fixture(scope="module")
def servers() -> Iterator[list[str]]:
    """Two servers, since one endpoint is one knowledge base."""
    with ExitStack() as stack:
        yield [stack.enter_context(oxigraph_server()) for _ in range(2)]


@pytest.fixture
def server(servers: list[str]) -> str:
    return emptied(servers[0])


def emptied(server: str) -> str:
    headers = {"Content-Type": "application/sparql-update"}
    httpx.post(f"{server.removeprefix('sparql+')}/update", content="CLEAR ALL", headers=headers)
    return server


class TestLaws(TripleStoreLaws, SharedStoreLaws):
    free: list[str]

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def _servers(cls, servers: list[str]) -> None:
        cls.free = list(servers)

    @contextmanager
    def again(self, store: TripleStore, *, read_only: bool = False) -> Iterator[TripleStore]:
        assert isinstance(store, SparqlStore)
        with SparqlStore.open(store.place, read_only=read_only) as other:
            yield other

    @contextmanager
    def fresh(self) -> Iterator[TripleStore]:
        server = self.free.pop()
        try:
            with SparqlStore.open(emptied(server)) as store:
                yield store
        finally:
            self.free.append(server)
