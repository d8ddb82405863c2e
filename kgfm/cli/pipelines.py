"""Verbs that run recipes: demo and run; and models, which lists the shipped weights."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from kgfm.cli.session import Json, Kb, Quiet, Session


def demo(
    kb: Kb = "demo-kb",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Do the main job on the bundled corpus, start to finish.

    Example: kgfm demo
    """
    from kgfm.resources import shared_folder

    _run(shared_folder("pipelines") / "demo.toml", kb, json, quiet)
    Session(kb, json, quiet).hint(f'\nNext: kgfm ask "…" --kb {kb}, or kgfm build YOUR-FOLDER --kb my-kb')


def run(
    recipe: Annotated[Path, typer.Argument(metavar="RECIPE.toml")],
    kb: Annotated[
        str | None, typer.Option("--kb", envvar="KGFM_KB", help="Instead of the recipe's own.")
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Run a pipeline: the steps of a recipe, in order.

    Example: kgfm run pipelines/demo.toml
    """
    _run(recipe, kb, json, quiet)


def models(kb: Kb = "kb", json: Json = False, quiet: Quiet = False) -> None:
    """List the pretrained models on this machine, with card, size and hash.

    Example: kgfm models
    """
    from kgfm.cli import render
    from kgfm.pretrained import installed_models

    found = installed_models()
    Session(kb, json, quiet).show({"models": found}, lambda console: render.models(console, found))


def _run(path: Path, kb: str | None, json: bool, quiet: bool) -> None:
    from kgfm.cli import steps
    from kgfm.recipe import read_recipe

    recipe = read_recipe(path)
    session = Session(kb or recipe.kb, json, quiet)
    with session.engine() as engine:
        steps.run(recipe, engine, session)


COMMANDS: Final[dict[str, Callable[..., Any]]] = {"demo": demo, "run": run, "models": models}
