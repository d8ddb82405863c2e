"""Zero-shot link prediction over the 12 GraIL graphs, under the literature's protocol.

    python pipelines/benchmarks/zero_shot.py                       # the shipped weights
    python pipelines/benchmarks/zero_shot.py --model FOLDER --seed 1   # another run's
    python pipelines/benchmarks/zero_shot.py --one-end             # without asking tails for their heads

Test is X_ind/valid.txt and X_ind/test.txt together, ranked among all entities in the graph of
X_ind/train.txt, both directions, filtered by all three, ties against the answer.
"""

import argparse
import os
import time
from collections.abc import Iterable
from pathlib import Path
from statistics import mean
from typing import Final

from record import record

from kgfm.data.published import read_graph, read_names
from kgfm.reasoning.examination import Examination
from kgfm.reasoning.zero_shot import ZeroShotPredictor
from kgfm.training.ranking import rank_queries
from kgfm.training.scoring import FoundationScorer

FAMILIES: Final = ("fb237", "WN18RR", "nell")
PRETRAINED_ON: Final = (
    *(f"{family}_v{version}" for family in ("fb237", "WN18RR") for version in (1, 2, 3, 4)),
    "codex-s",
    "codex-m",
    "ilpc-small",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, help="folder of a checkpoint; the shipped weights without it")
    parser.add_argument("--seed", type=int, default=None, help="that the weights were trained with")
    parser.add_argument("--one-end", action="store_true", help="rank by the logits alone")
    arguments = parser.parse_args()
    predictor = (
        ZeroShotPredictor.from_checkpoint(arguments.model)
        if arguments.model
        else ZeroShotPredictor.pretrained()
    )
    seen = {
        triple
        for name in PRETRAINED_ON
        for head, relation, tail in read_names(name, "train")
        for triple in ((head, relation, tail), (tail, relation, head))
    }
    rows = {
        f"{family}_v{version}": _measure(
            predictor, f"{family}_v{version}_ind", seen, one_end=arguments.one_end
        )
        for family in FAMILIES
        for version in (1, 2, 3, 4)
    }
    figures = {
        "model": str(arguments.model or "shipped"),
        "ranked_by": "one end" if arguments.one_end else "both ends",
        **_means(rows.values(), ""),
        **_means((row for name, row in rows.items() if name.startswith("nell")), "nell_"),
        "graphs": rows,
    }
    folder = Path(os.environ["KGFM_DATA"]) / "kg" / "grail"
    files = sorted(path for path in folder.glob("*_ind/*") if path.is_file())
    record("zero_shot", figures, seed=arguments.seed, data=files)


def _measure(
    predictor: ZeroShotPredictor, name: str, seen: set[tuple[str, str, str]], *, one_end: bool
) -> dict[str, float]:
    graph, test = read_graph(name, "train"), read_graph(name, "valid", "test")
    start = time.perf_counter()
    if one_end:
        asked = Examination.of(graph, test)
        scorer = FoundationScorer(predictor.model, asked.graph)
        report = rank_queries(scorer, asked.queries, asked.known).report()
    else:
        report = predictor.evaluate(graph, test)
    spent = time.perf_counter() - start
    stated = read_names(name, "train")
    return {
        "mrr_pessimistic": round(report.mrr_pessimistic, 4),
        "hits@10_pessimistic": round(report.hits_pessimistic[10], 4),
        "mrr": round(report.mrr, 4),
        "hits@10": round(report.hits[10], 4),
        "queries": report.queries,
        "milliseconds_a_query": round(1000 * spent / report.queries, 2),
        "inference_graph_seen_in_pretraining": round(mean(triple in seen for triple in stated), 3),
    }


def _means(rows: Iterable[dict[str, float]], prefix: str) -> dict[str, float]:
    rows = list(rows)
    keys = ("mrr_pessimistic", "hits@10_pessimistic", "mrr", "hits@10")
    return {f"{prefix}{key}": round(mean(row[key] for row in rows), 4) for key in keys}


if __name__ == "__main__":
    main()
