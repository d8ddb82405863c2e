"""The one Neo4j server that all tests of a session share."""

import os
from collections.abc import Iterator

import pytest

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
