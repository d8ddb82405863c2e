"""Zero-shot and fine-tuned figures beside baselines trained here, on graphs with a test of their own.

    python pipelines/benchmarks/transductive.py nations umls --minutes 2 --seeds 3
    python pipelines/benchmarks/transductive.py FB15k-237 WN18RR --methods zero-shot foundation --minutes 20

Each method gets the same time on train.txt, chooses by valid.txt, and ranks test.txt among all entities,
both directions, filtered by all three; with `--limit 2000`, so many queries drawn by the seed, and the
confidence interval of their MRR. What was cut off, in training or in ranking, goes on from `--folder`.
"""

import argparse
import json
from pathlib import Path
from typing import Any, Final

from record import data_hash, record

from kgfm.data.published import FOLDERS, data_folder
from kgfm.errors import FormatError
from kgfm.pretrained import FOLDER
from kgfm.reasoning.benchmarking import GraphFigures, evaluate_folders
from kgfm.reasoning.learning import MODELS, folder_data, learn
from kgfm.reasoning.link_prediction import LinkPredictor
from kgfm.reasoning.zero_shot import FOUNDATION, NAME

GRAPHS: Final = (
    *("umls", "kinships", "nations", "countries-S1", "countries-S2", "countries-S3", "family", "codex-s"),
    *("FB15k-237", "WN18RR"),
)
ZERO_SHOT: Final = "zero-shot"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("graphs", nargs="+", choices=GRAPHS)
    parser.add_argument("--methods", nargs="+", choices=(ZERO_SHOT, *MODELS), default=(ZERO_SHOT, *MODELS))
    parser.add_argument("--minutes", type=float, default=5.0, help="of training, for each method and seed")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--limit", type=int, help="queries of the test, drawn by the seed")
    parser.add_argument("--folder", type=Path, default=Path("runs/transductive"))
    parser.add_argument("--dry", action="store_true", help="print the figures, keep none")
    arguments = parser.parse_args()
    for graph in arguments.graphs:
        for method in arguments.methods:
            # The shipped weights are the same whatever the seed.
            for seed in range(1 if method == ZERO_SHOT else arguments.seeds):
                measure(graph, method, seed, arguments)


def measure(graph: str, method: str, seed: int, arguments: argparse.Namespace) -> None:
    place = data_folder()
    if place is None:
        raise FormatError("Set KGFM_DATA to the folder with the published data sets.")
    data = place / FOLDERS[graph]
    told: dict[str, Any] = {}
    if method == ZERO_SHOT:
        predictor = LinkPredictor.pretrained()
    else:
        predictor, told = trained(data, graph, method, seed, arguments)
    name = "fine-tuned" if method == FOUNDATION else method
    ranks = arguments.folder / "ranks"
    (row,) = evaluate_folders([data], predictor, name, ranks, limit=arguments.limit, seed=seed).graphs
    figures = {"graph": graph, "method": name, **tested(row), **told}
    if arguments.dry:
        print(figures)
    else:
        record(
            "transductive", figures, seed=seed, data=sorted(file for file in data.iterdir() if file.is_file())
        )


def trained(
    data: Path, graph: str, method: str, seed: int, arguments: argparse.Namespace
) -> tuple[LinkPredictor, dict[str, Any]]:
    """Train, or read what was trained before from the same weights for as long; say how that went."""
    start = f"-from-{data_hash([FOLDER / f'{NAME}.safetensors'])[:8]}" if method == FOUNDATION else ""
    folder = arguments.folder / f"{graph}-{method}{start}-{arguments.minutes:g}-minutes-{seed}"
    note = folder / "training.json"
    if not note.exists():
        report = learn(
            *folder_data(data), method, folder, name=graph, seconds=60 * arguments.minutes, seed=seed,
        )  # fmt: skip
        told = {
            "minutes": arguments.minutes,
            "training_seconds": round(report.seconds, 1),
            "steps": report.steps,
            "kept": report.kept,
            "validation_mrr": round(report.mrr, 4),
        }
        note.write_text(json.dumps(told), encoding="utf-8")
    return LinkPredictor.from_checkpoint(folder), json.loads(note.read_text(encoding="utf-8"))


def tested(row: GraphFigures) -> dict[str, Any]:
    report = row.report
    return {
        "mrr_pessimistic": round(report.mrr_pessimistic, 4),
        **{f"hits@{k}_pessimistic": round(value, 4) for k, value in report.hits_pessimistic.items()},
        "mrr": round(report.mrr, 4),
        "hits@10": round(report.hits[10], 4),
        "queries": report.queries,
        "interval": row.interval and [round(end, 4) for end in row.interval],
        "test_triples_in_the_graph": row.leaked,
        "seconds": round(row.seconds, 1),
    }


if __name__ == "__main__":
    main()
