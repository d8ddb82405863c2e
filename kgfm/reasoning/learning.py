"""Training link prediction on a graph, by the name of the model."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from kgfm.data import TripleSet
from kgfm.data.folders import line_count, part_names, read_part
from kgfm.data.splits import held_out
from kgfm.errors import ConfigError
from kgfm.nn.config import BASELINES
from kgfm.reasoning.trained import TrainedPredictor
from kgfm.reasoning.zero_shot import FOUNDATION, Tuning, ZeroShotPredictor
from kgfm.training.config import FineTuningConfig, TrainingConfig
from kgfm.training.fine_tuning import fine_tune
from kgfm.training.loop import Progress
from kgfm.training.memory import plan_fine_tuning, refuse_too_many_edges
from kgfm.training.tracking import Track, untracked

MODELS: Final = (FOUNDATION, *BASELINES)

_RUN: Final = "run.safetensors"  # in a model's folder: a run that was cut off


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningReport:
    """What came of training; figures are those of the edges held out, filtered, both directions."""

    model: str
    folder: Path  # of the weights
    kept: Literal["trained", "pretrained"]  # which weights did best
    edges: int  # trained on
    held_out: int
    mrr: float
    hits_at_10: float
    zero_shot_mrr: float | None  # of the pretrained weights on the same edges; None for baselines
    steps: int  # of fine-tuning; epochs of a baseline
    seconds: float


def learn(
    graph: TripleSet,
    valid: TripleSet | None,
    model: str,
    folder: Path,
    *,
    name: str,
    seconds: float,
    seed: int = 0,
    memory: int | None = None,
    progress: Progress | None = None,
    track: Track = untracked,
) -> LearningReport:
    """Train the model of a name on a graph and save it in a folder; a run that was cut off goes on.

    `valid` chooses what is kept, or a part of the graph where it is None. `name` is the graph's, for the
    record. Raises ConfigError for a name that is none of MODELS, MemoryLimitError, and TrainingError where
    the graph is too small or training diverges at once.
    """
    if model == FOUNDATION:
        config = FineTuningConfig(seconds=seconds, seed=seed)
        return _fine_tune(graph, valid, folder, name, config, memory, progress, track)
    if model not in BASELINES:
        raise ConfigError(f"'{model}' is no model; choose one of {', '.join(MODELS)}.")
    settings = TrainingConfig(
        model=BASELINES[model], seconds=seconds, seed=seed, epochs=2000, patience=20, prior=False
    )
    predictor = TrainedPredictor.train(
        graph, settings, progress, valid=valid, state=folder / _RUN, track=track
    )
    predictor.save(folder)
    found = predictor.validation
    assert found is not None  # noqa: S101 - `train` always validates
    return LearningReport(
        model=model,
        folder=folder,
        kept="trained",
        edges=len(graph),
        held_out=found.edges,
        mrr=found.mrr,
        hits_at_10=found.hits_at_10,
        zero_shot_mrr=None,
        steps=found.epochs,
        seconds=found.seconds,
    )


def folder_data(folder: Path, memory: int | None = None) -> tuple[TripleSet, TripleSet | None]:
    """Read what to train on and, where there is a valid part, what to choose by.

    Raises FormatError, and MemoryLimitError before anything is read.
    """
    refuse_too_many_edges(line_count(folder), memory)
    return TripleSet.from_labels(part_names(folder, "train")), read_part(folder, "valid")


def default_place(folder: Path, model: str) -> Path:
    """Return where a model trained on a folder goes unless told otherwise: the current folder."""
    return Path(f"{folder.resolve().name.removesuffix('_ind')}-{model}")


def _fine_tune(
    graph: TripleSet,
    valid: TripleSet | None,
    folder: Path,
    name: str,
    config: FineTuningConfig,
    memory: int | None,
    progress: Progress | None,
    track: Track,
) -> LearningReport:
    train, valid = held_out(graph, valid, config.validation, config.seed)
    first = ZeroShotPredictor.pretrained()
    batch = plan_fine_tuning(train.entity_count, len(train), first.model.config, config.batch, memory)
    found = fine_tune(
        first.model,
        train,
        valid,
        replace(config, batch=batch),
        (lambda spent, whole, message: progress(int(spent), int(whole), message)) if progress else None,
        state=folder / _RUN,
        track=track,
    )
    tuning = Tuning(
        graph=name,
        zero_shot_mrr=found.zero_shot.mrr,
        mrr=found.validation.mrr,
        hits_at_10=found.validation.hits[10],
        edges=found.edges,
        steps=found.steps,
        seconds=found.seconds,
    )
    ZeroShotPredictor(found.model, first.calibration, tuning).save(folder)
    return LearningReport(
        model=FOUNDATION,
        folder=folder,
        kept="trained" if found.improved else "pretrained",
        edges=len(train),
        held_out=found.edges,
        mrr=found.validation.mrr,
        hits_at_10=found.validation.hits[10],
        zero_shot_mrr=found.zero_shot.mrr,
        steps=found.steps,
        seconds=found.seconds,
    )
