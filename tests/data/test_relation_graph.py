import numpy as np
import pytest
from hypothesis import given, settings

import kgfm.data.relation_graph as module
from kgfm.data.relation_graph import MEETINGS, Incidence, relation_graph
from tests.graphs import small_graphs


def ends(graph):
    both = graph.with_inverses()
    heads = [set(both.heads[both.relations == r].tolist()) for r in range(both.relation_count)]
    tails = [set(both.tails[both.relations == r].tolist()) for r in range(both.relation_count)]
    return heads, tails


@settings(deadline=None)
@given(graph=small_graphs())
def test_incidence_lists_each_head_of_each_relation_once(graph):
    incidence = Incidence.of(graph)
    heads, _ = ends(graph)
    pairs = list(zip(incidence.entities.tolist(), incidence.relations.tolist(), strict=True))
    assert pairs == sorted((e, r) for r, members in enumerate(heads) for e in members)


@settings(deadline=None)
@given(graph=small_graphs())
def test_counting_by_table_equals_counting_by_sorting(graph):
    incidence = Incidence.of(graph)
    one = relation_graph(graph, incidence)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_TABLE", 0)
        patch.setattr(module, "_MEETINGS_AT_ONCE", 7)
        two = relation_graph(graph, incidence)
    for name in ("sources", "kinds", "targets", "weights"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))


@settings(deadline=None)
@given(graph=small_graphs())
def test_relations_meet_where_they_share_entities(graph):
    found = relation_graph(graph, Incidence.of(graph))
    heads, tails = ends(graph)
    expected = {}
    for kind, name in enumerate(MEETINGS[:4]):
        one, two = ({"head": heads, "tail": tails}[end] for end in name.split("-"))
        for r, left in enumerate(one):
            for s, right in enumerate(two):
                if left & right:
                    share = len(left & right) / np.sqrt(len(left) * len(right))
                    expected[r, kind, s] = share
    assert given_weights(found, range(4)) == pytest.approx(expected)


@settings(deadline=None)
@given(graph=small_graphs())
def test_relations_imply_each_other_where_they_join_the_same_pairs(graph):
    both = graph.with_inverses()
    pairs = [
        {(h, t) for h, k, t in zip(both.heads, both.relations, both.tails, strict=True) if k == r}
        for r in range(both.relation_count)
    ]
    expected = {}
    for r, left in enumerate(pairs):
        for s, right in enumerate(pairs):
            if r != s and left & right:
                expected[r, MEETINGS.index("implies"), s] = len(left & right) / (len(left) + 1)
                expected[r, MEETINGS.index("implied"), s] = len(left & right) / (len(right) + 1)
    assert given_weights(relation_graph(graph, Incidence.of(graph)), (4, 5)) == pytest.approx(expected)


def given_weights(found, kinds):
    """Return the weights of the edges of some kinds, each of which stands once."""
    keys = list(zip(found.sources.tolist(), found.kinds.tolist(), found.targets.tolist(), strict=True))
    assert len(set(keys)) == len(keys)
    return {key: weight for key, weight in zip(keys, found.weights.tolist(), strict=True) if key[1] in kinds}
