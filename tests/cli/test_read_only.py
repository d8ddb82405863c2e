"""Folders without write permission: reading goes on, writing says where it failed and changes nothing."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

_COMMANDS = """
import contextlib, io, json, sys
from kgfm.cli.main import main
ended = []
for arguments in json.loads(sys.argv[1]):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(arguments)
        except SystemExit as exit_:
            ended.append([exit_.code, out.getvalue(), err.getvalue()])
print(json.dumps(ended))
"""


@pytest.fixture(scope="module")
def place(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A corpus and a graph file, and beside them `kb` and `out`, which nothing can be written to."""
    place = tmp_path_factory.mktemp("read-only")
    (place / "new.txt").write_text("Ada Lovelace was born in London.")
    (place / "new.nt").write_text("<urn:a> <urn:p> <urn:b> .\n")
    shutil.copytree(built, place / "kb")
    shutil.rmtree(place / "kb" / "cache")
    (place / "kb" / "cache").mkdir()
    (place / "out").mkdir()
    locked = [place / "out", place / "kb", *(place / "kb").rglob("*")]
    for one in locked:
        one.chmod(one.stat().st_mode & ~0o222)
    yield place
    for one in locked:
        one.chmod(one.stat().st_mode | 0o200)


def run(place: Path, *commands: tuple[str, ...]) -> list[tuple[int, str, str]]:
    """Run commands in one process that permissions bind; return status, output and errors of each."""
    binding: list[str] = []
    if os.geteuid() == 0:  # permissions do not bind root, unless it gives up the right to pass them over
        if shutil.which("setpriv") is None:
            pytest.skip("permissions do not bind root: run the tests as another user, or install setpriv")
        binding = ["setpriv", "--bounding-set=-dac_override"]
    command = [*binding, sys.executable, "-c", _COMMANDS, json.dumps(commands)]
    ended = subprocess.run(command, check=True, capture_output=True, text=True, cwd=place)
    return [tuple(one) for one in json.loads(ended.stdout)]


def content(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_knowledge_base_that_is_read_only_answers_and_refuses_to_be_written(place: Path) -> None:
    before = content(place / "kb")
    answers = run(
        place,
        ("stats", "--json"),
        ("query", "SELECT ?o { ?s wdt:P19 ?o }"),
        ("query", "SELECT ?o { ?s wdt:P19 ?o }", "--infer"),
        ("search", "Marie Curie"),
    )
    assert [status for status, _, _ in answers] == [0] * 4
    assert "born in Warsaw" in answers[3][1]
    refusals = run(
        place,
        ("build", "new.txt", "--workers", "0"),
        ("import", "new.nt"),
        ("query", "INSERT DATA { <urn:a> <urn:p> <urn:b> }", "--write"),
        ("remove", "curie.txt"),
        ("refresh",),
    )
    for status, _, said in refusals:
        assert (status, said) == (1, "kgfm: the knowledge base at kb cannot be written: Permission denied.\n")
    assert content(place / "kb") == before


def test_a_folder_for_output_that_is_read_only_is_named(place: Path) -> None:
    refusals = run(
        place,
        ("export", "out/all.nq"),
        ("export", "out/all.ttl.gz"),
        ("export", "out/tables.neo4j-csv"),
        ("repair", "kb", "--to", "out/new"),
        ("build", "new.txt", "--workers", "0", "--kb", "out/kb"),
    )
    for status, _, said in refusals:
        (line,) = said.splitlines()
        assert status == 1
        assert line.startswith("kgfm: ")
        assert "out/" in line
        assert "Permission denied" in line
    assert list((place / "out").iterdir()) == []
