"""A build, an import and a removal that are killed at random moments leave a whole store, and go on.

KGFM_KILLS says how often each is killed: 3 times by default, 20 times in `make faults`.
"""

import os
import random
import subprocess
import sys
import time
from pathlib import Path
from shutil import copytree

import pytest

from kgfm.engine import Engine
from kgfm.kg import DocumentGraph
from kgfm.stores import layout
from kgfm.stores.base import Quad
from kgfm.stores.oxigraph import OxigraphStore

KILLS = int(os.environ.get("KGFM_KILLS", "3"))
DOCUMENTS, TRIPLES = 12, 50_000  # so many that they go in by blocks

Content = set[Quad]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus, a graph file, and `whole`: a knowledge base of both."""
    place = tmp_path_factory.mktemp("kills")
    (place / "corpus").mkdir()
    for number in range(DOCUMENTS):
        text = f"Ada Lovelace{number} was born in London. She met Charles Babbage in 18{number + 10}."
        (place / "corpus" / f"{number}.txt").write_text(text)
    lines = (f'<urn:n:{number}> <urn:p> "number {number}" .\n' for number in range(TRIPLES))
    (place / "facts.nt").write_text("".join(lines))
    with Engine.open(place / "empty") as engine:
        engine.import_file(_small(place))
    for name, build, load in (("built", True, False), ("whole", True, True)):
        with Engine.open(place / name) as engine:
            engine.import_file(place / "small.nt")
            if build:
                engine.build([place / "corpus"], workers=0)
            if load:
                engine.import_file(place / "facts.nt")
    return place


def _small(place: Path) -> Path:
    (place / "small.nt").write_text("<urn:a> <urn:p> <urn:b> .\n")
    return place / "small.nt"


def content(kb: Path) -> Content:
    with OxigraphStore.open(kb, read_only=True) as store:
        # The vocabulary that a build brings stays when its documents go.
        return {(triple, graph) for triple, graph in store.quads() if graph != layout.ONTOLOGY}


def documents(kb: Path) -> dict[str, DocumentGraph]:
    """Return the documents of a store that is opened to write, after its counters were checked."""
    with OxigraphStore.open(kb) as store:
        assert store.counters() == store.recount()
        assert store.counters().by_source.get(_graph(store)) in (None, TRIPLES)
        return {one.id: store.document(one.id) for one in store.documents()}


def _graph(store: OxigraphStore) -> str:
    return next((one.value for one in store.imported_graphs() if "facts" in one.value), "")


@pytest.mark.timeout(1_800)
@pytest.mark.parametrize(
    ("verb", "before", "after"),
    [("build", "empty", "built"), ("import", "built", "whole"), ("remove", "built", "empty")],
)
def test_what_is_killed_leaves_a_whole_store_and_goes_on(
    place: Path, tmp_path: Path, verb: str, before: str, after: str
) -> None:
    arguments = {
        "build": ["build", str(place / "corpus"), "--workers", "0"],
        "import": ["import", str(place / "facts.nt")],
        "remove": ["remove", "--source", str(place / "corpus")],
    }[verb]
    reference = documents(Path(copytree(place / "built", tmp_path / "reference")))
    started = time.monotonic()
    assert _run(arguments, Path(copytree(place / before, tmp_path / "peaceful"))) == 0
    longest = time.monotonic() - started
    moments = random.Random(verb)
    kb = Path(copytree(place / before, tmp_path / "kb"))
    count = len(documents(kb))
    for _ in range(KILLS):
        ended = _run(arguments, kb, kill_after=moments.uniform(0.2, 1.0) * longest)
        found = documents(kb)
        assert all(one == reference[identifier] for identifier, one in found.items())
        # What was there after the last kill is there still, but for what a removal takes out.
        assert len(found) <= count if verb == "remove" else len(found) >= count
        count = len(found)
        if ended == 0 or (verb == "remove" and not found):
            kb = Path(copytree(place / before, tmp_path / f"kb{time.monotonic_ns()}"))
            count = len(documents(kb))
    assert _run(arguments, kb) == 0
    assert content(kb) == content(place / after)


def _run(arguments: list[str], kb: Path, kill_after: float | None = None) -> int:
    """Run a command; return its exit status, a negative one if it was killed."""
    command = [sys.executable, "-m", "kgfm", *arguments, "--kb", str(kb), "--quiet"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            process.wait(kill_after)
        except subprocess.TimeoutExpired:
            process.kill()
        return process.wait()
