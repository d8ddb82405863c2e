"""A build gives the same graph whatever the order, the workers and the kills in between."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kgfm import Engine
from kgfm.errors import SourceError
from kgfm.extraction.build import BuildConfig, build
from kgfm.stores.oxigraph import OxigraphStore

PEOPLE = (
    "Ada Lovelace",
    "Grace Hopper",
    "Emmy Noether",
    "Sofia Kovalevskaya",
    "Maria Agnesi",
    "Hypatia Theon",
)
PLACES = ("London", "New York", "Erlangen", "Moscow", "Milan", "Alexandria")


def write_corpus(folder: Path, documents: int) -> Path:
    """Write short biographies that name each other's people, some by surname alone."""
    chance = random.Random(3)
    corpus = folder / "corpus"
    corpus.mkdir()
    for number in range(documents):
        person, other = chance.sample(PEOPLE, 2)
        place, year = chance.choice(PLACES), chance.randint(1700, 1950)
        (corpus / f"d{number:02}.txt").write_text(
            f"{person} was born in {place} in {year}. {person.split()[-1]} worked with {other} in {place}. "
            f"{other} never visited {chance.choice(PLACES)}. She may have lived in {chance.choice(PLACES)}.",
            encoding="utf-8",
        )
    (corpus / "short.txt").write_text("A. Lovelace wrote letters to Charles Babbage.", encoding="utf-8")
    return corpus


def content(kb: Path) -> set[str]:
    """All of a knowledge base but its own id and version."""
    with OxigraphStore.open(kb, read_only=True) as store:
        quads = {f"{triple} {graph}" for triple, graph in store.quads()}
    return {quad for quad in quads if "urn:kgfm:meta" not in quad}


def build_in_process(corpus: Path, kb: Path, workers: int) -> None:
    with Engine.open(kb) as engine:
        assert not engine.build([corpus], workers=workers).failed


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("build"), 24)


@pytest.fixture(scope="module")
def expected(corpus: Path) -> set[str]:
    build_in_process(corpus, corpus.parent / "expected", workers=0)
    return content(corpus.parent / "expected")


def test_workers_change_nothing(corpus: Path, expected: set[str], tmp_path: Path) -> None:
    build_in_process(corpus, tmp_path / "kb", workers=2)
    assert content(tmp_path / "kb") == expected


def test_order_changes_nothing(corpus: Path, expected: set[str], tmp_path: Path) -> None:
    with OxigraphStore.open(corpus.parent / "expected", read_only=True) as store:
        graphs = [store.document(info.id) for info in store.documents()]
    random.Random(5).shuffle(graphs)
    with OxigraphStore.open(tmp_path / "kb") as store:
        for graph in graphs:
            store.add_document(graph)
    build_in_process(corpus, tmp_path / "kb", workers=0)
    assert content(tmp_path / "kb") == expected


def test_kills_change_nothing(corpus: Path, expected: set[str], tmp_path: Path) -> None:
    kb = tmp_path / "kb"
    command = [
        sys.executable,
        "-m",
        "kgfm",
        "build",
        str(corpus),
        "--kb",
        str(kb),
        "--workers",
        "1",
        "--quiet",
    ]
    whole = {quad for quad in expected if "<urn:kgfm:document:" in quad}
    chance = random.Random(7)
    for _ in range(3):
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        before = time.monotonic()
        while process.poll() is None and not (kb / "kgfm.json").exists() and time.monotonic() - before < 60:
            time.sleep(0.05)
        time.sleep(chance.uniform(0, 4))
        process.send_signal(signal.SIGKILL)
        process.wait()
        if (kb / "kgfm.json").exists():
            documents = {quad for quad in content(kb) if "<urn:kgfm:document:" in quad}
            assert documents <= whole
    assert subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode == 0
    assert content(kb) == expected


def test_an_interrupt_keeps_what_is_done_and_resumes(
    corpus: Path, expected: set[str], tmp_path: Path
) -> None:
    kb = tmp_path / "kb"
    command = [sys.executable, "-m", "kgfm", "build", str(corpus), "--kb", str(kb), "--workers", "1"]
    process = subprocess.Popen(
        [*command, "--quiet"],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=_hear_interrupts,
    )
    while not (kb / "kgfm.json").exists() and process.poll() is None:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: workers hear it too
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert re.fullmatch(r"kgfm: interrupted.*\n", said)
    assert subprocess.run(command, check=False).returncode == 0
    assert content(kb) == expected


def _hear_interrupts() -> None:
    """Undo what a shell does to its jobs in the background: they ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_two_builds_at_once_are_refused_by_name(corpus: Path, tmp_path: Path) -> None:
    kb = tmp_path / "kb"
    command = [sys.executable, "-m", "kgfm", "build", str(corpus), "--kb", str(kb), "--quiet"]
    with OxigraphStore.open(kb):
        second = subprocess.run(command, check=False, capture_output=True, text=True)
    assert second.returncode == 1
    assert str(kb) in second.stderr
    assert len(second.stderr.strip().splitlines()) == 1


def test_an_id_of_another_folder_is_not_overwritten(tmp_path: Path) -> None:
    for folder, place in (("a", "Paris"), ("b", "Rome")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.txt").write_text(f"Ada Lovelace was born in {place}.", encoding="utf-8")
    store = OxigraphStore.in_memory()
    report = build(store, [tmp_path / "a", tmp_path / "b"], BuildConfig(workers=0))
    assert report.documents == 1
    assert "x.txt" in report.failed[0].reason
    assert "Paris" in store.document_text("x.txt")


def test_a_missing_source_makes_no_knowledge_base(tmp_path: Path) -> None:
    with Engine.open(tmp_path / "kb") as engine, pytest.raises(SourceError, match="missing"):
        engine.build([tmp_path / "missing"])
    assert not (tmp_path / "kb").exists()


def test_merges_can_be_undone(corpus: Path, tmp_path: Path) -> None:
    build_in_process(corpus, tmp_path / "kb", workers=0)
    with Engine.open(tmp_path / "kb") as engine:
        before = engine.merges()
        member = next(iter(before))
        engine.unmerge(member)
        assert member not in engine.merges()
        assert engine.build([corpus], workers=0).unchanged
        assert member not in engine.merges()
