"""A training graph without the edges that a batch asks for, and without a share of the others.

Leaving a query's own edge out must leave out all that rests on it: that its head is a head of its
relation, for one, and how relations meet, which one edge decides where they have few.
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Int64

from kgfm.data import FilterIndex, TripleSet
from kgfm.data.relation_graph import Incidence
from kgfm.nn.kernels import EdgeLayout
from kgfm.nn.models.foundation import FoundationGraph
from kgfm.training.foundation_graphs import foundation_graph, incidence_weights, meetings_layout


@dataclass(frozen=True, eq=False, kw_only=True)
class MaskableGraph:
    """A graph with, for each edge of its layouts, the triple or the incidence that it comes from."""

    triples: TripleSet
    layouts: FoundationGraph
    known: FilterIndex
    triple_of: Int64[np.ndarray, " edges"]
    pair_of: Int64[np.ndarray, " edges"]
    pair_of_head: Int64[np.ndarray, " incidences"]

    @classmethod
    def of(cls, triples: TripleSet) -> "MaskableGraph":
        """Number the edges of a graph without inverses."""
        layouts = foundation_graph(triples)
        half, count, entities = triples.relation_count, layouts.relation_count, triples.entity_count
        edges, up, down = layouts.edges, layouts.from_relations, layouts.from_heads
        # An inverse edge rests on the triple that it turns round; triples stand sorted by their key.
        turned = edges.relations >= half
        heads = np.where(turned, edges.targets, edges.sources).astype(np.int64)
        tails = np.where(turned, edges.sources, edges.targets).astype(np.int64)
        key = (heads * half + edges.relations % max(half, 1)) * entities + tails
        keys = (triples.heads * half + triples.relations) * entities + triples.tails
        pairs = up.targets.astype(np.int64) * count + up.sources
        # Of kind 1 are the heads of the inverse, told to the relation.
        relation = np.where(down.relations == 1, (down.targets + half) % max(count, 1), down.targets)
        return cls(
            triples=triples,
            layouts=layouts,
            known=FilterIndex([triples]),
            triple_of=np.searchsorted(keys, key),
            pair_of=np.searchsorted(pairs, edges.sources.astype(np.int64) * count + edges.relations),
            pair_of_head=np.searchsorted(pairs, down.sources.astype(np.int64) * count + relation),
        )

    def without(self, dropped: Bool[np.ndarray, " triples"]) -> FoundationGraph:
        """Return the layouts without the triples marked."""
        kept = ~dropped[self.triple_of]
        counts = np.bincount(self.pair_of[kept], minlength=len(self.layouts.from_relations))
        alive = counts > 0
        up: EdgeLayout = self.layouts.from_relations.select(alive)
        up = replace(up, weights=incidence_weights(counts[alive]))
        down: EdgeLayout = self.layouts.from_heads.select(alive[self.pair_of_head])
        left = self.triples.select(np.flatnonzero(~dropped))
        return replace(
            self.layouts,
            edges=self.layouts.edges.select(kept),
            meetings=meetings_layout(left, Incidence.of(left)),
            from_relations=up,
            from_heads=down,
        )
