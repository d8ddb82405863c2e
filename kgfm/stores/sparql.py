"""A knowledge base behind any SPARQL 1.1 endpoint that takes queries and updates."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import stamina

from kgfm.errors import NotAStoreError, StoreError
from kgfm.kg import IRI, Term, Triple
from kgfm.stores import layout
from kgfm.stores.base import Capabilities, Counters, Merge, SourcedStatement
from kgfm.stores.oxigraph_import import OxigraphImporter
from kgfm.stores.sparql_endpoint import Endpoint, EndpointConfig, credentials
from kgfm.stores.sparql_quads import EndpointQuads, OvertakenError

log = logging.getLogger(__name__)
R = TypeVar("R")

_TRIES = 20  # of a write that others overtake


class SparqlStore(OxigraphImporter):
    """A `TripleStore` in the data set of an endpoint; that data set is the knowledge base, whole.

    Each write of a document is one update request that takes hold only if nothing was written since
    it was worked out; else it is worked out again, so that several programs may write at once. What
    HTTP cannot give: a reader sees every write at once, not the content as it was at opening; an
    import of many triples is cut into requests, and one that was cut short is taken out by `refresh`,
    not by opening, for another program may be at it. `update` passes a user's update on as it is.

    Numbers and dates are written in their canonical form: "01.50"^^xsd:decimal comes back as "1.5".
    """

    _quads: EndpointQuads

    def __init__(self, endpoint: Endpoint, *, writable: bool) -> None:
        super().__init__(EndpointQuads(endpoint), writable=writable)
        self._endpoint = endpoint
        self._pinned: int | None = None  # the version that the unit of work under way builds upon
        self._known: int | None = None  # the version of which the caches are

    @classmethod
    def open(cls, name: str, *, create: bool = True, read_only: bool = False) -> Self:
        """Open the knowledge base at `sparql+http(s)://...`; credentials come from the environment.

        Raises ConfigError where the name is no address, NotAStoreError where nothing is there and none
        may be made, StoreError where the server is away, refuses us, or mixes its graphs.
        """
        store = cls(Endpoint(EndpointConfig.of(name), credentials()), writable=not read_only)
        try:
            store._check(name, create=create and not read_only)
        except BaseException:
            store.close()
            raise
        return store

    def _check(self, name: str, *, create: bool) -> None:
        if not self.id:
            if not create:
                raise NotAStoreError(f"there is no knowledge base at {name}; make one with `kgfm build`.")
            self._found()
        if self._quads.has(Triple(layout.META, layout.KB_ID, next(self._kb_id()))):
            raise StoreError(
                f"{name} shows its named graphs in the default graph; set the server up to keep them apart."
            )
        if self._writable and (unfinished := self._meta(layout.IMPORTING)):
            log.warning(
                "an import into %s of %s was cut short or is under way; if no program is at it, "
                "`kgfm refresh` takes it out",
                unfinished,
                name,
            )

    def _kb_id(self) -> Iterator[Term]:
        for triple in self._quads.find(layout.META, layout.KB_ID, None, layout.META):
            yield triple.object

    @property
    def capabilities(self) -> Capabilities:
        """SPARQL all through; no snapshots."""
        return Capabilities(snapshots=False, one_writer=False, imports_undone=False)

    @property
    def place(self) -> str:
        """The name by which it can be opened again."""
        return f"sparql+{self._quads.place}"

    @property
    def path(self) -> Path | None:
        """It has no folder."""
        return None

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

    def _look(self) -> None:
        """Forget what was read of an older version."""
        current = super().version
        if current != self._known:
            self._numbers_read = self._table_read = None
        self._known = current

    def refresh(self) -> None:
        """Bring counters and labels up to date; take out an import that was cut short."""
        if unfinished := self._meta(layout.IMPORTING):
            log.warning("taking out the unfinished import into %s", unfinished)
            self._remove_chunks(IRI(unfinished))
        super().refresh()

    # Others may write at any time, so what is kept in memory is looked after before it is used.

    def counters(self) -> Counters:
        """Return the counters as kept, without counting."""
        self._look()
        return super().counters()

    def merges(self) -> dict[IRI, Merge]:
        """Return the merge table."""
        self._look()
        return super().merges()

    def graphs(self, triple: Triple) -> Iterator[IRI]:
        """Yield the named graphs that support a default-graph triple."""
        self._look()
        return super().graphs(triple)

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
        self._writable = False
        self._endpoint.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
