"""Slices of work over Python threads; the loops they run hold no interpreter lock."""

import itertools
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any, Final

import numpy as np
import torch
from jaxtyping import Int64

# Less work than this, in multiply-adds, is done sooner than it is handed over.
_LEAST_WORK: Final = 200_000

_lock = Lock()
_pool: ThreadPoolExecutor | None = None


def in_slices(bounds: list[int], loop: Callable[..., None], *arguments: Any) -> None:
    """Run `loop(first, last, *arguments)` for each pair of neighbouring bounds, all at once."""
    pairs = list(itertools.pairwise(bounds))
    if len(pairs) == 1:
        loop(*pairs[0], *arguments)
        return
    waiting = [_executor().submit(loop, *pair, *arguments) for pair in pairs[1:]]
    loop(*pairs[0], *arguments)
    for one in waiting:
        one.result()


def row_bounds(start: Int64[np.ndarray, " rows"], columns: int) -> list[int]:
    """Cut rows into slices of about equal work, one a thread, by where each row's edges start."""
    rows, edges = len(start) - 1, int(start[-1])
    slices = _slices((edges + rows) * columns, rows)
    if slices == 1:
        return [0, rows]
    # A row costs its edges and itself.
    cost = start + np.arange(rows + 1)
    cuts = np.searchsorted(cost, np.linspace(0, cost[-1], slices + 1)[1:-1])
    return [0, *(int(cut) for cut in np.clip(cuts, 0, rows)), rows]


def column_bounds(columns: int, edges: int) -> list[int]:
    """Cut columns into slices, one a thread, at multiples of 16: a cache line of float32."""
    slices = _slices(edges * columns, columns // 16)
    cuts = (np.linspace(0, columns, slices + 1)[1:-1] // 16 * 16).astype(int)
    return [0, *(int(cut) for cut in cuts), columns]


def _slices(work: int, most: int) -> int:
    threads = torch.get_num_threads()
    return 1 if threads == 1 or work < _LEAST_WORK else max(1, min(threads, most))


def _executor() -> ThreadPoolExecutor:
    global _pool
    with _lock:
        if _pool is None:
            _pool = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="kgfm-kernel")
        return _pool


def _forget() -> None:
    # Threads do not survive a fork; the child makes its own.
    global _pool, _lock
    _pool, _lock = None, Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
