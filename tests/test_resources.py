"""What lies outside the package is found from a checkout and from a wheel alike."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from kgfm.resources import shared_folder

ROOT = Path(__file__).parent.parent


def test_a_checkout_has_both_folders() -> None:
    assert (shared_folder("ontologies") / "kgfm" / "shapes.ttl").is_file()
    assert (shared_folder("pipelines") / "demo.toml").is_file()


def test_what_is_nowhere_is_an_error() -> None:
    with pytest.raises(FileNotFoundError, match="install kgfm again"):
        shared_folder("nothing")


def test_a_wheel_carries_ontologies_recipes_corpus_and_weights(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    unpacked = tmp_path / "unpacked"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(unpacked)
    program = (
        "from pathlib import Path;"
        "from kgfm.resources import shared_folder; from kgfm.recipe import packaged;"
        "corpus = Path(packaged('kgfm:demo/corpus'));"
        "print(shared_folder('ontologies'), len(list(corpus.rglob('*.*'))))"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], cwd=unpacked, capture_output=True, text=True, check=True
    ).stdout
    folder, documents = found.split()
    assert Path(folder) == unpacked / "kgfm" / "_shared" / "ontologies"
    assert int(documents) >= 60
    assert (unpacked / "kgfm" / "py.typed").is_file()
