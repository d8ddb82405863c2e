"""CompGCN: relational message passing that composes a neighbour with the edge's relation.

Source: Vashishth et al. 2020, arXiv:1911.03082, section 4.
"""

from collections.abc import Callable
from typing import Final

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn


def multiplication(
    states: Float[Tensor, "edges channels"], relations: Float[Tensor, "edges channels"]
) -> Tensor:
    """Compose elementwise, as DistMult does."""
    return states * relations


def circular_correlation(
    states: Float[Tensor, "edges channels"], relations: Float[Tensor, "edges channels"]
) -> Float[Tensor, "edges channels"]:
    """Compose as HolE does: output k is the sum over i of states[i] * relations[(i + k) mod channels].

    Source: Nickel et al. 2016, arXiv:1510.04935, section 3.
    """
    spectrum = torch.fft.rfft(states).conj() * torch.fft.rfft(relations)
    composed: Tensor = torch.fft.irfft(spectrum, n=states.shape[-1])
    return composed


COMPOSITIONS: Final[dict[str, Callable[[Tensor, Tensor], Tensor]]] = {
    "multiplication": multiplication,
    "correlation": circular_correlation,
}


def symmetric_norm(
    sources: Int[Tensor, " edges"],
    targets: Int[Tensor, " edges"],
    weights: Float[Tensor, " edges"],
    entities: int,
) -> Float[Tensor, " edges"]:
    """Scale each edge's weight by 1 / sqrt(weighted out-degree of source * in-degree of target).

    Source: Kipf and Welling 2017, arXiv:1609.02907, equation 2.
    """
    out = weights.new_zeros(entities).index_add(0, sources, weights)
    into = weights.new_zeros(entities).index_add(0, targets, weights)
    # Edges of weight 0 would divide 0 by 0; they carry nothing either way.
    return weights / (out[sources] * into[targets]).clamp(min=torch.finfo(weights.dtype).tiny).sqrt()


class CompGCNConv(nn.Module):
    """One layer: x'_v = x_v W_self + (sum of norm_uv * compose(x_u, z_r)) W_direction, z' = z W_rel.

    Edges of original relations (ids below R) and of inverse ones (from R on) have their own weights.
    """

    def __init__(self, channels: int, composition: str = "multiplication") -> None:
        super().__init__()
        self.compose = COMPOSITIONS[composition]
        self.own = nn.Linear(channels, channels, bias=False)
        self.forwards = nn.Linear(channels, channels, bias=False)
        self.backwards = nn.Linear(channels, channels, bias=False)
        self.relation = nn.Linear(channels, channels, bias=False)
        self.bias = nn.Parameter(torch.zeros(channels))
        for linear in (self.own, self.forwards, self.backwards, self.relation):
            nn.init.normal_(linear.weight, std=0.5 / channels**0.5)

    def forward(
        self,
        entities: Float[Tensor, "entities channels"],
        relations: Float[Tensor, "relations channels"],
        sources: Int[Tensor, " edges"],
        edge_relations: Int[Tensor, " edges"],
        targets: Int[Tensor, " edges"],
        norm: Float[Tensor, " edges"],
    ) -> tuple[Float[Tensor, "entities channels"], Float[Tensor, "relations channels"]]:
        """Return the new states of entities and relations; `norm` weighs each edge's message."""
        half = relations.shape[0] // 2
        total = self.own(entities) + self.bias
        for linear, chosen in (
            (self.forwards, edge_relations < half),
            (self.backwards, edge_relations >= half),
        ):
            kinds = edge_relations[chosen]
            messages = self.compose(entities[sources[chosen]], relations[kinds]) * norm[chosen].unsqueeze(-1)
            # The transform is linear, so it comes after the sum: once a node instead of once an edge.
            gathered = torch.zeros_like(entities).index_add(0, targets[chosen], messages)
            total = total + linear(gathered)
        return total, self.relation(relations)
