import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tests.laws import TripleStoreLaws

from kgfm.stores.base import TripleStore
from kgfm.stores.oxigraph import OxigraphStore


class TestInMemory(TripleStoreLaws):
    def fresh(self) -> AbstractContextManager[TripleStore]:
        return OxigraphStore.in_memory()


class TestOnDisk(TripleStoreLaws):
    def fresh(self) -> AbstractContextManager[TripleStore]:
        return _on_disk()


@contextmanager
def _on_disk() -> Iterator[TripleStore]:
    with tempfile.TemporaryDirectory() as folder, OxigraphStore.open(Path(folder) / "kb") as store:
        yield store
