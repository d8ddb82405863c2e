"""A graph as a model with a vector for each entity sees it."""

import dataclasses
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from kgfm.data import TripleSet
from kgfm.nn.models.relational import RelationalModel
from kgfm.reasoning.graph_view import GraphView, Ids
from kgfm.training.graph_tensors import GraphTensors


class EncodedView(GraphView):
    """A graph as one predictor sees it: encoded once, then asked many times."""

    def __init__(self, graph: TripleSet, model: RelationalModel, rows: Sequence[Mapping[str, int]]) -> None:
        """Take a graph, a model and which of its rows stands for which entity, relation and type."""
        super().__init__(graph)
        self.model, self.prior_weight = model, 0.0
        entities, relations, types = rows
        own = GraphTensors.of(graph)
        kinds = np.array([relations.get(label, -1) for label in graph.relation_labels], dtype=np.int64)
        inverse = np.where(kinds < 0, -1, kinds + len(relations))
        type_rows = np.array([types.get(label, -1) for label in graph.type_labels] + [-1], dtype=np.int64)
        self.tensors = dataclasses.replace(
            own,
            entity_rows=torch.tensor([entities.get(label, -1) for label in graph.entity_labels]).long(),
            relation_rows=torch.from_numpy(np.concatenate([kinds, inverse])),
            type_rows=torch.from_numpy(type_rows)[own.type_rows],
        )

    @cached_property
    def encoded(self) -> tuple[Tensor, Tensor]:
        """States of the graph's entities and of its relations."""
        tensors = self.tensors
        with torch.inference_mode():
            states, kinds = self.model(
                tensors.entity_rows, tensors.type_rows, tensors.relation_rows, tensors.edges, tensors.weights
            )
        return states, kinds

    @torch.inference_mode()
    def scores(self, heads: Ids, relations: Ids) -> Float[Tensor, "queries entities"]:
        """Score every entity as tail of each query, the prior for places added by its weight."""
        logits: Tensor = self.model.scores(
            *self.encoded, self.tensors.entity_rows, torch.from_numpy(heads), torch.from_numpy(relations)
        )
        if self.prior_weight:
            logits = logits + self.prior_weight * torch.from_numpy(self.prior.log_probabilities(relations))
        return logits
