"""The graph foundation model: ranks the tails of a query in a graph it has never seen.

It learns no vector of any entity or relation. What a relation is follows from the query's relation,
the graph of relations and the entities that each touches; what an entity is, from the paths between
it and the sources of the query. So renaming entities or relations changes nothing, and weights carry
over to any graph. Sources: Galkin et al. 2024, arXiv:2310.04562 (relations by their graph, entities by
labelled propagation); Zhang et al. 2024, arXiv:2502.19512 (relations and entities refine each other).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from kgfm.nn.config import FoundationConfig
from kgfm.nn.conv.relational import RelationalConv
from kgfm.nn.kernels import EdgeLayout

MEETINGS = 6  # kinds of edge in the graph of relations


@dataclass(frozen=True, eq=False, kw_only=True)
class FoundationGraph:
    """A graph as the model takes it. Relations include inverses."""

    edges: EdgeLayout  # entity -> entity
    meetings: EdgeLayout  # relation -> relation, of MEETINGS kinds
    from_relations: EdgeLayout  # relation -> entity that is a head of it, of one kind
    from_heads: EdgeLayout  # the same turned round, and of kind 1 what it says of the inverse's heads

    @property
    def entity_count(self) -> int:
        """Number of entities, those without an edge included."""
        return self.edges.target_count

    @property
    def relation_count(self) -> int:
        """Number of relations with their inverses."""
        return self.edges.relation_count


@dataclass(frozen=True, eq=False, kw_only=True)
class RelationStates:
    """What relations (and, seen from them, entities) mean to each of several query relations."""

    relations: Float[Tensor, "relations queries channels"]
    fits: Float[Tensor, "entities queries channels"] | None  # None: the model refines nothing
    query: Float[Tensor, "queries channels"]

    @classmethod
    def joined(cls, parts: "Sequence[RelationStates]") -> "RelationStates":
        """Put the query relations of several side by side."""
        fits = [part.fits for part in parts if part.fits is not None]
        return cls(
            relations=torch.cat([part.relations for part in parts], dim=1),
            fits=torch.cat(fits, dim=1) if fits else None,
            query=torch.cat([part.query for part in parts]),
        )

    def select(self, chosen: Int[Tensor, " queries"]) -> "RelationStates":
        """Take the columns of these query relations, in this order."""
        return RelationStates(
            relations=self.relations[:, chosen],
            fits=None if self.fits is None else self.fits[:, chosen],
            query=self.query[chosen],
        )


class RelationNetwork(nn.Module):
    """From a query relation to states of all relations; independent of the query's head."""

    def __init__(self, config: FoundationConfig) -> None:
        super().__init__()
        channels = config.channels
        self.channels = channels
        self.layers = nn.ModuleList(RelationalConv(channels) for _ in range(config.relation_layers))
        self.kinds = nn.Parameter(torch.ones(config.relation_layers, MEETINGS, channels))
        self.to_entities = nn.ModuleList(
            RelationalConv(channels, mean=True) for _ in range(config.refinements)
        )
        self.to_relations = nn.ModuleList(
            RelationalConv(channels, mean=True) for _ in range(config.refinements)
        )
        self.entity_kinds = nn.Parameter(torch.ones(config.refinements, 1, channels))
        self.relation_kinds = nn.Parameter(torch.ones(config.refinements, 2, channels))
        with torch.no_grad():
            for table in (self.kinds, self.entity_kinds, self.relation_kinds):
                table.add_(0.3 * torch.randn_like(table))

    def forward(
        self,
        graph: FoundationGraph,
        queried: Int[Tensor, " queries"],
        features: Float[Tensor, "relations channels"] | None = None,
    ) -> RelationStates:
        """Label each query's relation, then pass messages; `features` are added to every label."""
        count = len(queried)
        states = self.kinds.new_zeros(graph.relation_count, count, self.channels)
        order = torch.arange(count, device=states.device)
        states[queried, order] = 1
        if features is not None:
            states = states + features.unsqueeze(1)
        for layer, kinds in zip(self.layers, self.kinds, strict=True):
            states = layer(states, states, _for_each(kinds, count), graph.meetings)
        fits = states.new_zeros(graph.entity_count, count, self.channels)
        for up, down, one, two in zip(
            self.to_entities, self.to_relations, self.entity_kinds, self.relation_kinds, strict=True
        ):
            fits = up(fits, states, _for_each(one, count), graph.from_relations)
            states = down(states, fits, _for_each(two, count), graph.from_heads)
        query = states[queried, order]
        return RelationStates(relations=states, fits=fits if len(self.to_entities) else None, query=query)


class EntityNetwork(nn.Module):
    """From weighted sources and a query's vector to a logit for every entity."""

    def __init__(self, config: FoundationConfig) -> None:
        super().__init__()
        channels = config.channels
        self.layers = nn.ModuleList(RelationalConv(channels) for _ in range(config.entity_layers))
        self.kinds = nn.ModuleList(
            nn.Sequential(nn.Linear(channels, channels), nn.ReLU(), nn.Linear(channels, channels))
            for _ in range(config.entity_layers)
        )
        scored = config.refinements and config.fits_in_score
        self.fit = nn.Linear(channels, channels, bias=False) if scored else None
        self.reached = nn.Linear(channels, channels, bias=False)
        self.asked = nn.Linear(channels, channels)
        self.score = nn.Linear(channels, 1)

    def forward(
        self,
        graph: FoundationGraph,
        relations: RelationStates,
        start: Float[Tensor, "entities queries channels"],
        weights: Float[Tensor, "*layers edges"] | None = None,
    ) -> Float[Tensor, "queries entities"]:
        """Propagate from the start states along all edges, then score each entity."""
        states = start
        for number, (layer, kinds) in enumerate(zip(self.layers, self.kinds, strict=True)):
            mine = weights[number] if weights is not None and weights.dim() == 2 else weights
            states = layer(states, states, kinds(relations.relations), graph.edges, mine)
        hidden = self.reached(states) + self.asked(relations.query)
        if self.fit is not None and relations.fits is not None:
            hidden = hidden + self.fit(relations.fits)
        return self.scored(hidden).T

    def scored(self, hidden: Float[Tensor, "*entities channels"]) -> Float[Tensor, "*entities"]:
        """Return logits from the sum of what was reached, what was asked and what fits."""
        scores: Tensor = self.score(torch.relu(hidden)).squeeze(-1)
        return scores


class FoundationModel(nn.Module):
    """Both networks. Logits are unbounded: larger is more plausible, not a probability."""

    def __init__(self, config: FoundationConfig) -> None:
        super().__init__()
        self.config = config
        self.relation_network = RelationNetwork(config)
        self.entity_network = EntityNetwork(config)

    def forward(
        self, graph: FoundationGraph, heads: Int[Tensor, " queries"], relations: Int[Tensor, " queries"]
    ) -> Float[Tensor, "queries entities"]:
        """Score every entity as tail of each (head, relation, ?); what asks alike is computed once."""
        unique, place = relations.unique(return_inverse=True)  # type: ignore[no-untyped-call]
        known = self.relation_network(graph, unique).select(place)
        rows = torch.arange(len(heads), device=heads.device)
        return self.propagate(graph, known, (heads, rows, known.query.new_ones(len(heads))))

    def propagate(
        self,
        graph: FoundationGraph,
        relations: RelationStates,
        sources: tuple[Int[Tensor, " sources"], Int[Tensor, " sources"], Float[Tensor, " sources"]],
        *,
        query: Float[Tensor, "queries channels"] | None = None,
        features: Float[Tensor, "entities channels"] | None = None,
        weights: Float[Tensor, "*layers edges"] | None = None,
    ) -> Float[Tensor, "queries entities"]:
        """Score every entity, from sources given as (entity, number of its query, weight).

        `query` replaces the vectors with which sources are labelled; `features` are added to every
        entity's start; `weights` replace the edges' own, in all layers alike or layer by layer.
        """
        label = relations.query if query is None else query
        entities, rows, amount = sources
        start = label.new_zeros(graph.entity_count * len(label), label.shape[1])
        start = start.index_add(0, entities * len(label) + rows, label[rows] * amount.unsqueeze(-1))
        start = start.view(graph.entity_count, len(label), -1)
        if features is not None:
            start = start + features.unsqueeze(1)
        scores: Tensor = self.entity_network(graph, relations, start, weights)
        return scores


def _for_each(kinds: Tensor, queries: int) -> Tensor:
    return kinds.unsqueeze(1).expand(-1, queries, -1)
