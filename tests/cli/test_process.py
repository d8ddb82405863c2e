"""The process `kgfm` from outside: its exit status, and that what it says is written before it ends."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

STATUSES: Final = [(["--help"], 0), (["stats", "--kb", "absent"], 1), (["sing"], 2)]
KGFM: Final = (sys.executable, "-m", "kgfm")


@pytest.mark.parametrize(("arguments", "status"), STATUSES)
def test_the_exit_status_reaches_the_shell(arguments: list[str], status: int, tmp_path: Path) -> None:
    ended = subprocess.run([*KGFM, *arguments], check=False, capture_output=True, text=True, cwd=tmp_path)
    assert ended.returncode == status
    assert ended.stderr if status else ended.stdout


def test_an_error_that_nobody_caught_shows_its_traceback_and_is_a_failure(tmp_path: Path) -> None:
    ended = subprocess.run(
        [*KGFM, "--debug", "stats", "--kb", tmp_path], check=False, capture_output=True, text=True
    )
    assert ended.returncode == 1
    assert "Traceback" in ended.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_what_could_not_be_written_is_no_success() -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        ended = subprocess.run([*KGFM, "--help"], check=False, stdout=full, stderr=subprocess.PIPE, text=True)
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert line.startswith("kgfm: ")
    assert "No space left" in line


def test_a_reader_that_went_away_is_told_nothing() -> None:
    with subprocess.Popen([*KGFM, "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
