"""Peak memory of ranking on a synthetic graph, beside what `kgfm.training.memory` foretells.

    python pipelines/benchmarks/memory.py 300000

The graph has a tenth as many entities as edges and 50 relations; it is read from a file, as a user's is.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
import psutil
from record import record

from kgfm.data.folders import read_split
from kgfm.reasoning.examination import Examination
from kgfm.reasoning.zero_shot import ZeroShotPredictor
from kgfm.training.memory import graph_bytes, plan_ranking


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("edges", type=int)
    parser.add_argument("--queries", type=int, default=4)
    parser.add_argument("--record", action="store_true", help="keep the figures among the results")
    arguments = parser.parse_args()
    entities = arguments.edges // 10
    with tempfile.TemporaryDirectory() as folder:
        written(Path(folder), arguments.edges, entities)
        split = read_split(Path(folder))
    predictor = ZeroShotPredictor.pretrained()
    asked = Examination.of(split.train, split.test, limit=arguments.queries)
    graph = asked.graph
    predictor.plan = plan_ranking(
        graph.entity_count, graph.relation_count, len(graph), predictor.model.config, 64 * 10**9
    )
    predictor.rank(asked, most_queries=predictor.plan.queries)
    figures = {
        "edges": len(graph),
        "entities": graph.entity_count,
        "peak_bytes": peak(),
        "graph_bytes_foretold": graph_bytes(graph.entity_count, len(graph)),
        "bytes_foretold": predictor.plan.needed,
    }
    print(figures)
    if arguments.record:
        record("memory", figures, seed=0)


def written(folder: Path, edges: int, entities: int) -> None:
    rng = np.random.default_rng(0)
    # A few entities have many edges, most have few, as in graphs that people make.
    heads, tails = (
        (entities * rng.random(edges) ** 2).astype(int),
        (entities * rng.random(edges) ** 2).astype(int),
    )
    relations = rng.integers(50, size=edges)
    rows = [f"entity{h}\trelation{r}\tentity{t}\n" for h, r, t in zip(heads, relations, tails, strict=True)]
    (folder / "train.txt").write_text("".join(rows), encoding="utf-8")
    (folder / "test.txt").write_text("".join(rows[:10]), encoding="utf-8")


def peak() -> int:
    """Return the most bytes that this process ever held in memory."""
    try:
        import resource
    except ImportError:  # Windows
        return int(psutil.Process().memory_info().peak_wset)
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main()
