"""How time and memory of the graph model grow with the graph: synthetic graphs of 10^4 to 10^7 edges.

    python pipelines/benchmarks/scaling.py          # needs kgfm[bench] for the plot, results/scaling.svg

A tenth as many entities as edges, 50 relations, a few entities with many edges. Each size runs in a process
of its own: layouts are built, one relation is prepared (cold), then queries of it are scored (warm).
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
from record import RESULTS, record

SIZES: Final = (10_000, 100_000, 1_000_000, 10_000_000)
RELATIONS: Final = 50
CURVES: Final = {
    "seconds_to_build": "build the layouts, s",
    "seconds_cold": "a relation's first query, s",
    "seconds_warm": "a further query, s",
    "gib": "memory of graph and queries, GiB",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edges", type=int, help=argparse.SUPPRESS)
    edges = parser.parse_args().edges
    if edges is not None:
        print(json.dumps(measured(edges)))
        return
    rows = [json.loads(_child(size)) for size in SIZES]
    growth = {
        key: [
            round(float(np.log(b[key] / a[key]) / np.log(b["edges"] / a["edges"])), 2)
            for a, b in pairwise(rows)
        ]
        for key in CURVES
    }
    record("scaling", {"sizes": rows, "exponents": growth}, seed=0)
    plot(rows, RESULTS / "scaling.svg")


def measured(edges: int) -> dict[str, Any]:
    """Return the figures of one size, in this process."""
    from kgfm.data import TripleSet
    from kgfm.reasoning.zero_shot import ZeroShotPredictor
    from kgfm.training.scoring import FoundationScorer

    model = ZeroShotPredictor.pretrained().model
    one = np.zeros(1, dtype=np.int64)
    FoundationScorer(model, _graph(1000))(one, one)  # loads what is compiled
    before = _peak()
    graph: TripleSet = _graph(edges)
    start = time.perf_counter()
    scorer = FoundationScorer(model, graph)
    built = time.perf_counter()
    scorer(one, one)
    cold = time.perf_counter()
    heads = np.random.default_rng(1).integers(graph.entity_count, size=5)
    for head in heads:
        scorer(np.array([head]), one)
    warm = time.perf_counter()
    return {
        "edges": len(graph),
        "entities": graph.entity_count,
        "seconds_to_build": round(built - start, 4),
        "seconds_cold": round(cold - built, 4),
        "seconds_warm": round((warm - cold) / len(heads), 4),
        "gib": round(_peak() - before, 4),
        "peak_gib": round(_peak(), 3),
    }


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def _graph(edges: int) -> Any:
    from kgfm.data import TripleSet

    rng = np.random.default_rng(0)
    entities = max(edges // 10, 10)
    heads, tails = ((entities * rng.random(edges) ** 2).astype(np.int64) for _ in range(2))
    relations = rng.integers(RELATIONS, size=edges)
    return TripleSet.from_numpy(heads, relations, tails)


def _child(edges: int) -> str:
    command = [sys.executable, __file__, "--edges", str(edges)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1]


def plot(rows: list[dict[str, Any]], place: Path) -> None:
    """Draw every curve over the number of edges, both axes logarithmic."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6.4, 4))
    sizes = [row["edges"] for row in rows]
    for key, label in CURVES.items():
        axes.loglog(sizes, [row[key] for row in rows], marker="o", label=label)
    axes.loglog(sizes, [sizes[0] ** -1 * size * 1e-3 for size in sizes], "k:", label="linear")
    axes.set_xlabel("edges")
    axes.grid(visible=True, which="major", alpha=0.3)
    axes.legend()
    figure.tight_layout()
    figure.savefig(place)


if __name__ == "__main__":
    main()
