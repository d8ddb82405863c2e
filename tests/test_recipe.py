"""A recipe is read whole or refused in one line that names file, step and key."""

from pathlib import Path

import pytest

from kgfm.errors import ConfigError
from kgfm.recipe import AskStep, BuildStep, packaged, read_recipe
from kgfm.resources import shared_folder


def write(folder: Path, text: str) -> Path:
    path = folder / "recipe.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_steps_become_their_classes(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        '[[steps]]\nverb = "build"\nsources = ["a", "b"]\n[[steps]]\nverb = "ask"\nquestion = "Who?"',
    )
    recipe = read_recipe(path)
    assert recipe.name == "recipe"
    assert recipe.kb == "kb"
    assert recipe.steps == (BuildStep(sources=("a", "b")), AskStep(question="Who?"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "at least one"),
        ("steps = 3", "at least one"),
        ('[[steps]]\nverb = "guess"', "step 1: verb is 'guess'"),
        ('[[steps]]\nverb = "ask"', "question"),
        ('[[steps]]\nverb = "ask"\nquestion = "?"\ntop = "many"', "'top' is 'many'"),
        ('[[steps]]\nverb = "ask"\nquestion = "?"\ntpo = 1', "unknown key 'tpo'"),
        ('colour = "red"\n[[steps]]\nverb = "stats"', "unknown key 'colour'"),
        ("[[steps]", "not valid TOML"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=r"recipe\.toml") as caught:
        read_recipe(write(tmp_path, text))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_recipe_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such recipe"):
        read_recipe(tmp_path / "none.toml")


def test_every_shipped_recipe_can_be_read() -> None:
    # A file of settings stands beside the script that it belongs to.
    files = shared_folder("pipelines").glob("*.toml")
    recipes = [path for path in files if not path.with_suffix(".py").exists()]
    assert recipes
    for path in recipes:
        assert read_recipe(path).steps


def test_packaged_names_lie_in_the_package() -> None:
    assert Path(packaged("kgfm:demo/corpus")).is_dir()
    assert packaged("corpus") == "corpus"
