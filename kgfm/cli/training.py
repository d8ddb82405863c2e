"""Verbs with a task below them: train and evaluate."""

from pathlib import Path
from typing import Annotated, Final

import typer

from kgfm.cli.session import Json, Kb, Quiet, Session

train: Final = typer.Typer(
    help="Train a model: progress, checkpoints, a run that was cut off goes on.", no_args_is_help=True
)
evaluate: Final = typer.Typer(help="Measure a model on data with known answers.", no_args_is_help=True)

Memory = Annotated[str | None, typer.Option(help="At most so much memory, like 2G: a plan, or a refusal.")]
Seed = Annotated[int, typer.Option(min=0, help="Of every random choice.")]


@train.command("link-prediction")
def train_link_prediction(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="FOLDER", help="With train, valid and test parts; the KB without it."),
    ] = None,
    model: Annotated[
        str, typer.Option(help="foundation, distmult, complex, rotate, r-gcn or compgcn.")
    ] = "foundation",
    minutes: Annotated[float, typer.Option(min=0.01, help="For training and validation together.")] = 5.0,
    out: Annotated[Path | None, typer.Option(help="The folder for the weights.")] = None,
    seed: Seed = 0,
    memory: Memory = None,
    log_dir: Annotated[
        Path | None, typer.Option(help="Write curves for TensorBoard and Weights & Biases here.")
    ] = None,
    kb: Kb = "kb",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Fine-tune the pretrained graph model, or train a baseline, on a knowledge base or a folder.

    Fine-tuned weights are kept only where they rank held-out edges better than the pretrained ones;
    `kgfm predict` on the same knowledge base uses them from then on.

    Example: kgfm train link-prediction --kb my-kb --minutes 10
    """
    from kgfm.cli import render

    session = Session(kb, json, quiet)
    with session.engine() as engine, session.progress() as progress:
        report = engine.train_link_prediction(
            folder, model=model, minutes=minutes, out=out, seed=seed, memory=memory, log_dir=log_dir,
            progress=progress,
        )  # fmt: skip
    session.show(report, lambda console: render.learning(console, report))


@evaluate.command("link-prediction")
def evaluate_link_prediction(
    folders: Annotated[
        list[Path],
        typer.Argument(metavar="FOLDER…", help="With train and test parts; X stands for its sibling X_ind."),
    ],
    model: Annotated[
        str, typer.Option(metavar="NAME|CHECKPOINT", help="A model's name, or the folder of its weights.")
    ] = "foundation",
    limit: Annotated[int | None, typer.Option(min=1, help="Ask only so many queries a graph.")] = None,
    seed: Seed = 0,
    memory: Memory = None,
    out: Annotated[Path | None, typer.Option(help="Where unfinished ranks are kept.")] = None,
    kb: Kb = "kb",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Rank missing triples: filtered, both directions, all entities, with both rules for ties.

    Example: kgfm evaluate link-prediction data/umls data/nations
    """
    from kgfm.cli import render

    session = Session(kb, json, quiet)
    with session.engine() as engine, session.progress() as progress:
        found = engine.evaluate_link_prediction(
            folders, model=model, limit=limit, seed=seed, memory=memory, out=out, progress=progress
        )
    for row in found.graphs:
        if row.leaked:
            session.warn(
                f"{row.graph}: {row.leaked:,} of {row.tests:,} test triples stand in the graph already"
            )
        if row.unseen:
            session.warn(
                f"{row.graph}: {model} never saw {row.unseen:,} of {row.entities:,} entities: a guess"
            )
    session.show(found, lambda console: render.evaluation(console, found))
