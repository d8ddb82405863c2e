"""Fused message passing against gather and scatter in PyTorch, measured side by side in one run.

    python pipelines/benchmarks/kernels.py
    python pipelines/benchmarks/kernels.py --threads 1 --how sum+max

Random graph of FB15k-237's size with inverse edges; the best of a few rounds, which alternate so that
what else the machine does hits both alike.
"""

import argparse
import time
from collections.abc import Callable

import numpy as np
import torch
from record import record
from torch import Tensor

from kgfm.nn.kernels import EdgeLayout, relational_aggregate

NODES, RELATIONS, EDGES, COLUMNS = 14_541, 474, 544_230, 512


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--how", choices=("sum", "mean", "max", "sum+max"), default="sum")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    states, kinds, layout = _graph()
    ways = {name: _way(states, kinds, layout, arguments.how, name == "fused") for name in ("fused", "plain")}
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    results: dict[str, tuple[Tensor, ...]] = {name: way() for name, way in ways.items()}  # compiles, too
    for _ in range(arguments.rounds):
        for name, way in ways.items():
            seconds[name].append(_timed(way, states, kinds))
    best = {name: np.array(times).min(axis=0) for name, times in seconds.items()}
    error = max(
        float((one - two).abs().max() / two.abs().max())
        for one, two in zip(results["fused"], results["plain"], strict=True)
    )
    figures = {
        "how": arguments.how,
        "threads": arguments.threads,
        "nodes": NODES,
        "edges": EDGES,
        "columns": COLUMNS,
        **{f"{name}_forward_seconds": round(float(times[0]), 4) for name, times in best.items()},
        **{f"{name}_both_seconds": round(float(times.sum()), 4) for name, times in best.items()},
        "forward_times_faster": round(float(best["plain"][0] / best["fused"][0]), 1),
        "both_times_faster": round(float(best["plain"].sum() / best["fused"].sum()), 1),
        "greatest_relative_difference": error,
    }
    record("kernels", figures, seed=0)


def _graph() -> tuple[Tensor, Tensor, EdgeLayout]:
    draw = np.random.default_rng(0)
    layout = EdgeLayout.of(
        draw.integers(NODES, size=EDGES),
        draw.integers(RELATIONS, size=EDGES),
        draw.integers(NODES, size=EDGES),
        source_count=NODES,
        relation_count=RELATIONS,
        target_count=NODES,
    )
    generator = torch.Generator().manual_seed(0)
    states, kinds = (torch.randn(rows, COLUMNS, generator=generator) for rows in (NODES, RELATIONS))
    return states.requires_grad_(), kinds.requires_grad_(), layout


def _way(
    states: Tensor, kinds: Tensor, layout: EdgeLayout, how: str, fused: bool
) -> Callable[[], tuple[Tensor, ...]]:
    return lambda: relational_aggregate(states, kinds, layout, how, fused=fused)


def _timed(way: Callable[[], tuple[Tensor, ...]], states: Tensor, kinds: Tensor) -> tuple[float, float]:
    start = time.perf_counter()
    parts = way()
    middle = time.perf_counter()
    torch.autograd.grad(parts, [states, kinds], [torch.ones_like(part) for part in parts])
    return middle - start, time.perf_counter() - middle


if __name__ == "__main__":
    main()
