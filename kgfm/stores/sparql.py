"""A knowledge base behind any SPARQL 1.1 endpoint that takes queries and updates."""

from collections.abc import Callable, Iterator
from typing import Self, TypeVar

import stamina

from kgfm.errors import StoreError
from kgfm.kg import IRI, Literal, Term, Triple
from kgfm.stores import layout
from kgfm.stores.base import Capabilities, SourcedStatement
from kgfm.stores.shared import SharedStore
from kgfm.stores.sparql_endpoint import Endpoint, EndpointConfig, credentials
from kgfm.stores.sparql_quads import EndpointQuads, OvertakenError

R = TypeVar("R")

_TRIES = 20  # of a write that others overtake


class SparqlStore(SharedStore):
    """A `TripleStore` in the data set of an endpoint, or in some of its graphs (see `sparql_part`).

    Each write of a document is one update request that takes hold only if nothing was written since
    it was worked out; else it is worked out again, so that several programs may write at once. What
    HTTP cannot give: a reader sees every write at once, not the content as it was at opening; an
    import of many triples is cut into requests. `update` passes a user's update on as it is. Under
    a name, updates are refused, and a query that has GRAPH or FROM is answered from a copy in memory.

    Numbers and dates are written in their canonical form: "01.50"^^xsd:decimal comes back as "1.5".
    """

    _quads: EndpointQuads

    def __init__(self, endpoint: Endpoint, *, writable: bool) -> None:
        super().__init__(EndpointQuads(endpoint), writable=writable)
        self._endpoint = endpoint
        self._pinned: int | None = None  # the version that the unit of work under way builds upon

    @classmethod
    def open(cls, name: str, *, create: bool = True, read_only: bool = False) -> Self:
        """Open the knowledge base at `sparql+http(s)://...`, with `#NAME` one of several there.

        Credentials come from the environment. Raises ConfigError where the name is no address,
        NotAStoreError where nothing is there and none may be made, StoreError where the server is away,
        refuses us, or mixes its graphs.
        """
        store = cls(Endpoint(EndpointConfig.of(name), credentials()), writable=not read_only)
        try:
            store._begin(name, create=create and not read_only)
            if store._quads.has(Triple(layout.META, layout.KB_ID, Literal(store.id))):
                raise StoreError(
                    f"{name} shows named graphs in the default graph; set the server up to keep them apart."
                )
        except BaseException:
            store.close()
            raise
        return store

    @property
    def capabilities(self) -> Capabilities:
        """SPARQL all through, but for updates under a name; no snapshots."""
        named = bool(self._endpoint.config.part.name)
        return Capabilities(updates=not named, snapshots=False, one_writer=False, imports_undone=False)

    @property
    def place(self) -> str:
        """The name by which it can be opened again."""
        return f"sparql+{self._quads.place}"

    @property
    def version(self) -> int:
        """A number that grows with every write; within a unit of work the one that it builds upon."""
        return super().version if self._pinned is None else self._pinned

    def _in_unit(self, work: Callable[[], R]) -> R:
        """Carry out a unit of work, again from the start where another program wrote in between."""
        try:
            for attempt in stamina.retry_context(
                on=OvertakenError,
                attempts=_TRIES,
                timeout=None,
                wait_initial=0.01,
                wait_max=1.0,
                wait_jitter=0.05,
            ):
                with attempt:
                    return self._at_one_version(work)
        except OvertakenError:
            raise StoreError(
                f"other programs kept writing to {self._quads.place} first, {_TRIES} times; try again later."
            ) from None
        raise AssertionError("unreachable")

    def _at_one_version(self, work: Callable[[], R]) -> R:
        self._look()
        self._pinned = self._known
        try:
            return work()
        except OvertakenError:
            self._known = None
            raise
        finally:
            self._pinned = None

    def edges(self) -> Iterator[tuple[Triple, float]]:
        """Yield each default-graph triple between two IRIs with its confidence."""
        self._look()
        return super().edges()

    def statements(
        self,
        subject: IRI | None = None,
        predicate: IRI | None = None,
        object: Term | None = None,
        *,
        holds: bool | None = True,
    ) -> Iterator[SourcedStatement]:
        """Yield what documents say, with sentences; everything is read document by document."""
        self._look()
        if subject or predicate or object:
            yield from super().statements(subject, predicate, object, holds=holds)
            return
        for info in self.documents():
            for found in self.statements_of_document(info.id):
                if holds in (None, found.statement.holds):
                    yield found

    def close(self) -> None:
        """Let go of the connections; a second call does nothing."""
        super().close()
        self._endpoint.close()
