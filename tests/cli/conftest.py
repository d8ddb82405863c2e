"""What the tests of the command line share: running a command, and one small knowledge base."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from kgfm.cli.main import main

SENTENCES = (
    "Marie Curie was born in Warsaw in 1867. She married Pierre Curie in 1895. "
    "Marie Curie discovered polonium. Pierre Curie was born in Paris. "
    "Marie Curie founded the Radium Institute. The Radium Institute is located in Paris. "
    "She never visited Sydney."
)


@dataclass(frozen=True)
class Outcome:
    """How a command ended and what it said."""

    status: int
    out: str
    err: str

    @property
    def error_lines(self) -> list[str]:
        """The lines on standard error that name the program."""
        return [line for line in self.err.splitlines() if line.startswith("kgfm: ")]


Run = Callable[..., Outcome]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `kgfm` in this process."""

    def command(*arguments: object) -> Outcome:
        capsys.readouterr()
        with pytest.raises(SystemExit) as exit_:
            main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        assert isinstance(exit_.value.code, int)
        return Outcome(exit_.value.code, captured.out, captured.err)

    return command


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge base of one document; tests only read it."""
    folder = tmp_path_factory.mktemp("built")
    (folder / "curie.txt").write_text(SENTENCES, encoding="utf-8")
    with pytest.raises(SystemExit) as exit_:
        main(["build", str(folder / "curie.txt"), "--kb", str(folder / "kb"), "--workers", "0", "--quiet"])
    assert exit_.value.code == 0
    return folder / "kb"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder with one good document, to which a test adds a bad one."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "good.txt").write_text("Ada Lovelace was born in London.", encoding="utf-8")
    return folder
