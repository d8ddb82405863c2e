"""The one Neo4j server that all tests of a session share, and knowledge bases in it."""

import os
from collections.abc import Iterator

import neo4j
import pytest

from kgfm.stores.neo4j import Neo4jStore
from kgfm.stores.neo4j_connection import credentials
from tests.stores.neo4j_tools import NAMES, empty
from tests.stores.servers import neo4j_server


@pytest.fixture(scope="session")
def neo4j_address() -> Iterator[str]:
    """Give NEO4J_URI if it is set, else the address of a server of our own."""
    if address := os.environ.get("NEO4J_URI"):
        yield address
        return
    password = "not-a-secret"
    with neo4j_server(password) as address, pytest.MonkeyPatch.context() as environment:
        environment.setenv("NEO4J_PASSWORD", password)
        for name in ("NEO4J_USERNAME", "NEO4J_DATABASE"):
            environment.delenv(name, raising=False)
        yield address


@pytest.fixture(scope="module")
def server(neo4j_address: str) -> Iterator[str]:
    yield neo4j_address
    with neo4j.GraphDatabase.driver(neo4j_address, auth=credentials()) as driver:
        for name in NAMES:
            empty(driver, name)


@pytest.fixture
def driver(server: str) -> Iterator[neo4j.Driver]:
    with neo4j.GraphDatabase.driver(server, auth=credentials()) as driver:
        for name in NAMES:
            empty(driver, name)
        yield driver


@pytest.fixture
def store(server: str, driver: neo4j.Driver) -> Iterator[Neo4jStore]:
    with Neo4jStore.open(f"{server}/{NAMES[0]}") as store:
        yield store
