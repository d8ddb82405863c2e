"""What a store that several programs can open must keep; each law asks what the store declares of itself."""

from abc import abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

import pytest

from kgfm.errors import StoreError, StoreLockedError
from kgfm.stores.base import Counters, Merge, TripleStore
from tests import strategies as draw
from tests.laws import CURIE, LIVE_IN, MARIE, StoreLaws, document, statement


class SharedStoreLaws(StoreLaws):
    """The part of `TripleStore`'s contract that takes two openings of one knowledge base."""

    @abstractmethod
    def again(self, store: TripleStore, *, read_only: bool = False) -> AbstractContextManager[TripleStore]:
        """Return the same knowledge base, opened a second time."""

    def test_what_was_written_is_there_for_who_opens_it_next(self) -> None:
        with self.fresh() as store:
            store.add_document(document("one"))
            store.set_merges({CURIE: Merge(MARIE, "short form")})
            if store.capabilities.one_writer:
                store.close()
            with self.again(store) as other:
                assert other.document("one") == document("one")
                assert other.merges() == {CURIE: Merge(MARIE, "short form")}
                assert other.counters() == other.recount()
                other.set_merges({})
                other.remove_document("one")
                assert other.counters() == Counters()

    def test_a_reader_writes_nothing_and_sees_what_its_store_promises(self) -> None:
        with self.fresh() as store:
            store.add_document(document("one"))
            with self.again(store, read_only=True) as reader:
                identity = reader.id
                store.add_document(document("two", statement(subject=CURIE)))
                store.set_merges({CURIE: Merge(MARIE, "short form")})
                seen = ["one"] if reader.capabilities.snapshots else ["one", "two"]
                assert [one.id for one in reader.documents()] == seen
                assert reader.counters().documents == len(seen)
                assert sorted(one.document for one in reader.statements(MARIE, LIVE_IN)) == seen
                assert identity == store.id
                _refuses_writes(reader)

    def test_writers_at_once_are_refused_or_take_turns(self) -> None:
        with self.fresh() as store:
            if store.capabilities.one_writer:
                with pytest.raises(StoreLockedError), self.again(store):
                    pass
                return

            def write(name: str) -> None:
                with self.again(store) as writer:
                    for number in range(6):
                        writer.add_document(document(f"{name}{number % 4}", fingerprint=str(number)))
                    writer.remove_document(f"{name}0")

            with ThreadPoolExecutor(3) as threads:
                list(threads.map(write, "abc"))
            assert [one.id for one in store.documents()] == [f"{a}{n}" for a in "abc" for n in (1, 2, 3)]
            assert store.counters() == store.recount()
            assert store.counters().triples == len(list(store.match()))


def _refuses_writes(reader: TripleStore) -> None:
    writes: list[Callable[[], object]] = [
        lambda: reader.add_document(document("three")),
        lambda: reader.remove_document("one"),
        lambda: reader.set_merges({}),
        lambda: reader.import_triples(draw.GRAPHS[0], []),
    ]
    for write in writes:
        with pytest.raises(StoreError, match="read only"):
            write()
