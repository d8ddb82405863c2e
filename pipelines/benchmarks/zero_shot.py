"""Zero-shot link prediction over the 12 GraIL graphs, under the literature's protocol.

    python pipelines/benchmarks/zero_shot.py                       # the shipped weights
    python pipelines/benchmarks/zero_shot.py --model FOLDER --seed 1   # another run's

Test is X_ind/valid.txt and X_ind/test.txt together, ranked among all entities in the graph of
X_ind/train.txt, both directions, filtered by all three, ties against the answer.
"""

import argparse
import tempfile
from pathlib import Path
from statistics import mean
from typing import Any, Final

from record import record
from transductive import tested

from kgfm.data.published import FOLDERS, data_folder, read_names
from kgfm.errors import FormatError
from kgfm.reasoning.benchmarking import GraphFigures, evaluate_folders, named_predictor
from kgfm.reasoning.zero_shot import FOUNDATION

FAMILIES: Final = ("fb237", "WN18RR", "nell")
PRETRAINED_ON: Final = (
    *(f"{family}_v{version}" for family in ("fb237", "WN18RR") for version in (1, 2, 3, 4)),
    "codex-s",
    "codex-m",
    "ilpc-small",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", help="folder of a checkpoint; the shipped weights without it")
    parser.add_argument("--seed", type=int, default=None, help="that the weights were trained with")
    arguments = parser.parse_args()
    place = data_folder()
    if place is None:
        raise FormatError("Set KGFM_DATA to the folder with the published data sets.")
    folders = {
        family: [place / FOLDERS[f"{family}_v{version}_ind"] for version in (1, 2, 3, 4)]
        for family in FAMILIES
    }
    predictor = named_predictor(arguments.model or FOUNDATION, folders["nell"])
    with tempfile.TemporaryDirectory() as ranks:
        found = {
            family: evaluate_folders(graphs, predictor, family, Path(ranks))
            for family, graphs in folders.items()
        }
    seen = _pretraining_triples()
    means = {key: [one.mean[key] for one in found.values()] for key in found["nell"].mean}
    figures = {
        "model": arguments.model or "shipped",
        **{key: round(mean(values), 4) for key, values in means.items()},
        **{f"nell_{key}": round(value, 4) for key, value in found["nell"].mean.items()},
        "graphs": {
            row.graph.removesuffix("_ind"): _figures(row, seen)
            for one in found.values()
            for row in one.graphs
        },
    }
    files = sorted(path for graphs in folders.values() for graph in graphs for path in graph.iterdir())
    record("zero_shot", figures, seed=arguments.seed, data=files)


def _pretraining_triples() -> set[tuple[str, str, str]]:
    return {
        triple
        for name in PRETRAINED_ON
        for head, relation, tail in read_names(name, "train")
        for triple in ((head, relation, tail), (tail, relation, head))
    }


def _figures(row: GraphFigures, seen: set[tuple[str, str, str]]) -> dict[str, Any]:
    stated = read_names(row.graph, "train")
    return {
        **tested(row),
        "milliseconds_a_query": round(1000 * row.seconds / row.report.queries, 2),
        "inference_graph_seen_in_pretraining": round(mean(triple in seen for triple in stated), 3),
    }


if __name__ == "__main__":
    main()
