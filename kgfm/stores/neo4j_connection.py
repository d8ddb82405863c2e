"""A connection to Neo4j: credentials, transactions, and the driver's errors as ours."""

import logging
import os
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Final, Self, TypeVar
from urllib.parse import urlsplit, urlunsplit

import neo4j
from neo4j import exceptions

from kgfm.errors import ConfigError, NotAStoreError, QueryError, StoreError
from kgfm.kg.oxigraph_terms import well_formed

# What the driver logs of a broken connection comes to the user as an error of ours.
logging.getLogger("neo4j").addHandler(logging.NullHandler())

R = TypeVar("R")
Row = dict[str, Any]

SCHEMES: Final = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
_PATIENCE: Final = 30.0  # seconds for which a transaction is tried again
_FETCHED: Final = 2_000  # rows that travel together
_LIBRARY_NAME: Final = re.compile(r"[\w.-]{0,60}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a server lies, and which of its knowledge bases is meant."""

    server: str
    kb: str = ""  # several may lie in one database
    database: str | None = None  # None is the server's default one

    @classmethod
    def of(cls, name: str, environment: Mapping[str, str] = os.environ) -> Self:
        """Read `neo4j://host:port` or `bolt://host:port`; a path names one of several knowledge bases there.

        Raises ConfigError where it is no address or carries credentials.
        """
        parts = urlsplit(name)
        if parts.username or parts.password:
            raise ConfigError(
                "the address of a Neo4j server holds credentials; take them out of it and set "
                "NEO4J_USERNAME and NEO4J_PASSWORD instead."
            )
        kb = parts.path.strip("/")
        if parts.scheme not in SCHEMES or not parts.hostname or not _LIBRARY_NAME.fullmatch(kb):
            raise ConfigError(
                f"{name} is no Neo4j address; write neo4j://host:port or neo4j://host:port/name."
            )
        server = urlunsplit((parts.scheme, parts.netloc, "", parts.query, ""))
        return cls(server=server, kb=kb, database=environment.get("NEO4J_DATABASE") or None)

    @property
    def place(self) -> str:
        """The name by which it can be opened again."""
        return f"{self.server}/{self.kb}" if self.kb else self.server


def credentials(environment: Mapping[str, str] = os.environ) -> tuple[str, str] | None:
    """Return name and password from the environment; None where there is no password."""
    password = environment.get("NEO4J_PASSWORD", "")
    return (environment.get("NEO4J_USERNAME") or "neo4j", password) if password else None


class _Here(threading.local):
    """The transaction that is under way in this thread."""

    transaction: neo4j.ManagedTransaction | None = None


class Connection:
    """One driver; runs Cypher by itself or inside the transaction that is under way in the thread."""

    def __init__(self, address: Address, auth: tuple[str, str] | None) -> None:
        self.place = address.place
        self._database = address.database
        self._closed = False
        self._here = _Here()
        with self.errors():
            self._driver = neo4j.GraphDatabase.driver(
                address.server,
                auth=auth,
                connection_timeout=10.0,
                max_transaction_retry_time=_PATIENCE,
                notifications_min_severity="OFF",
            )

    def verify(self, oldest: tuple[int, int]) -> None:
        """Raise StoreError where the server is away, refuses us, or is older than we can use."""
        for row in self.rows(
            "CALL dbms.components() YIELD name, versions WHERE name = 'Neo4j Kernel' RETURN *"
        ):
            version = row["versions"][0]
            if tuple(int(part) for part in re.findall(r"\d+", version)[:2]) < oldest:
                raise StoreError(
                    f"the Neo4j server at {self.place} is version {version}; kgfm needs "
                    f"{'.'.join(map(str, oldest))} or later."
                )

    def close(self) -> None:
        """Let go of the server; a second call does nothing."""
        self._closed = True
        self._driver.close()

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is under way."""
        return self._here.transaction is not None

    def transact(self, work: Callable[[], R]) -> R:
        """Carry out work in one transaction, again from its start where the server asks for that."""

        def inside(transaction: neo4j.ManagedTransaction) -> R:
            self._here.transaction = transaction
            try:
                return work()
            finally:
                self._here.transaction = None

        with self.errors(), self._session(neo4j.WRITE_ACCESS) as session:
            return session.execute_write(inside)

    def rows(self, cypher: str, **values: object) -> Iterator[neo4j.Record]:
        """Yield what a query that only reads gives, as it arrives; it holds no text of others unescaped."""
        if self._here.transaction is not None:
            yield from self._here.transaction.run(cypher, values)
            return
        with self.errors(), ExitStack() as stack:
            yield from self._begun(stack, cypher, values)

    def _begun(self, stack: ExitStack, cypher: str, values: Row) -> neo4j.Result:
        """Begin to read, once more on a new connection where the old one turns out to be dead."""
        for last in (False, True):
            session = self._session(neo4j.READ_ACCESS)
            try:
                result = session.run(cypher, values)
                result.peek()
            except (exceptions.ServiceUnavailable, exceptions.SessionExpired):
                session.close()
                if last:
                    raise
            except BaseException:
                session.close()
                raise
            else:
                stack.enter_context(session)
                return result
        raise AssertionError("unreachable")

    def run(self, cypher: str, **values: object) -> None:
        """Carry out a writing query inside the transaction under way."""
        if self._here.transaction is None:
            raise TypeError("what writes needs a transaction")
        self._here.transaction.run(cypher, values).consume()

    def define(self, cypher: str) -> None:
        """Carry out a change of the schema."""
        with self.errors(), self._session(neo4j.WRITE_ACCESS) as session:
            session.run(cypher).consume()

    def users(self, cypher: str, *, write: bool) -> tuple[tuple[str, ...], list[list[object]]]:
        """Carry out a user's Cypher; raises QueryError where it is malformed, or writes and may not."""
        mode = neo4j.WRITE_ACCESS if write else neo4j.READ_ACCESS
        with self.errors(users=True), self._session(mode) as session:
            result = session.run(well_formed(cypher))
            return tuple(result.keys()), [list(record.values()) for record in result]

    def _session(self, access: str) -> neo4j.Session:
        if self._closed:
            raise StoreError(f"the knowledge base at {self.place} was closed; open it again.")
        return self._driver.session(
            database=self._database,
            default_access_mode=access,
            fetch_size=_FETCHED,
            bookmark_manager=self._driver.execute_query_bookmark_manager,
        )

    @contextmanager
    def errors(self, *, users: bool = False) -> Iterator[None]:
        """Turn the driver's errors into ours; `users` says that the Cypher is a user's."""
        try:
            yield
        except exceptions.AuthError as error:
            raise StoreError(
                f"the Neo4j server at {self.place} refuses the credentials; set NEO4J_USERNAME and "
                "NEO4J_PASSWORD."
            ) from error
        except exceptions.Forbidden as error:
            raise StoreError(
                f"this account has not the right to do that at {self.place} ({_one_line(error.message)}); "
                "ask for it, or use another account."
            ) from error
        except (exceptions.ServiceUnavailable, exceptions.SessionExpired, exceptions.TransientError) as error:
            raise StoreError(
                f"the Neo4j server at {self.place} cannot be reached or is busy ({_one_line(error)}); "
                "see whether it is running, then try again."
            ) from error
        except exceptions.Neo4jError as error:
            if error.code == "Neo.ClientError.Database.DatabaseNotFound":
                raise NotAStoreError(
                    f"{self.place} has no database of the name in NEO4J_DATABASE; take one that exists."
                ) from error
            if error.code == "Neo.ClientError.Security.CredentialsExpired":
                raise StoreError(
                    f"the Neo4j server at {self.place} wants this account's password changed first; do so "
                    "in Neo4j's browser, then set NEO4J_PASSWORD to the new one."
                ) from error
            if error.code == "Neo.ClientError.Statement.AccessMode":
                raise QueryError("the query writes; give --write if it may.") from error
            if users:
                raise QueryError(f"the query could not be answered: {_one_line(error.message)}.") from error
            raise StoreError(f"the Neo4j server at {self.place} says: {_one_line(error)}.") from error
        except (exceptions.DriverError, ValueError) as error:
            if isinstance(error, ConfigError | QueryError) or not isinstance(error, exceptions.DriverError):
                raise
            raise StoreError(f"{self.place}: {_one_line(error)}.") from error


def _one_line(said: object) -> str:
    return " ".join(str(said).split())[:300].rstrip(".")
