"""Verbs that look after a knowledge base which something happened to."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from kgfm.cli.session import Json, Quiet, Session


def repair(
    damaged: Annotated[Path, typer.Argument(metavar="KB", help="The folder of the damaged one.")],
    to: Annotated[Path, typer.Option(metavar="NEW", help="The folder to be made.")],
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Save what can be read of a damaged knowledge base into a new one; exit 1 if anything was lost.

    Example: kgfm repair my-kb --to my-new-kb
    """
    from kgfm.cli import render
    from kgfm.engine import Engine

    session = Session(str(to), json, quiet)
    report = Engine.repair(damaged, to)
    session.show(report, lambda console: render.repair(console, report))
    if report.lost or report.nameless or report.lost_triples:
        raise typer.Exit(1)


COMMANDS: Final[dict[str, Callable[..., Any]]] = {"repair": repair}
