"""Exact scoring that recomputes only what a query's sources reach.

Without sources, an entity's states depend on the query's relation alone. They are computed once a
relation; of each query, layer l then recomputes only the entities within l edges of its sources. In
a sparse graph that is a small part of it. For the CPU, without gradients.
"""

from collections.abc import Sequence
from typing import cast

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from kgfm.nn.conv.relational import RelationalConv
from kgfm.nn.kernels import aggregate_rows, reached_from
from kgfm.nn.models.foundation import EntityNetwork, FoundationGraph, RelationStates

_WHOLE = 0.6  # share of the entities from which on all of them are computed: lists cost, too


class RelationFrontier:
    """All that scoring needs of one query relation in one graph."""

    def __init__(
        self,
        network: EntityNetwork,
        graph: FoundationGraph,
        states: Sequence[Float[Tensor, "entities channels"]],
        kinds: Sequence[Float[Tensor, "relations channels"]],
        relations: RelationStates,
    ) -> None:
        """Take the states after each layer, the layers' messages' relations, and the one relation."""
        self.network, self.graph = network, graph
        self.unsourced, self.kinds = states, kinds
        self.layers = cast("Sequence[RelationalConv]", tuple(network.layers))
        self.query = relations.query[0]
        bias = network.asked(relations.query)
        if network.fit is not None and relations.fits is not None:
            bias = bias + network.fit(relations.fits[:, 0])
        self.bias = bias.expand(graph.entity_count, -1)
        self.unsourced_scores = network.scored(network.reached(states[-1]) + self.bias)

    @classmethod
    def of(
        cls, network: EntityNetwork, graph: FoundationGraph, relations: RelationStates
    ) -> "list[RelationFrontier]":
        """Prepare each query relation of `relations`, all in one pass."""
        count = len(relations.query)
        states = [relations.query.new_zeros(graph.entity_count, count, relations.query.shape[1])]
        kinds = [turn(relations.relations) for turn in network.kinds]
        for layer, kind in zip(network.layers, kinds, strict=True):
            states.append(layer(states[-1], states[-1], kind, graph.edges))
        return [
            cls(
                network,
                graph,
                [state[:, column].contiguous() for state in states],
                [kind[:, column].contiguous() for kind in kinds],
                relations.select(torch.tensor([column])),
            )
            for column in range(count)
        ]

    @property
    def numbers(self) -> int:
        """How many numbers it keeps in memory."""
        total: int = sum(part.numel() for part in (*self.unsourced, *self.kinds)) + 2 * self.bias.numel()
        return total

    def scores(
        self, entities: Int[np.ndarray, " sources"], weights: Float[np.ndarray, " sources"]
    ) -> Float[Tensor, " entities"]:
        """Score every entity as answer to the query with these weighted sources; each stands once."""
        edges, count = self.graph.edges, self.graph.entity_count
        rows = np.asarray(entities, dtype=np.int32)
        marked = np.zeros(count, dtype=bool)
        marked[rows] = True
        fresh, states = rows, self.unsourced[0].clone()
        states[torch.from_numpy(rows)] = torch.from_numpy(weights).to(states).unsqueeze(-1) * self.query
        for layer, kinds, after in zip(self.layers, self.kinds, self.unsourced[1:], strict=True):
            if len(rows) < count:
                fresh = reached_from(fresh, edges, marked)
                rows = np.concatenate([rows, fresh])
            if len(rows) > _WHOLE * count:
                rows = np.arange(count, dtype=np.int32)
            total, best = aggregate_rows(states, kinds, edges, rows)
            if len(rows) == count:
                states = layer.updated(states, total, best)
            else:
                places = torch.from_numpy(rows)
                renewed = layer.updated(states[places], total, best)
                states = after.clone()
                states[places] = renewed
        if len(rows) == count:
            return self.network.scored(self.network.reached(states) + self.bias)
        places = torch.from_numpy(rows)
        found = self.unsourced_scores.clone()
        found[places] = self.network.scored(self.network.reached(states[places]) + self.bias[places])
        return found
