"""The paths that carry a prediction of the graph model, by how its logit hangs on each edge.

Source: Zhu et al. 2021, arXiv:2106.06935, section 4.4: the importance of a path is the sum of the
logit's slopes by the weights of its edges, one a layer.
"""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int

from kgfm.data import TripleSet
from kgfm.nn.kernels import EdgeLayout
from kgfm.nn.models.foundation import FoundationModel
from kgfm.training.foundation_graphs import foundation_graph

_BEAM = 200  # half-built paths kept from layer to layer


@dataclass(frozen=True, slots=True)
class InfluencePath:
    """A chain of stated edges from the query's head to the answer; `importance` is above 0.

    A step is (head, relation, tail) as the graph states it; it may be walked either way.
    """

    steps: tuple[tuple[int, int, int], ...]
    importance: float  # by how much the logit would rise, to first order, were its edges twice as sure


def influence_paths(
    model: FoundationModel, graph: TripleSet, head: int, relation: int, tail: int, k: int = 5
) -> list[InfluencePath]:
    """Return the k most important paths from head to tail, of at most as many edges as the model has layers.

    `relation` may be an inverse (relation + relation_count). Empty where no path carries the answer.
    """
    slopes = _slopes(model, graph, head, relation, tail)
    edges = foundation_graph(graph).edges
    # (importance, entity that the path starts from so far, numbers of its edges)
    beam: list[tuple[float, int, tuple[int, ...]]] = [(0.0, tail, ())]
    for layer in reversed(range(len(slopes))):
        longer = [
            (importance + float(slopes[layer, edge]), int(edges.sources[edge]), (int(edge), *path))
            for importance, entity, path in beam
            for edge in _promising(edges, slopes[layer], entity)
        ]
        # A path may also stay where it is: each layer keeps its input.
        best: dict[tuple[int, tuple[int, ...]], float] = {}
        for importance, entity, path in [*beam, *longer]:
            best[entity, path] = max(importance, best.get((entity, path), 0.0))
        ordered = sorted(best.items(), key=lambda item: (-item[1], item[0]))
        beam = [(importance, entity, path) for (entity, path), importance in ordered[:_BEAM]]
    found = [(importance, path) for importance, entity, path in beam if entity == head and path]
    return [InfluencePath(_stated(edges, path, graph.relation_count), value) for value, path in found[:k]]


def _slopes(
    model: FoundationModel, graph: TripleSet, head: int, relation: int, tail: int
) -> Float[np.ndarray, "layers edges"]:
    layouts = foundation_graph(graph)
    with torch.no_grad():
        known = model.relation_network(layouts, torch.tensor([relation]))
    own = layouts.edges.weights
    one = torch.ones(len(layouts.edges)) if own is None else torch.from_numpy(own)
    weights = one.repeat(model.config.entity_layers, 1).requires_grad_()
    sources = torch.tensor([head]), torch.tensor([0]), torch.ones(1)
    scores = model.propagate(layouts, known, sources, weights=weights)
    (slopes,) = torch.autograd.grad(scores[0, tail], weights)
    found: np.ndarray = (slopes * weights.detach()).numpy()
    return found


def _promising(
    edges: EdgeLayout, slopes: Float[np.ndarray, " edges"], entity: int
) -> Int[np.ndarray, " chosen"]:
    first, last = edges.target_start[entity], edges.target_start[entity + 1]
    mine = slopes[first:last]
    order = np.argsort(-mine, kind="stable")[:_BEAM]
    chosen: np.ndarray = first + order[mine[order] > 0]
    return chosen


def _stated(edges: EdgeLayout, path: tuple[int, ...], relations: int) -> tuple[tuple[int, int, int], ...]:
    steps = []
    for edge in path:
        source, relation, target = (
            int(column[edge]) for column in (edges.sources, edges.relations, edges.targets)
        )
        turned = relation >= relations
        steps.append((target, relation - relations, source) if turned else (source, relation, target))
    return tuple(steps)
