"""What stores on a server have in common: others may write to them at any time."""

import logging
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from kgfm.errors import NotAStoreError
from kgfm.kg import IRI, Triple
from kgfm.stores import layout
from kgfm.stores.base import Counters, Merge
from kgfm.stores.oxigraph_import import OxigraphImporter
from kgfm.stores.quad_source import QuadSource

log = logging.getLogger(__name__)


class SharedStore(OxigraphImporter):
    """A store whose counters and merges may change under it: it looks at the version before it uses them.

    An import of many triples is cut into parts. One that was cut short is taken out by `refresh`, not by
    opening, for another program may be at it.
    """

    def __init__(self, quads: QuadSource, *, writable: bool) -> None:
        super().__init__(quads, writable=writable)
        self._known: int | None = None  # the version of which the caches are

    def _begin(self, name: str, *, create: bool) -> None:
        """Found the knowledge base if there is none; raises NotAStoreError where that may not be."""
        if not self.id:
            if not create:
                raise NotAStoreError(f"there is no knowledge base at {name}; make one with `kgfm build`.")
            self._found()
        if self._writable and (unfinished := self._meta(layout.IMPORTING)):
            log.warning(
                "an import into %s of %s was cut short or is under way; if no program is at it, "
                "`kgfm refresh` takes it out",
                unfinished,
                name,
            )

    def _look(self) -> None:
        """Forget what was read of an older version."""
        current = int(self._meta(layout.STORE_VERSION) or 0)
        if current != self._known:
            self._numbers_read = self._table_read = None
        self._known = current

    @property
    def path(self) -> Path | None:
        """It has no folder."""
        return None

    def refresh(self) -> None:
        """Bring counters and labels up to date; take out an import that was cut short."""
        if unfinished := self._meta(layout.IMPORTING):
            log.warning("taking out the unfinished import into %s", unfinished)
            self._remove_chunks(IRI(unfinished))
        super().refresh()

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

    def close(self) -> None:
        """Let go of the server; a second call does nothing."""
        self._writable = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
