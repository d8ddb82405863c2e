"""How each step of a recipe is run and shown: one engine call, one rendering."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import typer
from rich.console import Console

from kgfm.cli import render
from kgfm.cli.session import Session, console
from kgfm.recipe import (
    AskStep,
    BuildStep,
    ExplainStep,
    ExportStep,
    ImportStep,
    PredictStep,
    QueryStep,
    Recipe,
    SearchStep,
    StatsStep,
    Step,
    ValidateStep,
    packaged,
)

if TYPE_CHECKING:
    from kgfm.engine import Engine

Render = Callable[[Console], None]
Shown = tuple[Any, Render]


def run(recipe: Recipe, engine: "Engine", session: Session) -> None:
    """Run the steps in order; with --json their results come as one document at the end.

    Exits 1 if a build had failures or a validation violations, after the remaining steps.
    """
    results = []
    failed = False
    for step in recipe.steps:
        with session.progress() as progress:
            result, show = _RUNNERS[type(step)](engine, step, progress)
        failed |= bool(getattr(result, "failed", ())) or not getattr(result, "conforms", True)
        results.append({"verb": type(step).__name__.removesuffix("Step").lower(), "result": result})
        if not session.json:
            render.lines(console(), [f"\n$ {command_line(step)}"])
            show(console())
    if session.json:
        session.show({"recipe": recipe.name, "steps": results}, lambda _: None)
    if failed:
        raise typer.Exit(1)


def command_line(step: Step) -> str:
    """Write a step as the command that does the same."""
    verb = type(step).__name__.removesuffix("Step").lower()
    words: list[str] = []
    for key, value in asdict(step).items():
        if key in ("top", "schema", "workers", "prune"):
            continue
        words += value if isinstance(value, list | tuple) else [value]
    return " ".join(["kgfm", verb, *(f'"{word}"' if " " in word or word == "?" else word for word in words)])


def _build(engine: "Engine", step: BuildStep, progress: Any) -> Shown:
    sources = [packaged(source) for source in step.sources]
    report = engine.build(
        sources, schema=step.schema, workers=step.workers, prune=step.prune, progress=progress
    )
    return report, partial(render.build_report, report=report)


def _import(engine: "Engine", step: ImportStep, progress: Any) -> Shown:
    counts = {name: engine.import_file(packaged(name), progress=progress) for name in step.files}
    return counts, partial(
        render.lines, texts=[f"{name}: {count:,} triples" for name, count in counts.items()]
    )


def _export(engine: "Engine", step: ExportStep, _: Any) -> Shown:
    count = engine.export(step.file)
    return count, partial(render.lines, texts=[f"{step.file}: {count:,} triples"])


def _stats(engine: "Engine", _: StatsStep, __: Any) -> Shown:
    found = engine.stats()
    return found, partial(render.counters, found=found)


def _validate(engine: "Engine", _: ValidateStep, progress: Any) -> Shown:
    report = engine.validate(progress=progress)
    return report, partial(render.validation, report=report)


def _query(engine: "Engine", step: QueryStep, _: Any) -> Shown:
    result = engine.query(step.sparql)
    return render.query_json(result), partial(render.query_result, result=result)


def _predict(engine: "Engine", step: PredictStep, progress: Any) -> Shown:
    found = engine.predict(step.head, step.relation, step.tail, k=step.top, progress=progress)
    return found, partial(render.predictions, found=found)


def _explain(engine: "Engine", step: ExplainStep, _: Any) -> Shown:
    found = engine.explain(step.head, step.relation, step.tail, k=step.top)
    return found, partial(render.explanation, found=found, label=engine.label)


def _ask(engine: "Engine", step: AskStep, progress: Any) -> Shown:
    found = engine.ask(step.question, top=step.top, progress=progress)
    return found, partial(render.answer, found=found, label=engine.label)


def _search(engine: "Engine", step: SearchStep, progress: Any) -> Shown:
    found = engine.search(step.text, k=step.top, progress=progress)
    return found, partial(render.search_results, found=found)


_RUNNERS: Final[Mapping[type[Any], Callable[..., Shown]]] = {
    BuildStep: _build,
    ImportStep: _import,
    ExportStep: _export,
    StatsStep: _stats,
    ValidateStep: _validate,
    QueryStep: _query,
    PredictStep: _predict,
    ExplainStep: _explain,
    AskStep: _ask,
    SearchStep: _search,
}
