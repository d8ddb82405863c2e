"""Fused relational message passing: neighbours' states, transformed by the edge's relation, aggregated.

`relational_aggregate` never builds a message an edge: forward walks each target's incoming edges,
backward walks the same edges sorted by source (for states) and by relation (for relations), so each
number is written by one thread, in one order, with no atomics, no locks, and equal results whatever
the number of threads.

Where it runs: loops compiled by numba for tensors on the CPU; plain PyTorch for other devices, for
other types than float32 and float64, and where numba is missing. Threads: not numba's own, since its
"workqueue" aborts on concurrent calls and its OpenMP dies in forked children. Each call cuts its rows
into as many slices as `torch.get_num_threads()` and runs them, without the interpreter's lock, in a
pool of Python threads that a forked child makes anew.
"""

from kgfm.nn.kernels.aggregation import FUSED, aggregate_rows, reached_from, relational_aggregate
from kgfm.nn.kernels.layout import EdgeLayout

__all__ = ["FUSED", "EdgeLayout", "aggregate_rows", "reached_from", "relational_aggregate"]
