"""What every verb has in common: its options, the engine it opens, and where its words go."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from kgfm.engine import Engine

Kb = Annotated[
    str,
    typer.Option(
        "--kb",
        envvar="KGFM_KB",
        help="The knowledge base: a folder, neo4j://…, bolt://… or sparql+http(s)://…",
        show_default=True,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Network = Annotated[
    bool, typer.Option("--allow-network", help="Let it fetch what it names from the network.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no hints.")]


@dataclass(frozen=True, slots=True)
class Session:
    """One command's options, and its two outlets: results on standard output, all else on error."""

    kb: str
    json: bool
    quiet: bool

    @contextmanager
    def engine(self) -> Iterator["Engine"]:
        """Open the knowledge base; it is closed whatever happens."""
        from kgfm.engine import Engine

        with Engine.open(self.kb) as engine:
            yield engine

    def show(self, result: Any, render: Callable[["Console"], None], value: Any = None) -> None:
        """Print `result`: as JSON (of `value`, where the bare result says too little), or rendered."""
        if self.json:
            from kgfm.cli.jsonable import jsonable

            json.dump(jsonable(result if value is None else value), sys.stdout, ensure_ascii=False, indent=2)
            print()
        else:
            render(console())

    def hint(self, text: str) -> None:
        """Say something helpful, aside."""
        if not self.quiet:
            print(text, file=sys.stderr)

    def warn(self, text: str) -> None:
        """Say what makes a result doubtful, even where hints are not wanted."""
        print(f"kgfm: warning: {text}", file=sys.stderr)

    @contextmanager
    def progress(self) -> Iterator[Callable[[str, float, float | None], None]]:
        """Show a bar with rate and remaining time on standard error, where a person watches."""
        if self.quiet or not sys.stderr.isatty():
            yield lambda *_: None
            return
        from kgfm.cli.progress import bar

        with bar() as update:
            yield update


def console() -> "Console":
    """Return the console for results; tables take the terminal's width, or 110 columns in a pipe."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else 110
    return Console(file=sys.stdout, width=width, highlight=False, markup=False, emoji=False)
