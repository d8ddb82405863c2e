"""How long one query takes, how long each of many, and how long the first on a file that was just imported.

    python pipelines/benchmarks/latency.py nell_v1_ind fb237_v2_ind WN18RR_v3_ind FB15k-237
    python pipelines/benchmarks/latency.py --turtle

On a graph, a query is warm (its relation was asked before), cold, or one of a batch: the graph's tests are
ranked, or some of them. Threads: as PyTorch has them (OMP_NUM_THREADS). With `--turtle`, 10,000 triples are
imported, and `kgfm predict` is timed as a process, from start to end, beside a bare `import torch`: by the
clock and in processor time.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from record import record

from kgfm.data import TripleSet
from kgfm.data.published import FOLDERS, read_graph
from kgfm.reasoning.examination import Examination
from kgfm.reasoning.zero_shot import ZeroShotPredictor
from kgfm.training.scoring import FoundationScorer

# ULTRA's own inference on two cores, batches of 16, on graphs of about so many entities.
ULTRA: Final = {"nell_v1_ind": 1.2, "fb237_v2_ind": 14.0, "WN18RR_v3_ind": 42.0}
TRIPLES: Final = 10_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("graphs", nargs="*", metavar="GRAPH", help=", ".join(FOLDERS))
    parser.add_argument("--queries", type=int, default=100, help="asked one at a time")
    parser.add_argument("--batched", type=int, default=2000, help="at most so many are ranked together")
    parser.add_argument("--turtle", action="store_true")
    arguments = parser.parse_args()
    predictor = ZeroShotPredictor.pretrained()
    for name in arguments.graphs:
        record("latency", _on_graph(predictor, name, arguments.queries, arguments.batched), seed=0)
    if arguments.turtle:
        with tempfile.TemporaryDirectory(prefix="kgfm-bench-") as folder:
            record("latency", _on_turtle(Path(folder)), seed=0)


def _on_graph(predictor: ZeroShotPredictor, name: str, queries: int, batched: int) -> dict[str, Any]:
    graph = read_graph(name, "train")
    start = time.perf_counter()
    scorer = FoundationScorer(predictor.model, graph)
    built = time.perf_counter() - start
    scorer(np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64))  # compiles, or loads what was
    warm, cold = _milliseconds(scorer, graph, queries)
    each = _milliseconds_of_each(predictor, name, graph, batched)
    return {
        "graph": name,
        "entities": graph.entity_count,
        "edges": len(graph),
        "threads": torch.get_num_threads(),
        "milliseconds_to_build": round(1000 * built, 1),
        **{f"warm_p{q}_milliseconds": round(float(np.percentile(warm, q)), 2) for q in (50, 95)},
        **{f"cold_p{q}_milliseconds": round(float(np.percentile(cold, q)), 2) for q in (50, 95)},
        "batched_milliseconds_a_query": round(each, 2),
        **({"times_as_fast_as_ultra": round(ULTRA[name] / each, 1)} if name in ULTRA else {}),
        "peak_memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


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


def _milliseconds_of_each(predictor: ZeroShotPredictor, name: str, graph: TripleSet, limit: int) -> float:
    parts = ("valid", "test") if name.endswith("_ind") else ("test",)
    asked = Examination.of(graph, read_graph(name, *parts), limit=limit)
    start = time.perf_counter()
    predictor.rank(asked)
    return 1000 * (time.perf_counter() - start) / asked.queries.shape[1]


def _on_turtle(folder: Path) -> dict[str, Any]:
    file, kb = folder / "graph.ttl", str(folder / "kb")
    _write_turtle(file)
    imported, _ = _seconds("-m", "kgfm", "import", str(file), "--kb", kb)
    ask = ("-m", "kgfm", "predict", "urn:x:e5", "urn:x:r5", "?", "--kb", kb)
    _seconds(*ask)  # compiles, or loads what was
    # By turns, so that other work on the machine slows both alike.
    turns = [(_seconds("-c", "import torch"), _seconds(*ask)) for _ in range(7)]
    (torch_alone, torch_busy), (answer, busy) = np.median(np.array(turns), axis=0).tolist()
    return {
        "file": f"Turtle, {TRIPLES:,} triples",
        "threads": torch.get_num_threads(),
        "seconds_to_import": round(imported, 2),
        "seconds_to_answer": round(answer, 2),
        "seconds_of_import_torch": round(torch_alone, 2),
        "times_import_torch": round(answer / torch_alone, 2),
        "seconds_beyond_1.5_import_torch": round(answer - 1.5 * torch_alone, 2),
        # What other work on the machine does not lengthen.
        "processor_seconds_to_answer": round(busy, 2),
        "processor_seconds_of_import_torch": round(torch_busy, 2),
        "processor_seconds_beyond_1.5_import_torch": round(busy - 1.5 * torch_busy, 2),
    }


def _write_turtle(file: Path) -> None:
    """Write triples of 1,000 entities by 20 relations, some entities far more often met than others."""
    rng = np.random.default_rng(0)
    seen: set[tuple[int, int, int]] = set()
    while len(seen) < TRIPLES:
        head, tail = (int(1000 * rng.random() ** 2) for _ in range(2))
        seen.add((head, int(rng.integers(20)), tail))
    lines = [f"x:e{head} x:r{relation} x:e{tail} ." for head, relation, tail in sorted(seen)]
    file.write_text("\n".join(["@prefix x: <urn:x:> .", *lines, ""]), encoding="utf-8")


def _seconds(*arguments: str) -> tuple[float, float]:
    """Run Python with these arguments; return the seconds by the clock and those of the processor."""
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - start, busy


if __name__ == "__main__":
    main()
