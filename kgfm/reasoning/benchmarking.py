"""Link prediction measured on folders of published parts: one row a graph, and the mean over several."""

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from kgfm.data.fingerprint import fingerprint
from kgfm.data.folders import SplitGraph, line_count, read_split
from kgfm.errors import TrainingError
from kgfm.nn.config import FoundationConfig
from kgfm.reasoning.examination import Examination
from kgfm.reasoning.learning import MODELS, default_place
from kgfm.reasoning.link_prediction import LinkPredictor
from kgfm.reasoning.trained import TrainedPredictor
from kgfm.reasoning.zero_shot import FOUNDATION, ZeroShotPredictor
from kgfm.training.memory import plan_ranking, refuse_too_many_edges
from kgfm.training.rank_journal import RankJournal
from kgfm.training.ranking import RankingReport

Progress = Callable[[str, float, float | None], None]  # what is being done, how much, of how much


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphFigures:
    """How one graph's test was answered: filtered ranking among all entities, both directions."""

    graph: str
    protocol: str  # as `data.folders.SplitGraph` says
    entities: int
    relations: int
    edges: int
    tests: int  # edges asked for, each once a direction unless sampled
    leaked: int  # of these, stated in the graph already
    unseen: int  # entities of the graph that a trained model has no vector for
    report: RankingReport
    interval: tuple[float, float] | None  # of mrr_pessimistic, 95 %, where queries were sampled
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Figures graph by graph, and their plain mean over graphs."""

    model: str
    graphs: tuple[GraphFigures, ...]
    mean: dict[str, float]


def evaluate_folders(
    folders: Sequence[Path],
    predictor: LinkPredictor,
    model: str,
    journals: Path,
    *,
    limit: int | None = None,
    seed: int = 0,
    memory: int | None = None,
    progress: Progress = lambda *_: None,
) -> Evaluation:
    """Evaluate in each folder (`data.folders` says what is asked there); a run that was cut off goes on.

    `limit` draws so many queries a graph by the seed. Ranks found so far lie in `journals` until all
    graphs are complete. Raises FormatError, TrainingError where a test set is empty, MemoryLimitError.
    """
    for folder in folders:
        refuse_too_many_edges(line_count(folder), memory)
    weights = _weights_hash(predictor)
    rows, kept = [], []
    for folder in folders:
        progress(folder.name, 0, None)
        split = read_split(folder)
        asked = Examination.of(split.train, split.test, split.filters, limit=limit, seed=seed)
        kept.append(_journal(journals, weights, split, asked))
        rows.append(_measure(split, asked, predictor, kept[-1], memory, progress))
    for journal in kept:
        journal.remove()
    return Evaluation(model=model, graphs=tuple(rows), mean=_mean([row.report for row in rows]))


def named_predictor(model: str, folders: Sequence[Path]) -> LinkPredictor:
    """Return the shipped model, one trained by name on the one folder, or the checkpoint in a folder.

    Raises TrainingError where there is no such model.
    """
    if model == FOUNDATION:
        return LinkPredictor.pretrained()
    place = default_place(folders[0], model) if model in MODELS else Path(model)
    if not (place / "model.json").exists():
        remedy = f"`kgfm train link-prediction {folders[0].name} --model {model}`" if model in MODELS else ""
        raise TrainingError(
            f"There is no trained model in {place}; "
            + (f"train one with {remedy}." if remedy else f"give its folder, or one of {', '.join(MODELS)}.")
        )
    return LinkPredictor.from_checkpoint(place)


def _measure(
    split: SplitGraph,
    asked: Examination,
    predictor: LinkPredictor,
    journal: RankJournal,
    memory: int | None,
    progress: Progress,
) -> GraphFigures:
    graph, total = asked.graph, asked.queries.shape[1]
    # A baseline needs less than the graph model does.
    shape = predictor.model.config if isinstance(predictor, ZeroShotPredictor) else FoundationConfig()
    plan = plan_ranking(graph.entity_count, graph.relation_count, len(graph), shape, memory)
    predictor.plan = plan
    start = time.perf_counter()
    ranks = predictor.rank(
        asked,
        journal=journal,
        most_queries=plan.queries,
        done=lambda done: progress(split.name, done, total),
    )
    seconds = time.perf_counter() - start
    return GraphFigures(
        graph=split.name,
        protocol=split.protocol,
        entities=graph.entity_count,
        relations=graph.relation_count,
        edges=len(graph),
        tests=len(split.test),
        leaked=asked.leaked,
        unseen=len(set(graph.entity_labels) - set(predictor.terms[0]))
        if isinstance(predictor, TrainedPredictor)
        else 0,
        report=ranks.report(),
        interval=ranks.interval() if total < 2 * len(split.test) else None,
        seconds=seconds,
    )


def _journal(folder: Path, weights: str, split: SplitGraph, asked: Examination) -> RankJournal:
    """Return the journal of exactly these queries over these sets by these weights."""
    data = fingerprint(split.train, split.test, *split.filters)
    key = hashlib.sha256(f"{weights} {data}".encode() + asked.queries.tobytes()).hexdigest()
    return RankJournal(folder / f"{key[:16]}.ranks", key)


def _weights_hash(predictor: LinkPredictor) -> str:
    digest = hashlib.sha256()
    for name, value in predictor.model.state_dict().items():
        digest.update(name.encode() + value.numpy().tobytes())
    return digest.hexdigest()


def _mean(reports: Sequence[RankingReport]) -> dict[str, float]:
    figures: dict[str, float] = {}
    for suffix, hits in (("", "hits"), ("_pessimistic", "hits_pessimistic")):
        figures[f"mrr{suffix}"] = mean(getattr(report, f"mrr{suffix}") for report in reports)
        for k in (1, 3, 10):
            figures[f"hits@{k}{suffix}"] = mean(getattr(report, hits)[k] for report in reports)
    return figures
