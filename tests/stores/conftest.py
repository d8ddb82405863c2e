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
    with neo4j_server() as address:
        yield address
