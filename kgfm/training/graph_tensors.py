"""A TripleSet as the tensors that a transductive model takes."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from kgfm.data import TripleSet


@dataclass(frozen=True, kw_only=True)
class GraphTensors:
    """A graph as the model takes it, inverse edges included and sorted by target."""

    edges: Int[Tensor, "3 edges"]
    weights: Float[Tensor, " edges"]
    entity_rows: Int[Tensor, " entities"]
    type_rows: Int[Tensor, " entities"]
    relation_rows: Int[Tensor, " relations"]

    @classmethod
    def of(cls, graph: TripleSet) -> "GraphTensors":
        """Take a graph without inverse edges; every id is its own embedding row."""
        both = graph.with_inverses()
        order = np.argsort(both.tails, kind="stable")
        weights = np.ones(len(both), dtype=np.float32) if both.weights is None else both.weights[order]
        types = np.full(graph.entity_count, -1, dtype=np.int64) if graph.types is None else graph.types
        return cls(
            edges=torch.from_numpy(np.stack([both.heads[order], both.relations[order], both.tails[order]])),
            weights=torch.from_numpy(weights),
            entity_rows=torch.arange(graph.entity_count),
            type_rows=torch.from_numpy(types.copy()),
            relation_rows=torch.arange(both.relation_count),
        )
