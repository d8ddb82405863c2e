"""From a TripleSet to the layouts that the foundation model takes, built once a graph."""

from weakref import WeakKeyDictionary

import numpy as np
from jaxtyping import Float32, Int64

from kgfm.data import TripleSet
from kgfm.data.relation_graph import MEETINGS, Incidence, relation_graph
from kgfm.nn.kernels import EdgeLayout
from kgfm.nn.models.foundation import FoundationGraph

_built: "WeakKeyDictionary[TripleSet, FoundationGraph]" = WeakKeyDictionary()


def foundation_graph(graph: TripleSet) -> FoundationGraph:
    """Return the layouts of a graph without inverse edges; kept as long as the graph itself."""
    found = _built.get(graph)
    if found is None:
        found = _built[graph] = _build(graph)
    return found


def incidence_weights(counts: Int64[np.ndarray, " pairs"]) -> Float32[np.ndarray, " pairs"]:
    """Return how much a relation tells an entity that has so many edges of it: log2 of one more than these.

    So an entity's fit to a query's relation tells how popular it is there, not only that it is.
    """
    weights: Float32[np.ndarray, " pairs"] = np.log2(1 + counts).astype(np.float32)
    return weights


def _build(graph: TripleSet) -> FoundationGraph:
    entities, relations = graph.entity_count, 2 * graph.relation_count
    both = graph.with_inverses()
    incidence = Incidence.of(graph)
    inverse = np.where(
        incidence.relations < graph.relation_count,
        incidence.relations + graph.relation_count,
        incidence.relations - graph.relation_count,
    )
    pairs = len(incidence.relations)
    return FoundationGraph(
        edges=EdgeLayout.of(
            both.heads, both.relations, both.tails,
            source_count=entities, relation_count=relations, target_count=entities, weights=both.weights,
        ),
        meetings=meetings_layout(graph, incidence),
        from_relations=EdgeLayout.of(
            incidence.relations, np.zeros(pairs, dtype=np.int64), incidence.entities,
            source_count=relations, relation_count=1, target_count=entities,
            weights=incidence_weights(incidence.counts),
        ),
        from_heads=EdgeLayout.of(
            np.tile(incidence.entities, 2), np.repeat(np.arange(2), pairs),
            np.concatenate([incidence.relations, inverse]),
            source_count=entities, relation_count=2, target_count=relations,
        ),
    )  # fmt: skip


def meetings_layout(graph: TripleSet, incidence: Incidence) -> EdgeLayout:
    """Return how the relations of a graph, inverses included, meet; `incidence` is the graph's."""
    met = relation_graph(graph, incidence)
    return EdgeLayout.of(
        met.sources, met.kinds, met.targets,
        source_count=met.relation_count, relation_count=len(MEETINGS), target_count=met.relation_count,
        weights=met.weights,
    )  # fmt: skip
