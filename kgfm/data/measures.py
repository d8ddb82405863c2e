"""How a graph hangs together: degrees, components, central entities, communities.

Degrees, components and PageRank are exact at any size. Betweenness and communities grow faster than
the graph: they look at its most central part where it is large, and betweenness at the shortest paths
from sampled entities; the result says at how many of each.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from kgfm.errors import ConfigError
from kgfm.kg import IRI, Triple

if TYPE_CHECKING:
    import networkx as nx

_DAMPING: Final = 0.85  # of PageRank, as in the paper
_ROUNDS: Final = 100
_CLOSE_ENOUGH: Final = 1e-9  # of PageRank's sum over all entities


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuresConfig:
    """How much is listed, and how much of a large graph is looked at."""

    top: int = 10  # entities a list
    most_links: int = 30_000  # of the part where betweenness and communities are looked for
    most_steps: int = 1_000_000  # links followed for betweenness; more links, fewer sampled entities
    seed: int = 0

    def __post_init__(self) -> None:
        if min(self.top, self.most_links, self.most_steps) < 1:
            raise ConfigError("measures: top, most_links and most_steps must be at least 1.")


@dataclass(frozen=True, slots=True)
class Ranked:
    """An entity and its score."""

    entity: IRI
    score: float


@dataclass(frozen=True, slots=True)
class Community:
    """Entities that are linked among themselves more than to others."""

    size: int
    members: tuple[IRI, ...]  # the most central ones


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphMeasures:
    """The measures of a graph; its links are its triples, without direction but for PageRank."""

    entities: int
    links: int  # triples between two entities
    mean_degree: float
    largest_degree: int
    degrees: tuple[tuple[int, int, int], ...]  # from, to, and how many entities have that many links
    components: int
    largest_component: int  # entities
    page_rank: tuple[Ranked, ...]  # probability that a random walk is there; sums to 1 over all entities
    betweenness: tuple[Ranked, ...]  # share of shortest paths that lead through it, in [0, 1]
    communities: tuple[Community, ...]  # the largest first
    community_count: int
    modularity: float  # of these communities, in [-0.5, 1]
    looked_at: int  # entities among which betweenness and communities were looked for
    sampled: int  # entities from which shortest paths were followed


def graph_measures(triples: Iterable[Triple], config: MeasuresConfig | None = None) -> GraphMeasures:
    """Measure the graph of the triples between two IRIs; others are passed over.

    Sources: Page et al. 1999 (PageRank); Brandes and Pich 2007 (betweenness from sampled sources);
    Blondel et al. 2008, arXiv:0803.0476 (communities, the Louvain method).
    """
    config = config or MeasuresConfig()
    names, heads, tails = _links(triples)
    degrees = np.bincount(np.concatenate([heads, tails]), minlength=len(names))
    ranks = _page_rank(heads, tails, len(names))
    sizes = _component_sizes(heads, tails, len(names))
    core, entities = _core(heads, tails, ranks, config.most_links)
    sources = min(entities, max(1, config.most_steps // max(1, core.number_of_edges())))
    found = _communities(core, ranks, config)
    return GraphMeasures(
        entities=len(names),
        links=len(heads),
        mean_degree=float(degrees.mean()) if names else 0.0,
        largest_degree=int(degrees.max(initial=0)),
        degrees=_histogram(degrees),
        components=len(sizes),
        largest_component=int(sizes.max(initial=0)),
        page_rank=_ranked(dict(enumerate(ranks.tolist())), names, config.top),
        betweenness=_ranked(_betweenness(core, sources, config.seed), names, config.top),
        communities=tuple(
            Community(len(one), tuple(names[member] for member in one[:3])) for one in found[: config.top]
        ),
        community_count=len(found),
        modularity=_modularity(core, found),
        looked_at=entities,
        sampled=sources,
    )


def _links(triples: Iterable[Triple]) -> tuple[Sequence[IRI], NDArray[np.int64], NDArray[np.int64]]:
    numbers: dict[IRI, int] = {}
    ends: list[int] = []
    for triple in triples:
        if isinstance(triple.subject, IRI) and isinstance(triple.object, IRI):
            ends += (numbers.setdefault(one, len(numbers)) for one in (triple.subject, triple.object))
    # Sorted: what is measured must not depend on the order of triples.
    names = sorted(numbers)
    places = np.empty(len(names), np.int64)
    places[[numbers[name] for name in names]] = np.arange(len(names))
    pairs = places[np.array(ends, dtype=np.int64)].reshape(-1, 2)
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    return names, pairs[:, 0], pairs[:, 1]


def _histogram(degrees: NDArray[np.int64]) -> tuple[tuple[int, int, int], ...]:
    """Count degrees from each power of two to below the next."""
    classes = np.bincount(np.log2(degrees).astype(np.int64)) if len(degrees) else np.array([], np.int64)
    return tuple((1 << n, (2 << n) - 1, int(count)) for n, count in enumerate(classes) if count)


def _component_sizes(heads: NDArray[np.int64], tails: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(len(heads), np.int8), (heads, tails)), shape=(count, count))
    return np.bincount(connected_components(links, directed=False)[1]) if count else np.array([], np.int64)


def _page_rank(heads: NDArray[np.int64], tails: NDArray[np.int64], count: int) -> NDArray[np.float64]:
    if not count:
        return np.zeros(0)
    outgoing = np.bincount(heads, minlength=count)
    share = np.divide(1.0, outgoing, where=outgoing > 0, out=np.zeros(count))
    ranks = np.full(count, 1.0 / count)
    for _ in range(_ROUNDS):
        walked = np.bincount(tails, weights=(ranks * share)[heads], minlength=count)
        walked += ranks[outgoing == 0].sum() / count  # who has nowhere to go jumps anywhere
        before, ranks = ranks, _DAMPING * walked + (1.0 - _DAMPING) / count
        if np.abs(ranks - before).sum() < _CLOSE_ENOUGH:
            break
    return ranks


def _core(
    heads: NDArray[np.int64], tails: NDArray[np.int64], ranks: NDArray[np.float64], most_links: int
) -> "tuple[nx.Graph[int], int]":
    """Return the largest part of highest PageRank that has at most so many links, and its entities."""
    import networkx as nx

    places = np.empty(len(ranks), np.int64)
    places[np.argsort(-ranks, kind="stable")] = np.arange(len(ranks))
    # A link belongs to every part that holds its lower end.
    lower = np.maximum(places[heads], places[tails])
    within = lower < np.sort(lower)[most_links] if len(lower) > most_links else np.ones(len(lower), bool)
    core: nx.Graph[int] = nx.Graph()
    core.add_edges_from(zip(heads[within].tolist(), tails[within].tolist(), strict=True))
    return core, core.number_of_nodes()


def _betweenness(core: "nx.Graph[int]", sources: int, seed: int) -> dict[int, float]:
    import networkx as nx

    return nx.betweenness_centrality(core, k=sources, seed=seed) if sources else {}


def _communities(
    core: "nx.Graph[int]", ranks: NDArray[np.float64], config: MeasuresConfig
) -> list[list[int]]:
    import networkx as nx

    if not core:
        return []
    found = nx.community.louvain_communities(core, seed=config.seed)
    return sorted(
        (sorted(one, key=lambda member: (-ranks[member], member)) for one in found),
        key=lambda one: (-len(one), one),
    )


def _modularity(core: "nx.Graph[int]", found: list[list[int]]) -> float:
    import networkx as nx

    return float(nx.community.modularity(core, map(set, found))) if found else 0.0


def _ranked(scores: dict[int, float], names: Sequence[IRI], top: int) -> tuple[Ranked, ...]:
    best = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:top]
    return tuple(Ranked(names[number], score) for number, score in best if score > 0)
