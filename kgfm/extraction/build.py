"""The build: sources to documents to statements in the store; safe to stop and to run again."""

import logging
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from kgfm.corpus import Document, read_source, source_bytes
from kgfm.errors import ConfigError, SourceError
from kgfm.extraction.config import ExtractionConfig
from kgfm.extraction.extractor import Extractor
from kgfm.extraction.resolution import contenders, resolve
from kgfm.extraction.workers import Failure, extract_all
from kgfm.kg import DocumentGraph
from kgfm.ontology.schema import Schema
from kgfm.stores.base import TripleStore

log = logging.getLogger(__name__)

Progress = Callable[[str, float, float | None], None]  # what is being done, how much, of how much


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildConfig:
    """How a build runs; nothing here changes what comes out, but `extraction` and `schema`."""

    extraction: ExtractionConfig = field(default_factory=ExtractionConfig)
    schema: Path | None = None  # Turtle file that limits types and relations
    workers: int | None = None  # processes; None is one a core, 0 extracts in this process
    prune: bool = False  # remove documents that are no longer under their SOURCE

    def __post_init__(self) -> None:
        if self.workers is not None and not 0 <= self.workers <= 256:
            raise ConfigError(f"workers is {self.workers}; it must lie in 0 to 256.")


@dataclass(slots=True, kw_only=True)
class BuildReport:
    """What a build did. `documents` counts those added or replaced, `skipped` the unchanged ones."""

    documents: int = 0
    sentences: int = 0
    statements: int = 0
    skipped: int = 0
    removed: int = 0
    merged: int = 0  # names that resolution gave to another entity
    seconds: float = 0.0
    failed: list[Failure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def unchanged(self) -> bool:
        """Whether there was nothing to do."""
        return not (self.documents or self.removed or self.failed)


def build(
    store: TripleStore,
    sources: Sequence[str | Path],
    config: BuildConfig,
    *,
    stdin: BinaryIO | None = None,
    progress: Progress = lambda *_: None,
) -> BuildReport:
    """Extract what is new or changed under `sources` into `store`, each document in one transaction.

    What fails, be it a whole SOURCE that does not exist, is listed in the report; the rest goes on.
    """
    started = time.perf_counter()
    report = BuildReport()
    schema = _schema(config.schema)
    store.set_ontology(Schema.default().triples)
    reading = _Reading(store, Extractor(config.extraction, schema), report)
    total = sum(source_bytes(source) for source in sources)
    workers = (os.cpu_count() or 1) if config.workers is None else config.workers
    changed = reading.changed_documents(sources, stdin)
    for outcome in extract_all(changed, config.extraction, schema, workers):
        if isinstance(outcome, Failure):
            report.failed.append(outcome)
        else:
            store.add_document(outcome)
            _count(report, outcome)
        reading.done(outcome)
        progress("extracting", reading.characters_done, total)
    if config.prune:
        report.removed = _prune(store, sources, reading)
    if store.resolution_pending:
        progress("resolving names", 0, None)
        resolve_names(store)
    report.merged = len(store.merges())
    report.failed.sort(key=lambda failure: (failure.source, failure.document, failure.reason))
    report.seconds = time.perf_counter() - started
    return report


def resolve_names(store: TripleStore) -> None:
    """Bring the merge table and the triples up to what all documents together say."""
    store.set_merges(resolve(contenders(store.entity_names), store.kept_apart()))


def _schema(path: Path | None) -> "Schema | None":
    if path is None:
        return None
    return Schema.read(path)


class _Reading:
    """What one build has read so far: it tells new documents from known ones, and counts."""

    def __init__(self, store: TripleStore, extractor: Extractor, report: BuildReport) -> None:
        self._extractor = extractor
        self._report = report
        # No more than is needed: there can be hundreds of thousands.
        self._known = {info.id: (info.fingerprint, sys.intern(info.origin)) for info in store.documents()}
        self._pending: dict[str, int] = {}
        self.seen: dict[str, str] = {}  # document id -> origin
        self.characters_done = 0

    def changed_documents(self, sources: Iterable[str | Path], stdin: BinaryIO | None) -> Iterator[Document]:
        """Yield what must be extracted; failures and notes go into the report."""
        for source in sources:
            origin = "-" if str(source) == "-" else os.path.abspath(source)  # noqa: PTH100 - keeps links
            try:
                for item in read_source(source, stdin=stdin):
                    if isinstance(item, SourceError):
                        self._report.failed.append(Failure("", item.place, item.reason))
                    elif self._is_new(document := replace(item, origin=origin)):
                        self._pending[document.id] = len(document.text)
                        yield document
            except SourceError as error:
                self._report.failed.append(Failure("", error.place, error.reason))

    def done(self, outcome: DocumentGraph | Failure) -> None:
        """Count a document as finished."""
        identifier = outcome.id if isinstance(outcome, DocumentGraph) else outcome.document
        self.characters_done += self._pending.pop(identifier, 0)

    def _is_new(self, document: Document) -> bool:
        self._report.notes.extend(f"{document.source}: {note}" for note in document.notes)
        known, origin = self._known.get(document.id, ("", document.origin))
        other = self.seen.setdefault(document.id, origin)
        if known == self._extractor.fingerprint(document):
            self._report.skipped += 1
            self.characters_done += len(document.text)
            return False
        if other != document.origin:
            reason = (
                f"its id '{document.id}' belongs to a document of {other}; "
                "build from a folder that holds both, or remove the other first"
            )
            self._report.failed.append(Failure(document.id, document.source, reason))
            return False
        return True


def _count(report: BuildReport, graph: DocumentGraph) -> None:
    report.documents += 1
    report.sentences += graph.sentences
    report.statements += len(graph.statements)


def _prune(store: TripleStore, sources: Sequence[str | Path], reading: _Reading) -> int:
    """Remove documents of these SOURCEs that were not met; one that failed to read is not gone."""
    origins = {os.path.abspath(source) for source in sources}  # noqa: PTH100
    unreadable = tuple(failure.source for failure in reading._report.failed)
    gone = [
        info.id
        for info in store.documents()
        if info.origin in origins
        and info.id not in reading.seen
        and not any(place.startswith(info.source) for place in unreadable)
    ]
    for identifier in gone:
        store.remove_document(identifier)
    return len(gone)
