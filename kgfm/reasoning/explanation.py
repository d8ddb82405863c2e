"""Paths between two entities over the stated edges: why a triple is, or may be, true.

The graph is never loaded: a callback gives the edges around one entity at a time, and the search
grows from both ends, nearest first, until it has met often enough or spent its budget.
"""

import heapq
import math
from collections.abc import Callable, Iterable, Iterator
from itertools import islice, pairwise
from typing import Any

import networkx as nx

from kgfm.kg import IRI, Triple
from kgfm.reasoning.answer import Explanation, Path, Step

Neighbours = Callable[[IRI], Iterable[tuple[Triple, float]]]
"""Edges (triple, confidence in [0, 1]) that have the term as subject or as object."""

_MOST_EDGES_OF_ONE = 200  # of a larger hub only so many edges are kept: paths through it say little
_MOST_EDGES_OF_AN_END = 100_000  # read of head and tail in search of edges that join them
_MOST_EXPANSIONS = 100  # entities read a side; bounds time whatever the size of the graph
_MOST_PATHS_TRIED = 50
_LEAST_CONFIDENCE = 1e-3  # an edge of confidence 0 would be infinitely long


def explain(
    neighbours: Neighbours, head: IRI, relation: IRI, tail: IRI, k: int = 3, hops: int = 4
) -> Explanation:
    """Return at most `k` simple paths of at most `hops` edges from head to tail, best first.

    A path costs, for each edge, 1/2 - log(confidence) and, for each entity it passes through, half
    the log of its degree: a country or a year links everything to everything. Its score is
    exp(-cost + 1/2), so that one certain edge scores 1. If head-relation-tail is itself stated, that
    edge comes first; other edges between the two are paths as well. What lies beyond the search's
    budget (100 entities read from each end, 200 edges of each) is not seen.
    """
    graph = _around_both(neighbours, head, tail, (hops + 1) // 2)
    paths: list[Path] = []
    if graph.has_edge(head, tail):
        paths = [_path([_from(step, head)], 0.0) for step in graph.edges[head, tail]["steps"]]
        # The direct edges are listed one by one above; the search below looks past them.
        graph.remove_edge(head, tail)
    if head != tail and head in graph and tail in graph:
        paths.extend(islice(_longer_paths(_between(graph, head, tail, hops), head, tail, hops), k))
    asked = Triple(head, relation, tail)
    paths.sort(key=lambda path: (not _states(path, asked), -path.score, len(path.steps), _key(path)))
    return Explanation(
        head=head,
        relation=relation,
        tail=tail,
        stated=bool(paths) and _states(paths[0], asked),
        paths=tuple(paths[:k]),
    )


def _around_both(neighbours: Neighbours, head: IRI, tail: IRI, radius: int) -> "nx.Graph[IRI]":
    """Read the edges around both ends, cheapest entities first, into one undirected graph."""
    graph: nx.Graph[IRI] = nx.Graph()
    degree: dict[IRI, int] = {}
    for end in dict.fromkeys((head, tail)):
        queue: list[tuple[float, int, IRI]] = [(0.0, 0, end)]
        done: set[IRI] = set()
        while queue and len(done) < _MOST_EXPANSIONS:
            cost, depth, term = heapq.heappop(queue)
            if term in done:
                continue
            done.add(term)
            edges = _edges_of(neighbours, term, {head, tail})
            degree[term] = len(edges)
            toll = _toll(len(edges)) if depth else 0.0
            for triple, confidence in edges:
                other = _add(graph, term, triple, confidence)
                if other is not None and depth + 1 < radius and other not in done:
                    heapq.heappush(queue, (cost + toll + _length(confidence), depth + 1, other))
    for term in graph:
        graph.nodes[term]["toll"] = _toll(degree.get(term, graph.degree[term]))
    return graph


def _edges_of(neighbours: Neighbours, term: IRI, ends: set[IRI]) -> list[tuple[Triple, float]]:
    """Read an entity's first edges; of head and tail also all that join the two, however far down."""
    if term not in ends:
        return list(islice(neighbours(term), _MOST_EDGES_OF_ONE))
    return [
        (triple, confidence)
        for number, (triple, confidence) in enumerate(islice(neighbours(term), _MOST_EDGES_OF_AN_END))
        if number < _MOST_EDGES_OF_ONE or {triple.subject, triple.object} == ends
    ]


def _between(graph: "nx.Graph[IRI]", head: IRI, tail: IRI, hops: int) -> "nx.Graph[IRI]":
    """Keep the entities that a path of at most `hops` edges could pass through."""
    from_head = nx.single_source_shortest_path_length(graph, head, cutoff=hops)
    from_tail = nx.single_source_shortest_path_length(graph, tail, cutoff=hops)
    near = [term for term in from_head if from_head[term] + from_tail.get(term, hops) <= hops]
    return graph.subgraph([*near, head, tail])


def _add(graph: "nx.Graph[IRI]", term: IRI, triple: Triple, confidence: float) -> IRI | None:
    """Add one edge and return its far end; None where it leads to no other entity."""
    subject, object_ = triple.subject, triple.object
    if not isinstance(subject, IRI) or not isinstance(object_, IRI) or subject == object_:
        return None
    if not graph.has_edge(subject, object_):
        graph.add_edge(subject, object_, steps=[])
    steps: list[Step] = graph.edges[subject, object_]["steps"]
    if all(step.triple != triple for step in steps):
        steps.append(Step(triple=triple, forward=True, confidence=confidence))
    return object_ if subject == term else subject


def _longer_paths(graph: "nx.Graph[IRI]", head: IRI, tail: IRI, hops: int) -> Iterator[Path]:
    def weight(one: IRI, two: IRI, data: Any) -> float:
        # Each passed entity's toll is split over the path's two edges at it.
        ends: float = sum(graph.nodes[term]["toll"] / 2 for term in (one, two) if term not in (head, tail))
        return min(_length(step.confidence) for step in data["steps"]) + ends

    try:
        for nodes in islice(nx.shortest_simple_paths(graph, head, tail, weight), _MOST_PATHS_TRIED):
            if len(nodes) - 1 <= hops:
                steps = [_best_step(graph, one, two) for one, two in pairwise(nodes)]
                yield _path(steps, sum(graph.nodes[term]["toll"] for term in nodes[1:-1]))
    except nx.NetworkXNoPath:
        return


def _best_step(graph: "nx.Graph[IRI]", one: IRI, two: IRI) -> Step:
    steps: list[Step] = graph.edges[one, two]["steps"]
    return _from(min(steps, key=lambda step: (-step.confidence, str(step.triple))), one)


def _from(step: Step, term: IRI) -> Step:
    return Step(triple=step.triple, forward=step.triple.subject == term, confidence=step.confidence)


def _path(steps: list[Step], tolls: float) -> Path:
    cost = sum(_length(step.confidence) for step in steps) + tolls
    return Path(steps=tuple(steps), score=math.exp(0.5 - cost))


def _length(confidence: float) -> float:
    return 0.5 - math.log(max(confidence, _LEAST_CONFIDENCE))


def _toll(degree: int) -> float:
    return 0.5 * math.log(max(degree, 1))


def _states(path: Path, asked: Triple) -> bool:
    return len(path.steps) == 1 and path.steps[0].triple == asked


def _key(path: Path) -> tuple[str, ...]:
    return tuple(str(step.triple) for step in path.steps)
