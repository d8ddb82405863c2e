"""The aggregation as a differentiable function; chooses between compiled loops and plain PyTorch."""

from typing import Any, Final, Literal

import numpy as np
import torch
from jaxtyping import Bool, Float, Int32
from torch import Tensor

from kgfm.nn.kernels import threads
from kgfm.nn.kernels.blas import spare_scipy
from kgfm.nn.kernels.layout import EdgeLayout
from kgfm.nn.kernels.plain import plain_aggregate

spare_scipy()
try:
    from kgfm.nn.kernels import compiled
except ImportError:  # pragma: no cover  (numba has no wheel for this machine)
    compiled = None  # type: ignore[assignment]

FUSED: Final = compiled is not None  # whether the compiled loops are there

Aggregation = Literal["sum", "mean", "max", "sum+max"]


def relational_aggregate(
    states: Float[Tensor, "sources columns"],
    kinds: Float[Tensor, "relations columns"],
    edges: EdgeLayout,
    how: Aggregation = "sum",
    weights: Float[Tensor, " edges"] | None = None,
    *,
    fused: bool | None = None,
) -> tuple[Float[Tensor, "targets columns"], ...]:
    """Aggregate weight * states[source] * kinds[relation] over each target's edges.

    Columns are queries times channels, so a batch is one call. `weights` (in the layout's order)
    replace the layout's own and may need a gradient. Returns one tensor a part of `how`; targets
    without edges get 0. Ties of the maximum: the first edge takes the gradient. `fused` forces or
    forbids the compiled loops; by default they run wherever they can.
    Source of the message: Yang et al. 2015, arXiv:1412.6575 (DistMult).
    """
    able = compiled is not None and states.device.type == "cpu" and states.dtype in _KNOWN
    if fused is None:
        fused = able
    own = _own_weights(states, edges) if weights is None else weights.contiguous()
    if how == "mean":
        degree = torch.from_numpy(np.diff(edges.target_start)).to(states)
        (total,) = relational_aggregate(states, kinds, edges, "sum", weights, fused=fused)
        return (total / degree.clamp(min=1).unsqueeze(-1),)
    if not fused:
        return plain_aggregate(states, kinds, edges, how, own)
    if how == "sum":
        return (_Sum.apply(states, kinds, own, edges),)  # type: ignore[no-untyped-call]
    both = _SumAndMax.apply(states, kinds, own, edges)  # type: ignore[no-untyped-call]
    return (both[1],) if how == "max" else (both[0], both[1])


_KNOWN = (torch.float32, torch.float64)


class _Sum(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, states: Tensor, kinds: Tensor, weights: Tensor, edges: EdgeLayout) -> Tensor:
        states, kinds = states.contiguous(), kinds.contiguous()
        total = states.new_empty(edges.target_count, states.shape[1])
        threads.in_slices(
            threads.row_bounds(edges.target_start, states.shape[1]), compiled.sum_rows,
            edges.target_start, edges.sources, edges.relations, _array(weights),
            _array(states), _array(kinds), _array(total),
        )  # fmt: skip
        ctx.save_for_backward(states, kinds, weights)
        ctx.edges = edges
        return total

    @staticmethod
    def backward(ctx: Any, *slopes: Tensor) -> tuple[Tensor | None, ...]:
        return _backward(ctx, slopes[0].contiguous(), None, None)


class _SumAndMax(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, states: Tensor, kinds: Tensor, weights: Tensor, edges: EdgeLayout
    ) -> tuple[Tensor, Tensor]:
        states, kinds = states.contiguous(), kinds.contiguous()
        total = states.new_empty(edges.target_count, states.shape[1])
        best = torch.empty_like(total)
        # Only a gradient asks which edge it was.
        chosen = torch.empty(total.shape if any(ctx.needs_input_grad) else (0, 0), dtype=torch.int32)
        threads.in_slices(
            threads.row_bounds(edges.target_start, states.shape[1]), compiled.sum_and_max_rows,
            edges.target_start, edges.sources, edges.relations, _array(weights),
            _array(states), _array(kinds), _array(total), _array(best), _array(chosen),
        )  # fmt: skip
        ctx.save_for_backward(states, kinds, weights, chosen)
        ctx.edges = edges
        return total, best

    @staticmethod
    def backward(ctx: Any, *slopes: Tensor) -> tuple[Tensor | None, ...]:
        return _backward(ctx, slopes[0].contiguous(), slopes[1].contiguous(), ctx.saved_tensors[3])


def aggregate_rows(
    states: Float[Tensor, "sources columns"],
    kinds: Float[Tensor, "relations columns"],
    edges: EdgeLayout,
    rows: Int32[np.ndarray, " rows"],
) -> tuple[Float[Tensor, "rows columns"], Float[Tensor, "rows columns"]]:
    """Return sum and maximum for some targets only; no gradient, and compiled loops only (see `FUSED`)."""
    total = states.new_empty(len(rows), states.shape[1])
    best = torch.empty_like(total)
    work = np.concatenate([[0], np.cumsum(edges.target_start[rows + 1] - edges.target_start[rows])])
    threads.in_slices(
        threads.row_bounds(work, states.shape[1]), compiled.sum_and_max_listed,
        rows, edges.target_start, edges.sources, edges.relations, _array(_own_weights(states, edges)),
        _array(states), _array(kinds), _array(total), _array(best),
    )  # fmt: skip
    return total, best


def reached_from(
    rows: Int32[np.ndarray, " rows"], edges: EdgeLayout, marked: Bool[np.ndarray, " targets"]
) -> Int32[np.ndarray, " found"]:
    """Return the unmarked targets of the rows' edges, once each, and mark them."""
    found: np.ndarray = compiled.newly_reached(rows, edges.by_source.start, edges.by_source.other, marked)
    return found


def _backward(
    ctx: Any, total: Tensor, best: Tensor | None, chosen: Tensor | None
) -> tuple[Tensor | None, ...]:
    states, kinds, weights = ctx.saved_tensors[:3]
    edges: EdgeLayout = ctx.edges
    out, kin = edges.by_source, edges.by_relation
    rows, columns = threads.row_bounds, states.shape[1]
    by_state, by_kind, by_weight = torch.empty_like(states), torch.empty_like(kinds), None
    threads.in_slices(
        rows(out.start, columns), compiled.state_gradient_rows,
        out.start, out.edges, out.one, out.other, _array(weights),
        _array(kinds), _array(total), _array(by_state),
    )  # fmt: skip
    threads.in_slices(
        threads.column_bounds(columns, len(edges)), compiled.kind_gradient_columns,
        kin.start, kin.edges, kin.one, kin.other, _array(weights),
        _array(states), _array(total), _array(by_kind),
    )  # fmt: skip
    # What the maximum adds, where there is one.
    extra = (_array(total), np.empty((0, 0), dtype=np.int32))
    if best is not None and chosen is not None:
        extra = (_array(best), _array(chosen))
        threads.in_slices(
            threads.column_bounds(columns, edges.target_count), compiled.add_maximum_gradient_columns,
            edges.sources, edges.relations, _array(weights), _array(states), _array(kinds),
            *extra, _array(by_state), _array(by_kind),
        )  # fmt: skip
    if ctx.needs_input_grad[2]:
        by_weight = torch.empty_like(weights)
        threads.in_slices(
            rows(edges.target_start, columns), compiled.weight_gradient_rows,
            edges.target_start, edges.sources, edges.relations,
            _array(states), _array(kinds), _array(total), *extra, _array(by_weight),
        )  # fmt: skip
    return by_state, by_kind, by_weight, None


def _own_weights(states: Tensor, edges: EdgeLayout) -> Tensor:
    if edges.weights is None:
        return states.new_empty(0)
    return torch.from_numpy(edges.weights).to(states)


def _array(tensor: Tensor) -> np.ndarray:
    return tensor.detach().numpy()
