"""R-GCN: each relation transforms its neighbours by a mixture of shared matrices.

Source: Schlichtkrull et al. 2017, arXiv:1703.06103, equations 2 and 3.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn


class RGCNConv(nn.Module):
    """x'_v = x_v W_self + b + sum over r of the mean of x_u over v's r-edges, times sum_b a_rb V_b.

    The mean is weighted. Edges meet the bases' coefficients only, so the work is linear in edges
    times bases and no matrix is built an edge.
    """

    def __init__(self, channels: int, relations: int, bases: int) -> None:
        super().__init__()
        self.own = nn.Linear(channels, channels, bias=False)
        self.bases = nn.Parameter(torch.empty(bases, channels, channels))
        self.mixture = nn.Parameter(torch.empty(relations, bases))
        self.bias = nn.Parameter(torch.zeros(channels))
        nn.init.normal_(self.own.weight, std=0.5 / channels**0.5)
        nn.init.normal_(self.bases, std=0.5 / channels**0.5)
        nn.init.normal_(self.mixture, std=1 / bases**0.5)

    def forward(
        self,
        entities: Float[Tensor, "entities channels"],
        sources: Int[Tensor, " edges"],
        relations: Int[Tensor, " edges"],
        targets: Int[Tensor, " edges"],
        weights: Float[Tensor, " edges"],
    ) -> Float[Tensor, "entities channels"]:
        """Return the entities' new states."""
        share = weights / _weight_of_place(relations, targets, weights, len(self.mixture))
        total: Tensor = self.own(entities) + self.bias
        for base, coefficient in zip(self.bases, self.mixture.T, strict=True):
            messages = entities[sources] * (share * coefficient[relations]).unsqueeze(-1)
            total = total + torch.zeros_like(entities).index_add(0, targets, messages) @ base
        return total


def _weight_of_place(
    relations: Int[Tensor, " edges"],
    targets: Int[Tensor, " edges"],
    weights: Float[Tensor, " edges"],
    count: int,
) -> Float[Tensor, " edges"]:
    """Sum, for each edge, the weights of all edges of its relation into its target."""
    _, place = (targets * count + relations).unique(return_inverse=True)  # type: ignore[no-untyped-call]
    sums = weights.new_zeros(len(place)).index_add(0, place, weights)
    # A place with nothing but edges of weight 0 would divide 0 by 0.
    return sums[place].clamp(min=torch.finfo(weights.dtype).tiny)
