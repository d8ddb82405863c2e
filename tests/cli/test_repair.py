"""Damaged files are said plainly, and what can be read of them is saved: whole documents, nothing else."""

from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree

import pytest

from kgfm.errors import StoreError
from kgfm.kg import IRI, Literal, Triple
from kgfm.kg.namespaces import LABEL
from kgfm.stores.base import Merge
from kgfm.stores.oxigraph import OxigraphStore
from kgfm.stores.repair import RepairReport, repair
from tests.cli.conftest import Run
from tests.laws import CURIE, MARIE, document, statement

GRAPH = IRI("urn:kgfm:import:numbers")
DOCUMENTS, NUMBERS = 8, 2_000


def numbers() -> Iterator[Triple]:
    for number in range(NUMBERS):
        yield Triple(IRI(f"urn:n:{number}"), LABEL, Literal(f"number {number}, written with many letters"))


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    kb = tmp_path_factory.mktemp("sound") / "kb"
    with OxigraphStore.open(kb) as store:
        for number in range(DOCUMENTS):
            store.add_document(document(str(number), statement(subject=CURIE if number % 2 else MARIE)))
        store.set_merges({CURIE: Merge(MARIE, "short form")})
        store.import_triples(GRAPH, numbers())
    return kb


@pytest.fixture
def kb(sound: Path, tmp_path: Path) -> Path:
    return Path(copytree(sound, tmp_path / "kb"))


def tables(kb: Path) -> list[Path]:
    """Oxigraph's files, the largest first."""
    return sorted((kb / "store").glob("*.sst"), key=lambda one: (-one.stat().st_size, one.name))


def spoil(path: Path, share: float = 0.5, size: int = 64) -> None:
    content = bytearray(path.read_bytes())
    start = int(len(content) * share)
    for place in range(start, min(start + size, len(content))):
        content[place] ^= 0xFF
    path.write_bytes(content)


def repaired(kb: Path, sound: Path) -> RepairReport:
    target = kb.with_name("new")
    report = repair(kb, target)
    with OxigraphStore.open(target) as store, OxigraphStore.open(sound, read_only=True) as whole:
        assert store.counters() == store.recount()
        assert report.documents == store.counters().documents
        assert report.documents + len(report.lost) + report.nameless == DOCUMENTS
        for info in store.documents():
            assert store.document(info.id) == whole.document(info.id)
        assert store.resolution_pending
        if store.merges() == whole.merges():
            assert set(store.match()) <= set(whole.match())
        assert report.triples == store.counters().by_source.get(GRAPH.value, 0)
        assert report.triples + report.lost_triples == NUMBERS
        if not report.faults:
            assert set(store.quads()) == set(whole.quads())
    return report


def test_a_sound_store_is_copied_whole(kb: Path, sound: Path) -> None:
    assert repaired(kb, sound) == RepairReport(DOCUMENTS, NUMBERS, (), 0, 0, ())


@pytest.mark.parametrize("table", [0, 4, 8])
def test_whatever_table_is_damaged_what_can_be_read_is_saved(kb: Path, sound: Path, table: int) -> None:
    spoil(tables(kb)[table])
    report = repaired(kb, sound)
    # One table in nine holds the texts themselves; the others are indexes of the same.
    assert report.documents + report.triples > (DOCUMENTS + NUMBERS) / 4


def test_damage_is_said_plainly_with_the_remedy(kb: Path, run: Run) -> None:
    for table in tables(kb)[:9]:
        spoil(table, 0.1, 100_000)
    for verb in ("stats", "validate", "query"):
        outcome = run(verb, *(["SELECT * { ?s ?p ?o }"] if verb == "query" else []), "--kb", kb)
        (line,) = outcome.error_lines
        assert outcome.status == 1
        assert f"kgfm repair {kb} --to NEW" in line
        assert "is damaged" in line


DAMAGES: dict[str, Callable[[Path], object]] = {
    "current-spoilt": lambda kb: (kb / "store" / "CURRENT").write_bytes(b"rubbish"),
    "current-gone": lambda kb: (kb / "store" / "CURRENT").unlink(),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_lost_name_of_the_manifest_is_found_again(kb: Path, run: Run, damage: str) -> None:
    DAMAGES[damage](kb)
    assert "is damaged" in run("stats", "--kb", kb).err
    outcome = run("repair", kb, "--to", kb.with_name("saved"))
    assert outcome.status == 0
    assert f"saved {DOCUMENTS} documents and {NUMBERS:,} imported triples" in outcome.out


LOSSES: dict[str, Callable[[Path], object]] = {
    "spoilt": lambda manifest: spoil(manifest, 0.0, 5_000),
    "spoilt-within": lambda manifest: spoil(manifest, 0.5),
    "emptied": lambda manifest: manifest.write_bytes(b""),
    "gone": lambda manifest: manifest.unlink(),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_what_cannot_be_read_at_all_is_said_and_nothing_is_made(kb: Path, run: Run, loss: str) -> None:
    """Without its list of files (MANIFEST), RocksDB opens none of them."""
    for manifest in (kb / "store").glob("MANIFEST-*"):
        LOSSES[loss](manifest)
    files = sorted(path.name for path in (kb / "store").iterdir())
    assert f"kgfm repair {kb} --to NEW" in run("stats", "--kb", kb).err
    outcome = run("repair", kb, "--to", kb.with_name("new"))
    (line,) = outcome.error_lines
    assert outcome.status == 1
    assert f"nothing of {kb} can be read" in line
    assert "all its documents and imports are lost" in line
    assert "build it anew" in line
    assert not kb.with_name("new").exists()
    assert sorted(path.name for path in (kb / "store").iterdir()) == files


def test_repair_overwrites_nothing_and_wants_a_knowledge_base(kb: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="exists; name a folder that is to be made"):
        repair(kb, kb)
    with pytest.raises(StoreError, match="holds no knowledge base"):
        repair(tmp_path, tmp_path / "new")
