"""The loops themselves, compiled by numba on first use and kept on disk.

Arrays are [nodes, columns] with contiguous rows; `columns` are queries times channels. Every loop
fills a range of rows (or of columns) that is its caller's alone. `weights` is empty where all are 1.
"""

from collections.abc import Callable
from typing import Any, Final, ParamSpec, TypeVar, cast

import numba
import numpy as np

_P = ParamSpec("_P")
_R = TypeVar("_R")

# Contracted multiply-adds only: sums keep their order, so results stay the same run after run.
_OPTIONS: Final[dict[str, Any]] = {"nogil": True, "error_model": "numpy", "fastmath": {"contract"}}


def _compiled(function: Callable[_P, _R]) -> Callable[_P, _R]:
    try:
        return cast("Callable[_P, _R]", numba.njit(cache=True, **_OPTIONS)(function))
    except RuntimeError:  # no folder to keep it in: compile anew in each process
        return cast("Callable[_P, _R]", numba.njit(**_OPTIONS)(function))


@_compiled
def sum_rows(
    first: int, last: int, start: Any, sources: Any, relations: Any, weights: Any,
    states: Any, kinds: Any, total: Any,
) -> None:  # fmt: skip
    """total[v] = sum over edges (u, r, v) of weight * states[u] * kinds[r], for v in first..last."""
    columns, weighted, one = states.shape[1], len(weights) > 0, states.dtype.type(1)
    for v in range(first, last):
        for j in range(columns):
            total[v, j] = 0
        for e in range(start[v], start[v + 1]):
            u, r = sources[e], relations[e]
            w = weights[e] if weighted else one
            for j in range(columns):
                total[v, j] += w * states[u, j] * kinds[r, j]


@_compiled
def _sum_and_max(
    place: int, v: int, start: Any, sources: Any, relations: Any, weights: Any,
    states: Any, kinds: Any, total: Any, best: Any,
) -> None:  # fmt: skip
    columns, weighted, one = states.shape[1], len(weights) > 0, states.dtype.type(1)
    zero = states.dtype.type(0)
    for j in range(columns):
        total[place, j] = 0
        best[place, j] = 0
    for e in range(start[v], start[v + 1]):
        u, r = sources[e], relations[e]
        w = weights[e] if weighted else one
        if e == start[v]:
            for j in range(columns):
                message = w * states[u, j] * kinds[r, j]
                total[place, j] = message
                best[place, j] = message
        else:
            for j in range(columns):
                message = w * states[u, j] * kinds[r, j]
                total[place, j] += message
                # Without the zero, LLVM keeps what is not greater by a masked store: several times slower.
                best[place, j] = max(message, best[place, j]) + zero


@_compiled
def sum_and_max_rows(
    first: int, last: int, start: Any, sources: Any, relations: Any, weights: Any,
    states: Any, kinds: Any, total: Any, best: Any, chosen: Any,
) -> None:  # fmt: skip
    """As `sum_rows`, and the greatest message with its first edge; 0 and edge -1 where v has no edges.

    Where `chosen` is empty, the edge is not looked for.
    """
    columns, weighted, one = states.shape[1], len(weights) > 0, states.dtype.type(1)
    for v in range(first, last):
        _sum_and_max(v, v, start, sources, relations, weights, states, kinds, total, best)
        if chosen.shape[0] == 0:
            continue
        low, high = start[v], start[v + 1]
        for j in range(columns):
            chosen[v, j] = 0 if high > low else -1
        for e in range(low, high):
            u, r = sources[e], relations[e]
            w = weights[e] if weighted else one
            # Counted from the end, so that the greatest is the first: a maximum is vectorised (see below).
            left, none = np.int32(high - e), np.int32(0)
            for j in range(columns):
                mine = left if w * states[u, j] * kinds[r, j] == best[v, j] else none
                chosen[v, j] = max(chosen[v, j], mine)
        if high > low:
            for j in range(columns):
                # None is equal where messages are not numbers.
                chosen[v, j] = high - chosen[v, j] if chosen[v, j] > 0 else low


@_compiled
def sum_and_max_listed(
    first: int, last: int, rows: Any, start: Any, sources: Any, relations: Any, weights: Any,
    states: Any, kinds: Any, total: Any, best: Any,
) -> None:  # fmt: skip
    """As `sum_and_max_rows` for targets rows[first..last] alone, without saying which edge it was."""
    for place in range(first, last):
        _sum_and_max(place, rows[place], start, sources, relations, weights, states, kinds, total, best)


@_compiled
def newly_reached(rows: Any, start: Any, targets: Any, marked: Any) -> Any:
    """Return the targets of the rows' edges that were not marked, once each, and mark them."""
    found = np.empty(len(marked), dtype=np.int32)
    count = 0
    for u in rows:
        for place in range(start[u], start[u + 1]):
            v = targets[place]
            if not marked[v]:
                marked[v] = True
                found[count] = v
                count += 1
    return found[:count]


@_compiled
def state_gradient_rows(
    first: int, last: int, start: Any, edges: Any, relations: Any, targets: Any, weights: Any,
    kinds: Any, total_slope: Any, out: Any,
) -> None:  # fmt: skip
    """Gradient of the sum by source states: a gather over edges sorted by source."""
    columns, weighted, one = kinds.shape[1], len(weights) > 0, kinds.dtype.type(1)
    for u in range(first, last):
        for j in range(columns):
            out[u, j] = 0
        for place in range(start[u], start[u + 1]):
            r, v = relations[place], targets[place]
            w = weights[edges[place]] if weighted else one
            for j in range(columns):
                out[u, j] += w * kinds[r, j] * total_slope[v, j]


@_compiled
def kind_gradient_columns(
    first: int, last: int, start: Any, edges: Any, sources: Any, targets: Any, weights: Any,
    states: Any, total_slope: Any, out: Any,
) -> None:  # fmt: skip
    """Gradient of the sum by relations, columns first..last: a gather over edges sorted by relation."""
    # Unsigned, so that no index may be negative: else the loop is not vectorised.
    low, high = np.uint64(first), np.uint64(last)
    weighted, one = len(weights) > 0, states.dtype.type(1)
    for r in range(out.shape[0]):
        for j in range(low, high):
            out[r, j] = 0
        for place in range(start[r], start[r + 1]):
            u, v = sources[place], targets[place]
            w = weights[edges[place]] if weighted else one
            for j in range(low, high):
                out[r, j] += w * states[u, j] * total_slope[v, j]


@_compiled
def add_maximum_gradient_columns(
    first: int, last: int, sources: Any, relations: Any, weights: Any,
    states: Any, kinds: Any, best_slope: Any, chosen: Any, by_state: Any, by_kind: Any,
) -> None:  # fmt: skip
    """Add the maximum's gradients, columns first..last: one visit a target and column, not one an edge.

    It scatters, and yet needs no atomics: each column is one thread's.
    """
    low, high = np.uint64(first), np.uint64(last)
    weighted, one = len(weights) > 0, states.dtype.type(1)
    for v in range(chosen.shape[0]):
        for j in range(low, high):
            e = chosen[v, j]
            if e >= 0:
                u, r = sources[e], relations[e]
                flow = (weights[e] if weighted else one) * best_slope[v, j]
                by_state[u, j] += flow * kinds[r, j]
                by_kind[r, j] += flow * states[u, j]


@_compiled
def weight_gradient_rows(
    first: int, last: int, start: Any, sources: Any, relations: Any,
    states: Any, kinds: Any, total_slope: Any, best_slope: Any, chosen: Any, out: Any,
) -> None:  # fmt: skip
    """Gradient by the weights of the edges into first..last; `chosen` is empty where only the sum counts."""
    columns = states.shape[1]
    with_max = chosen.shape[0] > 0
    for v in range(first, last):
        for e in range(start[v], start[v + 1]):
            u, r = sources[e], relations[e]
            slope = np.float64(0)
            for j in range(columns):
                flow = np.float64(total_slope[v, j])
                if with_max and chosen[v, j] == e:
                    flow += best_slope[v, j]
                slope += states[u, j] * kinds[r, j] * flow
            out[e] = slope
