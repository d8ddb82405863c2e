"""Measures agree with networkx where it is exact, and stay bounded where the graph is large."""

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgfm.data.measures import MeasuresConfig, graph_measures
from kgfm.errors import ConfigError
from kgfm.kg import IRI, Literal, Triple

KNOWS = IRI("urn:r:knows")


def links(*pairs: tuple[int, int]) -> list[Triple]:
    return [Triple(IRI(f"urn:e:{head}"), KNOWS, IRI(f"urn:e:{tail}")) for head, tail in pairs]


pair_lists = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=40)


@settings(max_examples=25, deadline=None)
@given(pairs=pair_lists)
def test_measures_of_the_whole_are_those_of_networkx(pairs: list[tuple[int, int]]) -> None:
    found = graph_measures(links(*pairs), MeasuresConfig(top=99))
    reference: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    reference.add_edges_from((f"urn:e:{head}", f"urn:e:{tail}") for head, tail in pairs)
    degrees = [degree for _, degree in reference.degree()]
    assert (found.entities, found.links) == (len(reference), len(pairs))
    assert found.largest_degree == max(degrees)
    assert found.mean_degree == pytest.approx(sum(degrees) / len(degrees))
    for low, high, count in found.degrees:
        assert sum(low <= degree <= high for degree in degrees) == count
    components = [len(one) for one in nx.weakly_connected_components(reference)]
    assert (found.components, found.largest_component) == (len(components), max(components))
    ranks = nx.pagerank(reference, tol=1e-10, max_iter=1_000)
    assert {one.entity.value: one.score for one in found.page_rank} == pytest.approx(ranks, abs=1e-6)
    between = nx.betweenness_centrality(nx.Graph(reference))
    scores = {one.entity.value: one.score for one in found.betweenness}
    assert {name: scores.get(name, 0.0) for name in between} == pytest.approx(between)
    assert sum(community.size for community in found.communities) == len(reference)
    assert found.sampled == found.looked_at == len(reference)


@settings(max_examples=25, deadline=None)
@given(pairs=pair_lists)
def test_the_order_of_triples_does_not_show(pairs: list[tuple[int, int]]) -> None:
    there, back = (graph_measures(links(*some)) for some in (pairs, pairs[::-1]))
    assert there == back


def test_two_groups_with_one_bridge_are_two_communities_and_the_bridge_is_between() -> None:
    groups = [[(a + base, b + base) for a in range(6) for b in range(a)] for base in (0, 10)]
    found = graph_measures(links(*groups[0], *groups[1], (0, 10)))
    assert [one.size for one in found.communities] == [6, 6]
    assert {one.entity.value for one in found.betweenness[:2]} == {"urn:e:0", "urn:e:10"}


def test_a_large_graph_is_measured_in_its_most_central_part() -> None:
    star = [(number, 0) for number in range(1, 40)] + [(100 + number, 101 + number) for number in range(300)]
    config = MeasuresConfig(most_links=50, most_steps=100)
    found = graph_measures(links(*star), config)
    assert (found.entities, found.links) == (341, 339)
    assert found.page_rank[0].entity == IRI("urn:e:0")
    assert found.looked_at <= 51
    assert found.sampled <= 100 // 2
    assert 0 < sum(one.size for one in found.communities) <= found.looked_at


def test_texts_are_no_links_and_an_empty_graph_has_measures() -> None:
    text = Triple(IRI("urn:e:0"), KNOWS, Literal("x"))
    found = graph_measures([text])
    assert (found.entities, found.components, found.communities, found.page_rank) == (0, 0, (), ())
    with pytest.raises(ConfigError, match="at least 1"):
        MeasuresConfig(top=0)
