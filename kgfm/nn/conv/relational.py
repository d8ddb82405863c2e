"""One step of relational message passing over states of a batch of queries."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from kgfm.nn.kernels import EdgeLayout, relational_aggregate


class RelationalConv(nn.Module):
    """x'_v = x_v + relu(norm(W [x_v, sum of w x_u z_r, max of w x_u z_r])) over the edges (u, r, v).

    Sum and maximum side by side: one counts the paths, the other keeps the best from being drowned.
    With `mean`, the sum is divided by the number of edges. Sources: Zhu et al. 2021, arXiv:2106.06935
    (DistMult messages along the paths of a query); Corso et al. 2020, arXiv:2004.05718 (several
    aggregations at once).
    """

    def __init__(self, channels: int, *, mean: bool = False) -> None:
        super().__init__()
        self.own = nn.Linear(channels, channels)
        self.gathered = nn.Linear(2 * channels, channels, bias=False)
        self.norm = nn.LayerNorm(channels)
        self.mean = mean

    def forward(
        self,
        states: Float[Tensor, "targets queries channels"],
        sources: Float[Tensor, "sources queries channels"],
        kinds: Float[Tensor, "relations queries channels"],
        edges: EdgeLayout,
        weights: Float[Tensor, " edges"] | None = None,
    ) -> Float[Tensor, "targets queries channels"]:
        """Return the targets' new states; `sources` may be the same states or other nodes' ones."""
        parts = relational_aggregate(sources.flatten(1), kinds.flatten(1), edges, "sum+max", weights)
        total, best = (part.view_as(states) for part in parts)
        if self.mean:
            degree = torch.from_numpy(edges.target_start).diff().clamp(min=1).to(total)
            total = total / degree.view(-1, 1, 1)
        return self.updated(states, total, best)

    def updated(
        self,
        states: Float[Tensor, "*targets channels"],
        total: Float[Tensor, "*targets channels"],
        best: Float[Tensor, "*targets channels"],
    ) -> Float[Tensor, "*targets channels"]:
        """Return new states from the old ones and what was gathered, target by target.

        Without a gradient to keep them for, nothing is copied: the same sums, up to rounding, in two thirds
        of the time.
        """
        if torch.is_grad_enabled():
            mixed = self.own(states) + self.gathered(torch.cat([total, best], dim=-1))
            return states + torch.relu(self.norm(mixed))
        mixed, channels = self.own(states).flatten(0, -2), states.shape[-1]
        for part, weight in zip((total, best), self.gathered.weight.T.chunk(2), strict=True):
            mixed.addmm_(part.reshape(-1, channels), weight)
        renewed: Tensor = self.norm(mixed).relu_().view_as(states).add_(states)
        return renewed
