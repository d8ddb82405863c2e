"""The same aggregation in plain PyTorch: for GPUs, for machines without numba, and to check against."""

import torch
from jaxtyping import Float
from torch import Tensor

from kgfm.nn.kernels.layout import EdgeLayout


def plain_aggregate(
    states: Float[Tensor, "sources columns"],
    kinds: Float[Tensor, "relations columns"],
    edges: EdgeLayout,
    how: str,
    weights: Float[Tensor, " edges"],
) -> tuple[Float[Tensor, "targets columns"], ...]:
    """Gather, multiply, scatter: a message an edge stands in memory at once.

    `how` is sum, max or sum+max; no weights at all: each is 1.
    """
    sources, relations, targets = (
        torch.from_numpy(ids).to(states.device).long()
        for ids in (edges.sources, edges.relations, edges.targets)
    )
    messages = states[sources] * kinds[relations]
    if len(weights) == len(edges):
        messages = messages * weights.unsqueeze(-1)
    shape = (edges.target_count, states.shape[1])
    parts: list[Tensor] = []
    if "sum" in how:
        parts.append(messages.new_zeros(shape).index_add(0, targets, messages))
    if "max" in how:
        parts.append(_first_maximum(messages, targets, shape))
    return tuple(parts)


def _first_maximum(messages: Tensor, targets: Tensor, shape: tuple[int, int]) -> Tensor:
    place = targets.unsqueeze(-1).expand_as(messages)
    best = messages.new_full(shape, -torch.inf).scatter_reduce(0, place, messages.detach(), "amax")
    # Of equal messages the first edge is the maximum, so that gradients equal the compiled loops'.
    number = torch.arange(len(messages), device=messages.device).unsqueeze(-1)
    number = torch.where(messages.detach() == best[targets], number, len(messages))
    first = torch.full(shape, len(messages), device=messages.device).scatter_reduce(0, place, number, "amin")
    padded = torch.cat([messages, messages.new_zeros(1, shape[1])])
    return padded.gather(0, first)
