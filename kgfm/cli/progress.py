"""The progress bar: what is done, how fast, how long still."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        if not task.speed or task.total is None:
            return Text("")
        unit, scale = ("k", 1e3) if task.speed < 1e6 else ("M", 1e6)
        rate = f"{task.speed / scale:.1f} {unit}/s" if task.speed >= 1e3 else f"{task.speed:.0f}/s"
        return Text(rate, style="dim")


@contextmanager
def bar() -> Iterator[Callable[[str, float, float | None], None]]:
    """Yield a callback `(stage, done, total)`; each stage gets a bar of its own."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        _Rate(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        tasks: dict[str, int] = {}

        def update(stage: str, done: float, total: float | None) -> None:
            if stage not in tasks:
                tasks[stage] = progress.add_task(stage, total=total)
            progress.update(tasks[stage], completed=done, total=total)  # type: ignore[arg-type]

        yield update
