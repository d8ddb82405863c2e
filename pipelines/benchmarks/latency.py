"""How long one query takes: warm (its relation was asked before) and cold, on one graph after another.

    python pipelines/benchmarks/latency.py fb237_v2_ind WN18RR_v3_ind FB15k-237

Queries are edges of the graph, drawn by seed, each way. Threads: as PyTorch has them (OMP_NUM_THREADS).
"""

import argparse
import resource
import time

import numpy as np
import torch
from record import record

from kgfm.data import TripleSet
from kgfm.data.published import FOLDERS, read_graph
from kgfm.reasoning.zero_shot import ZeroShotPredictor
from kgfm.training.scoring import FoundationScorer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("graphs", nargs="+", choices=FOLDERS)
    parser.add_argument("--queries", type=int, default=100)
    arguments = parser.parse_args()
    model = ZeroShotPredictor.pretrained().model
    for name in arguments.graphs:
        graph = read_graph(name, "train")
        start = time.perf_counter()
        scorer = FoundationScorer(model, graph)
        built = time.perf_counter() - start
        scorer(np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64))  # compiles, or loads what was
        warm, cold = _milliseconds(scorer, graph, arguments.queries)
        figures = {
            "graph": name,
            "entities": graph.entity_count,
            "edges": len(graph),
            "threads": torch.get_num_threads(),
            "milliseconds_to_build": round(1000 * built, 1),
            **{f"warm_p{q}_milliseconds": round(float(np.percentile(warm, q)), 2) for q in (50, 95)},
            **{f"cold_p{q}_milliseconds": round(float(np.percentile(cold, q)), 2) for q in (50, 95)},
            "peak_memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }
        record("latency", figures, seed=0)


def _milliseconds(scorer: FoundationScorer, graph: TripleSet, count: int) -> tuple[list[float], list[float]]:
    draw = np.random.default_rng(0)
    edges = draw.integers(len(graph), size=count)
    back = draw.random(count) < 0.5
    heads = np.where(back, graph.tails[edges], graph.heads[edges])
    relations = graph.relations[edges] + back * graph.relation_count
    warm, cold = [], []
    for place in range(count):
        one = slice(place, place + 1)
        scorer.forget()
        cold.append(_timed(scorer, heads[one], relations[one]))
        # Another head, so that nothing but the relation is known.
        other = draw.integers(graph.entity_count, size=1)
        warm.append(_timed(scorer, other, relations[one]))
    return warm, cold


def _timed(scorer: FoundationScorer, heads: np.ndarray, relations: np.ndarray) -> float:
    start = time.perf_counter()
    scorer(heads, relations)
    return 1000 * (time.perf_counter() - start)


if __name__ == "__main__":
    main()
