"""A knowledge base in Neo4j keeps the laws, against a real server."""

from collections.abc import Iterator
from contextlib import contextmanager

import neo4j
import pytest

from kgfm.stores.base import TripleStore
from kgfm.stores.neo4j import Neo4jStore
from kgfm.stores.neo4j_connection import credentials
from tests.laws import TripleStoreLaws
from tests.sharing_laws import SharedStoreLaws

NAMES = ("kgfm-test-1", "kgfm-test-2")


@pytest.fixture(scope="module")
def server(neo4j_address: str) -> Iterator[str]:
    yield neo4j_address
    with neo4j.GraphDatabase.driver(neo4j_address, auth=credentials()) as driver:
        for name in NAMES:
            empty(driver, name)


def empty(driver: neo4j.Driver, name: str) -> None:
    driver.execute_query("MATCH (n) WHERE n.kb = $name DETACH DELETE n", name=name)


class TestLaws(TripleStoreLaws, SharedStoreLaws):
    examples = 6  # a server takes its time
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
