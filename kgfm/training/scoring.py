"""Scores from the foundation model, many queries over one graph, in bounded memory."""

from collections import OrderedDict
from typing import Final

import numpy as np
import torch
from jaxtyping import Float, Int64
from torch import Tensor

from kgfm.data import TripleSet
from kgfm.nn.models.foundation import FoundationModel, RelationStates
from kgfm.training.foundation_graphs import foundation_graph

# States of one step, in numbers: a batch is as large as this allows. 2^22 float32 fill 16 MiB, and a
# step holds about six such tensors.
_BATCH_NUMBERS: Final = 2**22
_CACHE_NUMBERS: Final = 2**26  # of relation states kept, in all


class FoundationScorer:
    """One model over one graph without inverse edges; what asks alike is computed once."""

    def __init__(self, model: FoundationModel, graph: TripleSet) -> None:
        self.model, self.graph = model.eval(), graph
        self.layouts = foundation_graph(graph)
        channels = model.config.channels
        self.batch = max(1, _BATCH_NUMBERS // (max(graph.entity_count, 1) * channels))
        one = (graph.entity_count + 2 * graph.relation_count) * channels
        self._room = max(self.batch, _CACHE_NUMBERS // max(one, 1))
        self._cache: OrderedDict[int, RelationStates] = OrderedDict()

    @torch.inference_mode()
    def __call__(
        self, heads: Int64[np.ndarray, " queries"], relations: Int64[np.ndarray, " queries"]
    ) -> Float[Tensor, "queries entities"]:
        """Score every entity as tail of each query: unbounded logits."""
        # Sorted by relation: its states are then copied to all its queries at once.
        asked, place = np.unique(relations * self.graph.entity_count + heads, return_inverse=True)
        relations, heads = asked // self.graph.entity_count, asked % self.graph.entity_count
        parts = [
            self._scores(heads[start : start + self.batch], relations[start : start + self.batch])
            for start in range(0, len(asked), self.batch)
        ]
        scores = torch.cat(parts) if parts else torch.empty(0, self.graph.entity_count)
        return scores[torch.from_numpy(place)]

    def _scores(
        self, heads: Int64[np.ndarray, " queries"], relations: Int64[np.ndarray, " queries"]
    ) -> Float[Tensor, "queries entities"]:
        rows = torch.arange(len(heads))
        sources = (torch.from_numpy(heads), rows, torch.ones(len(heads)))
        return self.model.propagate(self.layouts, self._states(relations), sources)

    def _states(self, relations: Int64[np.ndarray, " queries"]) -> RelationStates:
        unique, place = np.unique(relations, return_inverse=True)
        fresh = [int(relation) for relation in unique if int(relation) not in self._cache]
        if fresh:
            found = self.model.relation_network(self.layouts, torch.tensor(fresh))
            for column, relation in enumerate(fresh):
                self._cache[relation] = found.select(torch.tensor([column]))
        parts = [self._cache[int(relation)] for relation in unique]
        for relation in unique:
            self._cache.move_to_end(int(relation))
        while len(self._cache) > self._room:
            self._cache.popitem(last=False)
        return RelationStates.joined(parts).select(torch.from_numpy(place))
