"""Extraction in several processes, in bounded memory.

Results come back as they are ready; since a graph is a function of its document alone, their order
does not matter.
"""

import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kgfm.corpus import Document
from kgfm.errors import ExtractionError, KgfmError
from kgfm.extraction.config import ExtractionConfig
from kgfm.kg import DocumentGraph
from kgfm.processes import SPAWN, deaf_to_interrupts, prepare_worker

if TYPE_CHECKING:
    from kgfm.extraction.extractor import Extractor
    from kgfm.ontology.schema import Schema

_BATCH_CHARACTERS: Final = 60_000  # enough to keep the parser's batches full, little enough to balance load
_BATCHES_AHEAD: Final = 3  # per worker; bounds what waits in memory


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that gave no graph, and why."""

    document: str
    source: str
    reason: str


Outcome = DocumentGraph | Failure


def extract_all(
    documents: Iterable[Document], config: ExtractionConfig, schema: "Schema | None", workers: int
) -> Iterator[Outcome]:
    """Extract every document in `workers` processes; with 0 in this one. Nothing starts before it must."""
    if workers == 0:
        from kgfm.extraction.extractor import Extractor

        extractor = Extractor(config, schema)
        for batch in _batches(documents):
            yield from _extract_batch(extractor, batch)
        return
    pool = _Pool(config, schema, workers)
    try:
        yield from pool.run(_batches(documents))
    finally:
        pool.stop()


def _batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    batch: list[Document] = []
    characters = 0
    for document in documents:
        batch.append(document)
        characters += len(document.text)
        if characters >= _BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


class _Pool:
    """A process pool that outlives the death of a worker and tells which document killed it."""

    def __init__(self, config: ExtractionConfig, schema: "Schema | None", workers: int) -> None:
        self._arguments = (config, schema)
        self._workers = workers
        self._executor: ProcessPoolExecutor | None = None

    def run(self, batches: Iterator[list[Document]]) -> Iterator[Outcome]:
        waiting: dict[Future[list[Outcome]], list[Document]] = {}
        exhausted = False
        while waiting or not exhausted:
            while not exhausted and len(waiting) < self._workers * _BATCHES_AHEAD:
                batch = next(batches, None)
                if batch is None:
                    exhausted = True
                else:
                    waiting[self._submit(batch)] = batch
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                if future not in waiting:  # a broken pool was cleared in between
                    continue
                try:
                    outcomes = future.result()
                except BrokenProcessPool:
                    suspects = [document for batch in waiting.values() for document in batch]
                    waiting.clear()
                    yield from self._one_by_one(suspects)
                else:
                    del waiting[future]
                    yield from outcomes

    def stop(self) -> None:
        """End the workers now; what they are at is not wanted any more."""
        if self._executor is not None:
            processes = list((self._executor._processes or {}).values())
            self._executor.shutdown(wait=False, cancel_futures=True)
            for process in processes:
                process.terminate()
            for process in processes:
                process.join(timeout=5)
            self._executor = None

    def _submit(self, batch: list[Document]) -> Future[list[Outcome]]:
        if self._executor is None:
            self._executor = ProcessPoolExecutor(self._workers, SPAWN, _start_worker, self._arguments)
        with deaf_to_interrupts():  # submitting starts processes
            return self._executor.submit(_work, batch)

    def _one_by_one(self, documents: list[Document]) -> Iterator[Outcome]:
        for document in documents:
            self.stop() if self._executor and self._executor._broken else None
            try:
                yield from self._submit([document]).result()
            except BrokenProcessPool:
                self.stop()
                reason = "extraction ended the worker process (out of memory?)"
                yield Failure(document.id, document.source, reason)


_worker: "Extractor | None" = None


def _start_worker(config: ExtractionConfig, schema: "Schema | None") -> None:
    """Load the models once."""
    prepare_worker()
    # spaCy imports torch if it finds it and does not need it here: 200 MB and some seconds a worker.
    sys.modules.setdefault("torch", None)  # type: ignore[arg-type]
    from kgfm.extraction.extractor import Extractor

    global _worker  # a worker process holds exactly one extractor
    _worker = Extractor(config, schema)


def _work(batch: list[Document]) -> list[Outcome]:
    if _worker is None:
        raise ExtractionError("a worker was asked before it had started.")
    return list(_extract_batch(_worker, batch))


def _extract_batch(extractor: "Extractor", batch: list[Document]) -> Iterator[Outcome]:
    """Extract a batch; if one of it fails, extract one by one, so that only that one is lost."""
    try:
        yield from list(extractor.extract(batch))
    except Exception as error:  # noqa: BLE001 - any failure of one document must leave the others
        if len(batch) > 1:
            for document in batch:
                yield from _extract_batch(extractor, [document])
        else:
            kind = "" if isinstance(error, KgfmError) else f"{type(error).__name__}: "
            yield Failure(batch[0].id, batch[0].source, f"extraction failed: {kind}{error}")
