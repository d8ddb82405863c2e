"""Why the graph model predicts a triple: the paths that its score hangs on, with their sentences."""

from dataclasses import replace

import numpy as np

from kgfm.data import TripleSet
from kgfm.kg import IRI, Triple
from kgfm.reasoning.answer import Explanation, Path, Step
from kgfm.reasoning.evidence import evidence_for
from kgfm.reasoning.influence import InfluencePath
from kgfm.reasoning.zero_shot import ZeroShotPredictor
from kgfm.stores.base import TripleStore


def with_carriers(
    store: TripleStore, predictor: ZeroShotPredictor, graph: TripleSet, found: Explanation, k: int
) -> Explanation:
    """Add the probability of a triple that is not stated, and the k paths that do most to make it likely.

    Returns it as it is where the triple is stated, or a term of it has no edge in the graph.
    """
    head, relation, tail = found.head.value, found.relation.value, found.tail.value
    known = head in graph.entity_ids and tail in graph.entity_ids and relation in graph.relation_ids
    if found.stated or not known:
        return found
    ids = graph.entity_ids[head], graph.relation_ids[relation], graph.entity_ids[tail]
    probability = predictor.probabilities(graph, np.array(ids).reshape(3, 1))[0]
    paths = predictor.paths(graph, found.head, found.relation, found.tail, k)
    total = sum(path.importance for path in paths)
    return replace(
        found,
        probability=float(probability),
        carriers=tuple(
            Path(steps=_steps(store, graph, path, ids[0]), score=path.importance / total) for path in paths
        ),
    )


def _steps(store: TripleStore, graph: TripleSet, path: InfluencePath, start: int) -> tuple[Step, ...]:
    steps, here = [], start
    for head, relation, tail in path.steps:
        triple = Triple(
            IRI(graph.entity_labels[head]),
            IRI(graph.relation_labels[relation]),
            IRI(graph.entity_labels[tail]),
        )
        forward = here == head
        here = tail if forward else head
        steps.append(
            Step(
                triple=triple,
                forward=forward,
                confidence=_confidence(graph, head, relation, tail),
                evidence=evidence_for(store, triple),
            )
        )
    return tuple(steps)


def _confidence(graph: TripleSet, head: int, relation: int, tail: int) -> float:
    if graph.weights is None:
        return 1.0
    mine = (graph.heads == head) & (graph.relations == relation) & (graph.tails == tail)
    return float(graph.weights[mine][0])
