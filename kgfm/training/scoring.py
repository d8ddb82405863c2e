"""Scores from the foundation model, many queries over one graph, in bounded memory."""

from collections import OrderedDict
from typing import Final

import numpy as np
import torch
from jaxtyping import Float, Int64
from torch import Tensor

from kgfm.data import TripleSet
from kgfm.nn.kernels import FUSED
from kgfm.nn.models.foundation import FoundationModel
from kgfm.nn.models.frontier import RelationFrontier
from kgfm.training.foundation_graphs import foundation_graph

# Numbers in one state of one batch; 2^22 float32 fill 16 MiB, and a step holds about six such.
_BATCH_NUMBERS: Final = 2**22
_KEPT_NUMBERS: Final = 2**26  # of what is kept of relations, in all: 256 MiB
_SMALL: Final = 1000  # entities: to look at a query by itself costs more there than it saves,
_MANY: Final = 8  # if there are so many queries
_NEAR_NUMBERS: Final = 2**19  # in one state of what is propagated together there, so that caches hold it
_BLOCK_NUMBERS: Final = 7 * 2**20  # 28 MiB; beyond 32, glibc pays no heed

Ids = Int64[np.ndarray, " queries"]


class FoundationScorer:
    """One model over one graph without inverse edges; what asks alike is computed once.

    Where the compiled loops are there, each query recomputes only what its head reaches
    (`nn.models.frontier`); else, and where many queries meet a small graph, whole batches are
    propagated. The scores are the same.
    """

    def __init__(
        self,
        model: FoundationModel,
        graph: TripleSet,
        *,
        frontiers: bool = FUSED,
        batch_numbers: int = _BATCH_NUMBERS,
        kept_numbers: int = _KEPT_NUMBERS,
    ) -> None:
        """Take a model and a graph; `batch_numbers` and `kept_numbers` bound the memory (4 bytes each)."""
        # To say so again to every part of the model takes longer than ten queries of a small graph.
        self.model = model.eval() if model.training else model
        self.graph, self.frontiers = graph, frontiers
        self.layouts, self.kept_numbers = foundation_graph(graph), kept_numbers
        self.batch = max(1, batch_numbers // (max(graph.entity_count, 1) * model.config.channels))
        self._kept: OrderedDict[int, RelationFrontier] = OrderedDict()
        _keep_freed_memory()

    @torch.inference_mode()
    def __call__(self, heads: Ids, relations: Ids) -> Float[Tensor, "queries entities"]:
        """Score every entity as tail of each query: unbounded logits."""
        count = max(self.graph.entity_count, 1)
        # Sorted by relation, so that what belongs to one is at hand for all its queries.
        asked, place = np.unique(relations * count + heads, return_inverse=True)
        parts = [
            self._scores(
                asked[start : start + self.batch] % count, asked[start : start + self.batch] // count
            )
            for start in range(0, len(asked), self.batch)
        ]
        scores = torch.cat(parts) if parts else torch.empty(0, self.graph.entity_count)
        return scores[torch.from_numpy(place)]

    def forget(self) -> None:
        """Drop what was kept of relations."""
        self._kept.clear()

    def _scores(self, heads: Ids, relations: Ids) -> Float[Tensor, "queries entities"]:
        if not self.frontiers:
            return self.model(self.layouts, torch.from_numpy(heads), torch.from_numpy(relations))  # type: ignore[no-any-return]
        if len(heads) >= _MANY and self.graph.entity_count <= _SMALL:
            return self._scores_in_small(torch.from_numpy(heads), torch.from_numpy(relations))
        ready = self._prepared(relations)
        one = np.ones(1, dtype=np.float32)
        return torch.stack(
            [ready[int(relation)].scores(heads[k : k + 1], one) for k, relation in enumerate(relations)]
        )

    def _scores_in_small(
        self, heads: Int64[Tensor, " queries"], relations: Int64[Tensor, " queries"]
    ) -> Float[Tensor, "queries entities"]:
        unique, place = relations.unique(return_inverse=True)  # type: ignore[no-untyped-call]
        states = self.model.relation_network(self.layouts, unique)
        step = max(1, _NEAR_NUMBERS // (max(self.graph.entity_count, 1) * self.model.config.channels))
        parts = []
        for start in range(0, len(heads), step):
            some, known = heads[start : start + step], states.select(place[start : start + step])
            sources = some, torch.arange(len(some)), states.query.new_ones(len(some))
            parts.append(self.model.propagate(self.layouts, known, sources))
        return torch.cat(parts)

    def _prepared(self, relations: Ids) -> dict[int, RelationFrontier]:
        wanted = [int(relation) for relation in np.unique(relations)]
        fresh = [relation for relation in wanted if relation not in self._kept]
        if fresh:
            states = self.model.relation_network(self.layouts, torch.tensor(fresh))
            made = RelationFrontier.of(self.model.entity_network, self.layouts, states)
            self._kept.update(zip(fresh, made, strict=True))
        ready = {relation: self._kept[relation] for relation in wanted}
        for relation in wanted:
            self._kept.move_to_end(relation)
        room = max(1, self.kept_numbers // max(ready[wanted[0]].numbers, 1))
        while len(self._kept) > room:
            self._kept.popitem(last=False)
        return ready


def _keep_freed_memory() -> None:
    """Let the C library keep the memory of a step for the next: to fetch it anew takes as long as a layer.

    glibc hands freed memory back to the system beyond twice the largest block that it had mapped by itself
    and that was freed (mallopt(3), M_MMAP_THRESHOLD). This block is never touched, and so takes no memory;
    thresholds that the user has set stay, and other C libraries do not mind.
    """
    torch.empty(_BLOCK_NUMBERS)
