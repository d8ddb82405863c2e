"""The embedded knowledge base: Oxigraph on disk, or in memory for tests."""

import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import pyoxigraph as ox
from filelock import FileLock

from kgfm.errors import StoreError
from kgfm.kg import IRI, Entity
from kgfm.kg.formats import RDF_FORMATS, Faults, check_file, format_of, read_nodes
from kgfm.stores import layout
from kgfm.stores.base import Capabilities, Counters
from kgfm.stores.oxigraph_bulk import LineImport, import_quads
from kgfm.stores.oxigraph_folder import FORMAT_VERSION, Folder
from kgfm.stores.oxigraph_import import Count, OxigraphImporter
from kgfm.stores.oxigraph_names import entity_names
from kgfm.stores.oxigraph_quads import Quads, damage_in

log = logging.getLogger(__name__)

# Format version -> what brings a store of it to the next one.
UPGRADES: Final[dict[int, Callable[[Quads], None]]] = {}

# Characters of updates after which what waits in memory goes to disk: RocksDB would keep gigabytes.
_FLUSHED_AFTER: Final = 10_000_000
_LARGE: Final = 2_000_000  # bytes of a file that goes in by another way
_OPENING_TRIES: Final = 5
_OPENING_PAUSE: Final = 0.1  # seconds; a writer may be replacing files just then


class OxigraphStore(OxigraphImporter):
    """A `TripleStore` in Oxigraph; open it with `open` or `in_memory`.

    Numbers and dates are kept by value: "1.50"^^xsd:decimal comes back as "1.5".
    """

    _quads: Quads

    def __init__(
        self, store: ox.Store, folder: Folder | None, lock: FileLock | None, *, writable: bool
    ) -> None:
        quads = _FlushedQuads(store, str(folder.path)) if folder else Quads(store, "memory")
        super().__init__(quads, writable=writable)
        self._folder = folder
        self._lock = lock

    @classmethod
    def open(cls, path: str | Path, *, create: bool = True, read_only: bool = False) -> Self:
        """Open the knowledge base in a folder; `create` makes it where there is none or an empty one.

        A reader sees the content as it was at opening, also while another process writes.
        Raises NotAStoreError, StoreVersionError, StoreLockedError, or StoreError where the disk fails.
        """
        folder = Folder(Path(path))
        folder.prepare(create=create and not read_only)
        folder.check_whole()
        if read_only:
            if folder.version() < FORMAT_VERSION or not (folder.store / "CURRENT").exists():
                cls.open(path).close()  # upgrades, or finishes a creation that was cut short
            try:
                opened = _opened(ox.Store.read_only, folder)
            except RuntimeError:  # Oxigraph's own first entries are missing: only a writer can add them
                cls.open(path).close()
                opened = _opened(ox.Store.read_only, folder)
            return cls(opened, folder, None, writable=False)
        folder.version()
        lock = folder.lock()
        try:
            store = cls(_opened(ox.Store, folder), folder, lock, writable=True)
            store._bring_up_to_date(folder)
        except BaseException:
            lock.release()
            raise
        return store

    @classmethod
    def in_memory(cls) -> Self:
        """Return an empty knowledge base that lasts as long as the object."""
        store = cls(ox.Store(), None, None, writable=True)
        store._found()
        return store

    def _bring_up_to_date(self, folder: Folder) -> None:
        for version in range(folder.version(), FORMAT_VERSION):
            UPGRADES[version](self._quads)
            folder.write_version(version + 1)
        self._found()
        if unfinished := self._meta(layout.IMPORTING):
            log.warning(
                "an import into %s of %s, or its removal, was cut short; taking out what is left of it",
                unfinished,
                self._quads.place,
            )
            self._take_out_unfinished(IRI(unfinished))

    @property
    def capabilities(self) -> Capabilities:
        """All of them."""
        return Capabilities()

    @property
    def path(self) -> Path | None:
        """The folder it lies in; None in memory."""
        return self._folder.path if self._folder else None

    def _import_plain(self, graph: IRI, path: Path, format: str | None, faults: Faults) -> int:
        """Import a file without named graphs; a large one as Oxigraph reads it."""
        large = path.is_file() and path.stat().st_size >= _LARGE
        if not large or format_of(path, format) not in RDF_FORMATS or self._table.merges:
            return super()._import_plain(graph, path, format, faults)
        # What is there is lost if the file turns out to be malformed; where nothing is, a fault undoes all.
        if faults is None and next(self._quads.find(graph=graph), None) is not None:
            check_file(path, format)
        if faults is None and format_of(path, format) == "nt":
            whole = LineImport(self._quads, graph)
            empty = self.counters() == Counters()
            with self._filling(graph, lambda: whole.tally() if empty else None):
                return whole.load(path)
        count = Count()
        with self._filling(graph):
            nodes = count.counted(read_nodes(path, format, faults))
            self._quads.load(import_quads(graph, nodes))
        return count.total

    def entity_names(self) -> Iterator[Entity]:
        """Yield each entity as all documents together name it, before merges."""
        with self._quads.errors():
            yield from entity_names(self._quads.store)

    def close(self) -> None:
        """Write what is pending and let go of the store; a second call does nothing."""
        if self._writable and self._lock is not None:
            self._quads.flush()
        self._writable = False
        self._quads.store = ox.Store()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _FlushedQuads(Quads):
    """Quads on disk that are written out often, so that memory does not grow with what is added."""

    def __init__(self, store: ox.Store, place: str) -> None:
        super().__init__(store, place)
        self._unflushed = 0

    def update(self, sparql: str) -> None:
        """Carry out an update in one transaction; raises QueryError where it is malformed."""
        super().update(sparql)
        self._unflushed += len(sparql)
        if self._unflushed >= _FLUSHED_AFTER:
            self.flush()

    def flush(self) -> None:
        """Have everything on disk."""
        super().flush()
        self._unflushed = 0


def _opened(opening: Callable[[str], ox.Store], folder: Folder) -> ox.Store:
    for attempt in range(_OPENING_TRIES):
        try:
            return opening(str(folder.store))
        except RuntimeError as error:
            if damage := damage_in(error, str(folder.path)):
                raise damage from error
            raise
        except OSError as error:
            if attempt == _OPENING_TRIES - 1:
                if damage := damage_in(error, str(folder.path)):
                    raise damage from error
                reason = " ".join(str(error).split())
                raise StoreError(
                    f"the knowledge base at {folder.path} cannot be opened: {reason}."
                ) from error
            time.sleep(_OPENING_PAUSE)
    raise AssertionError("unreachable")
