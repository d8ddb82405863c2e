import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgfm.training.foundation_graphs import foundation_graph
from kgfm.training.masking import MaskableGraph
from tests.graphs import families, small_graphs


def rows(layout):
    """Return the edges with their weights, in order."""
    weights = np.ones(len(layout)) if layout.weights is None else layout.weights
    columns = (layout.sources, layout.relations, layout.targets, weights)
    return sorted(zip(*(column.tolist() for column in columns), strict=True))


@settings(deadline=None)
@given(graph=small_graphs(), seed=st.integers(0, 100))
def test_leaving_edges_out_equals_a_graph_without_them(graph, seed):
    dropped = np.random.default_rng(seed).random(len(graph)) < 0.4
    found = MaskableGraph.of(graph).without(dropped)
    right = foundation_graph(graph.select(np.flatnonzero(~dropped)))
    for name in ("edges", "meetings", "from_relations", "from_heads"):
        assert rows(getattr(found, name)) == rows(getattr(right, name))


def test_layouts_are_built_once_a_graph():
    graph = families(5)
    assert foundation_graph(graph) is foundation_graph(graph)
    assert foundation_graph(families(5)) is not foundation_graph(graph)


def test_nothing_dropped_changes_nothing():
    graph = families(5)
    found = MaskableGraph.of(graph).without(np.zeros(len(graph), dtype=bool))
    assert len(found.edges) == 2 * len(graph)
    assert rows(found.meetings) == rows(foundation_graph(graph).meetings)


@pytest.mark.parametrize("relation", [0, 1])
def test_a_pair_goes_only_with_the_last_edge_that_it_rests_on(relation):
    graph = families(5)
    mine = np.flatnonzero(graph.relations == relation)
    found = MaskableGraph.of(graph).without(np.isin(np.arange(len(graph)), mine))
    gone = {relation, relation + graph.relation_count}
    assert not gone & set(found.from_relations.sources.tolist())
    assert not gone & set(found.from_heads.targets.tolist())
