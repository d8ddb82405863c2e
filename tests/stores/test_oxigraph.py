"""The embedded store keeps the laws, and its folder survives whatever happens to the process."""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from kgfm.errors import FormatError, NotAStoreError, StoreError, StoreLockedError, StoreVersionError
from kgfm.kg import IRI, Literal, Triple
from kgfm.kg.namespaces import LABEL, TYPE, XSD
from kgfm.stores import layout, oxigraph, oxigraph_bulk, oxigraph_folder, oxigraph_import
from kgfm.stores.base import TripleStore
from kgfm.stores.oxigraph import OxigraphStore
from kgfm.stores.oxigraph_quads import Quads
from tests.hostile_laws import HostileTextLaws
from tests.laws import LIVE_IN, MARIE, TripleStoreLaws, document, statement
from tests.naming_laws import NamingLaws
from tests.sharing_laws import SharedStoreLaws

# A file system in memory, where there is one: the laws open hundreds of stores.
_QUICK = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
GRAPH = IRI("urn:kgfm:import:numbers")


class TestInMemory(TripleStoreLaws, NamingLaws, HostileTextLaws):
    def fresh(self) -> AbstractContextManager[TripleStore]:
        return OxigraphStore.in_memory()


class TestOnDisk(TripleStoreLaws, NamingLaws, SharedStoreLaws, HostileTextLaws):
    def fresh(self) -> AbstractContextManager[TripleStore]:
        return _on_disk()

    @contextmanager
    def again(self, store: TripleStore, *, read_only: bool = False) -> Iterator[TripleStore]:
        assert store.path is not None
        with OxigraphStore.open(store.path, read_only=read_only) as other:
            yield other


@contextmanager
def _on_disk() -> Iterator[TripleStore]:
    with tempfile.TemporaryDirectory(dir=_QUICK) as folder, OxigraphStore.open(Path(folder) / "kb") as store:
        yield store


def _numbers(count: int) -> Iterator[Triple]:
    for number in range(count):
        yield Triple(IRI(f"urn:n:{number}"), LABEL, Literal(f"number {number}"))


def test_what_was_written_is_there_after_reopening(tmp_path: Path) -> None:
    with OxigraphStore.open(tmp_path / "kb") as store:
        store.add_document(document())
        identity, version, counters = store.id, store.version, store.counters()
    with OxigraphStore.open(tmp_path / "kb", read_only=True) as store:
        assert (store.id, store.version, store.counters()) == (identity, version, counters)
        assert store.path == tmp_path / "kb"
        assert store.document("curie.txt") == document()
    assert (
        json.loads((tmp_path / "kb" / "kgfm.json").read_text())["version"] == oxigraph_folder.FORMAT_VERSION
    )


def test_a_reader_is_refused_writing_and_reads_beside_a_writer(tmp_path: Path) -> None:
    with OxigraphStore.open(tmp_path / "kb") as writer:
        writer.add_document(document("one"))
        with OxigraphStore.open(tmp_path / "kb", read_only=True) as reader:
            writer.add_document(document("two"))
            assert [info.id for info in reader.documents()] == ["one"]
            writes: list[Callable[[], object]] = [
                lambda: reader.add_document(document("three")),
                lambda: reader.remove_document("one"),
                lambda: reader.update("CLEAR ALL"),
                lambda: reader.set_merges({}),
                lambda: reader.import_triples(GRAPH, []),
            ]
            for write in writes:
                with pytest.raises(StoreError, match="read only"):
                    write()
        with OxigraphStore.open(tmp_path / "kb", read_only=True) as reader:
            assert [info.id for info in reader.documents()] == ["one", "two"]


def test_a_second_writer_is_refused_and_told_who_holds_the_lock(tmp_path: Path) -> None:
    with (
        OxigraphStore.open(tmp_path / "kb"),
        pytest.raises(StoreLockedError, match=f"process {os.getpid()} "),
    ):
        OxigraphStore.open(tmp_path / "kb")
    OxigraphStore.open(tmp_path / "kb").close()


def test_a_folder_that_is_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(NotAStoreError, match="not a knowledge base"):
        OxigraphStore.open(tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["thesis.txt"]
    with pytest.raises(NotAStoreError, match="not a knowledge base"):
        OxigraphStore.open(tmp_path / "thesis.txt")


@pytest.mark.parametrize("marker", ["{", "[]", '{"format": "cake"}'])
def test_a_foreign_marker_is_refused(tmp_path: Path, marker: str) -> None:
    (tmp_path / "kgfm.json").write_text(marker)
    with pytest.raises(NotAStoreError):
        OxigraphStore.open(tmp_path)


def test_what_is_missing_is_made_only_for_writing(tmp_path: Path) -> None:
    for options in ({"read_only": True}, {"create": False}):
        with pytest.raises(NotAStoreError, match="no knowledge base at"):
            OxigraphStore.open(tmp_path / "kb", **options)
    assert not (tmp_path / "kb").exists()


def test_a_creation_that_was_cut_short_is_finished(tmp_path: Path) -> None:
    oxigraph_folder.Folder(tmp_path / "kb").prepare(create=True)
    with OxigraphStore.open(tmp_path / "kb", read_only=True) as store:
        assert store.id
    (tmp_path / "other" / "store").mkdir(parents=True)
    OxigraphStore.open(tmp_path / "other").close()


def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    OxigraphStore.open(tmp_path / "kb").close()
    oxigraph_folder.Folder(tmp_path / "kb").write_version(oxigraph_folder.FORMAT_VERSION + 1)
    for read_only in (True, False):
        with pytest.raises(StoreVersionError, match="upgrade kgfm"):
            OxigraphStore.open(tmp_path / "kb", read_only=read_only)


@pytest.mark.parametrize("read_only", [True, False])
def test_an_older_format_is_upgraded_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_only: bool
) -> None:
    with OxigraphStore.open(tmp_path / "kb") as store:
        store.add_document(document())
    newer = oxigraph_folder.FORMAT_VERSION + 1
    monkeypatch.setattr(oxigraph_folder, "FORMAT_VERSION", newer)
    monkeypatch.setattr(oxigraph, "FORMAT_VERSION", newer)

    def retitle(quads: Quads) -> None:
        change = 'DELETE { GRAPH ?g { ?s dcterms:title ?t } } INSERT { GRAPH ?g { ?s dcterms:title "new" } }'
        quads.update(f"{change} WHERE {{ GRAPH ?g {{ ?s dcterms:title ?t }} }}")

    monkeypatch.setitem(oxigraph.UPGRADES, newer - 1, retitle)
    with OxigraphStore.open(tmp_path / "kb", read_only=read_only) as store:
        assert [info.title for info in store.documents()] == ["new"]
    assert oxigraph_folder.Folder(tmp_path / "kb").version() == newer


def test_numbers_are_kept_by_value_and_stay_evidence_for_their_triple() -> None:
    spelled = Literal("01.50", XSD + "decimal")
    with OxigraphStore.in_memory() as store:
        store.add_document(document("one", statement(object_=spelled)))
        triple = next(store.match(MARIE, LIVE_IN))
        assert triple.object == Literal("1.5", XSD + "decimal")
        assert [one.document for one in store.statements(*_parts(triple))] == ["one"]
        assert [one.document for one in store.statements(MARIE, LIVE_IN, spelled)] == ["one"]
        assert store.remove_document("one")
        assert list(store.match()) == []


def _parts(triple: Triple) -> tuple[IRI, IRI, IRI | Literal]:
    assert isinstance(triple.subject, IRI)
    assert isinstance(triple.object, IRI | Literal)
    return triple.subject, triple.predicate, triple.object


def test_bulk_and_transactional_imports_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    with OxigraphStore.in_memory() as small, OxigraphStore.in_memory() as bulk:
        for store in (small, bulk):
            store.add_document(document())
        small.import_triples(GRAPH, _numbers(50))
        monkeypatch.setattr(oxigraph_import, "_SMALL", 10)
        bulk.import_triples(GRAPH, _numbers(80))
        assert bulk.import_triples(GRAPH, _numbers(50)) == 50
        assert set(bulk.quads()) == set(small.quads())
        assert bulk.counters() == small.counters() == bulk.recount()
        assert bulk.find_label("NUMBER 7") == [IRI("urn:n:7")]


def test_an_import_that_fails_or_is_cut_short_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaking() -> Iterator[Triple]:
        yield from _numbers(15)
        raise FormatError("line 16")

    monkeypatch.setattr(oxigraph_import, "_SMALL", 10)
    with OxigraphStore.open(tmp_path / "kb") as store:
        store.add_document(document())
        before, counters = set(store.quads()), store.counters()
        with pytest.raises(FormatError):
            store.import_triples(GRAPH, breaking())
        assert (set(store.quads()), store.counters()) == (before, counters)
        # What a kill in the middle leaves: the mark, some triples, counters of before.
        monkeypatch.setattr(OxigraphStore, "_take_out_unfinished", lambda self, graph: None)
        with pytest.raises(FormatError):
            store.import_triples(GRAPH, breaking())
        store._quads.store.extend(store._import_quads(GRAPH, _numbers(7)))
        monkeypatch.undo()
    with OxigraphStore.open(tmp_path / "kb") as store:
        assert (set(store.quads()), store.counters()) == (before, counters)
        assert store._meta(layout.IMPORTING) == ""


@pytest.mark.parametrize("suffix", ["nt", "ttl"])
@pytest.mark.parametrize(
    "extra", [b"", b"_:b <urn:p> _:c .\n", b"<urn:n:1> <urn:p> <urn:n:2> .\n" * 2, b"# no\n\n"]
)
def test_a_large_file_is_imported_as_a_small_one_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, extra: bytes
) -> None:
    lines = [
        f'<urn:n:{n}> {LABEL} "Number {n}"@en-GB .\r\n<urn:n:{n}>\t{TYPE} <urn:c:{n % 3}>.\n'
        f'<urn:n:{n}> <urn:p:{n % 5}> "0{n}"^^<{XSD}integer> . # a remark\n'
        f'<urn:n:{n}> <urn:p> <urn:n:{(n * 7) % 90}> .\n<urn:n:{n}> <urn:\\u00e9> "\\u00e9" .\n'
        for n in range(60)
    ]
    path = tmp_path / f"large.{suffix}"
    path.write_bytes("".join(lines[:30]).encode() + extra + "".join(lines[30:]).encode())
    monkeypatch.setattr(oxigraph_bulk, "_BLOCK", 1_500)
    with OxigraphStore.in_memory() as small, OxigraphStore.in_memory() as large:
        count = small.import_file(GRAPH, path)
        monkeypatch.setattr(oxigraph, "_LARGE", 0)
        for _ in range(2):
            assert large.import_file(GRAPH, path) == count
            assert set(large.quads()) == set(small.quads())
            assert large.counters() == small.counters() == large.recount()
            assert large.find_label("NUMBER 7") == [IRI("urn:n:7")]
        large.add_document(document())
        content, counters = set(large.quads()), large.counters()
        whole = path.read_bytes() + b"<urn:a> <urn:b> .\n"
        path.write_bytes(whole)
        fault = rf"large\.{suffix}, line {len(whole.splitlines())}:"
        for graph in (GRAPH, IRI("urn:kgfm:import:other")):
            with pytest.raises(FormatError, match=fault):
                large.import_file(graph, path)
            assert (set(large.quads()), large.counters()) == (content, counters)


@pytest.mark.parametrize("extra", ["", "_:b <urn:p> <urn:o> .\n", "<urn:a> <urn:p> <urn:b> .\n"])
def test_the_first_large_file_is_counted_on_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extra: str
) -> None:
    path = tmp_path / "large.nt"
    path.write_text(
        f'<urn:a> {TYPE} <urn:c> .\n<urn:a> <urn:p> <urn:b> .\n<urn:b> {LABEL} "é" .\n{extra}',
        encoding="utf-8",
    )
    monkeypatch.setattr(oxigraph, "_LARGE", 0)
    with OxigraphStore.in_memory() as store:
        monkeypatch.setattr(Quads, "tally", None if not extra else Quads.tally)
        assert store.import_file(GRAPH, path) == 3 + bool(extra)
        monkeypatch.undo()
        assert store.counters() == store.recount()


def test_a_removal_that_is_cut_short_is_finished_at_the_next_opening(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    remove = OxigraphStore._remove_chunk

    def killed(self: OxigraphStore, graph: IRI) -> int:
        remove(self, graph)
        raise KeyboardInterrupt

    monkeypatch.setattr(oxigraph_import, "_CHUNK", 10)
    with OxigraphStore.open(tmp_path / "kb") as store:
        store.add_document(document())
        before, counters = set(store.quads()), store.counters()
        store.import_triples(GRAPH, _numbers(25))
        monkeypatch.setattr(OxigraphStore, "_remove_chunk", killed)
        with pytest.raises(KeyboardInterrupt):
            store.remove_graph(GRAPH)
        monkeypatch.setattr(OxigraphStore, "_remove_chunk", remove)
        assert store.counters().by_source[GRAPH.value] == 15
    with OxigraphStore.open(tmp_path / "kb") as store:
        assert "cut short" in caplog.text
        assert (set(store.quads()), store.counters(), store.recount()) == (before, counters, counters)
        assert store._meta(layout.IMPORTING) == ""
        store.import_triples(GRAPH, _numbers(25))
        assert store.remove_graph(GRAPH) == 25
        assert store._meta(layout.IMPORTING) == ""


def test_blank_nodes_of_two_files_stay_apart_and_can_be_taken_out(tmp_path: Path) -> None:
    graphs = [IRI(f"urn:kgfm:import:{name}") for name in ("a", "b")]
    path = tmp_path / "blank.ttl"
    path.write_text("_:x <urn:p> [ <urn:q> 1 ] .")
    with OxigraphStore.in_memory() as store:
        for graph in graphs:
            store.import_file(graph, path)
        assert store.counters().triples == 4
        for graph in graphs:
            assert store.remove_graph(graph) == 2
        assert list(store.quads()) == []


def test_a_write_that_fails_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with OxigraphStore.in_memory() as store:
        store.add_document(document("one"))
        before, counters, version = set(store.quads()), store.counters(), store.version

        def full(self: Quads, sparql: str) -> None:
            with self.errors():
                raise OSError("No space left on device")

        monkeypatch.setattr(Quads, "update", full)
        with pytest.raises(StoreError, match="No space left on device"):
            store.add_document(document("two"))
        monkeypatch.undo()
        assert (set(store.quads()), store.counters(), store.version) == (before, counters, version)
        store.add_document(document("two"))
        assert store.counters() == store.recount()


def test_what_is_written_goes_to_disk_before_it_fills_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushes: list[str] = []
    flush = Quads.flush

    def counted(self: Quads) -> None:
        flushes.append(self.place)
        flush(self)

    monkeypatch.setattr(Quads, "flush", counted)
    monkeypatch.setattr(oxigraph, "_FLUSHED_AFTER", 20_000)
    with OxigraphStore.open(tmp_path / "kb") as store:
        for number in range(20):
            store.add_document(document(str(number)))
        assert 2 <= len(flushes) <= 10
        assert store.counters().documents == 20


_WRITER = """
import sys
from tests.laws import document
from kgfm.stores.oxigraph import OxigraphStore
with OxigraphStore.open(sys.argv[1]) as store:
    for number in range(1000):
        store.add_document(document(str(number % 50), fingerprint=str(number)))
        print(number, flush=True)
"""


def test_a_killed_writer_leaves_whole_documents_only(tmp_path: Path) -> None:
    pause = random.Random(7)
    paths = os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])
    for _ in range(3):
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(tmp_path / "kb")],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": paths},
            text=True,
        )
        with writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(pause.uniform(0, 0.3))
            writer.kill()
            acknowledged = 1 + writer.stdout.read().count("\n")
        with OxigraphStore.open(tmp_path / "kb") as store:
            infos = list(store.documents())
            assert len(infos) >= min(acknowledged, 50)
            assert all(
                store.document(one.id) == document(one.id, fingerprint=one.fingerprint) for one in infos
            )
            assert store.counters() == store.recount()
            assert store.counters().documents == len(infos)
