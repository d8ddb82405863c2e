import numpy as np
import pytest
from hypothesis import given

import kgfm.data.relation_graph as module
from kgfm.data.relation_graph import MEETINGS, Incidence, relation_graph
from tests.graphs import small_graphs


def ends(graph):
    both = graph.with_inverses()
    heads = [set(both.heads[both.relations == r].tolist()) for r in range(both.relation_count)]
    tails = [set(both.tails[both.relations == r].tolist()) for r in range(both.relation_count)]
    return heads, tails


@given(graph=small_graphs())
def test_incidence_lists_each_head_of_each_relation_once(graph):
    incidence = Incidence.of(graph)
    heads, _ = ends(graph)
    pairs = list(zip(incidence.entities.tolist(), incidence.relations.tolist(), strict=True))
    assert pairs == sorted((e, r) for r, members in enumerate(heads) for e in members)


@given(graph=small_graphs())
def test_counting_by_table_equals_counting_by_sorting(graph):
    incidence = Incidence.of(graph)
    one = relation_graph(incidence)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_TABLE", 0)
        patch.setattr(module, "_MEETINGS_AT_ONCE", 7)
        two = relation_graph(incidence)
    for name in ("sources", "kinds", "targets", "weights"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))


@given(graph=small_graphs())
def test_relations_meet_where_they_share_entities(graph):
    found = relation_graph(Incidence.of(graph))
    heads, tails = ends(graph)
    expected = {}
    for kind, name in enumerate(MEETINGS):
        one, two = ({"head": heads, "tail": tails}[end] for end in name.split("-"))
        for r, left in enumerate(one):
            for s, right in enumerate(two):
                if left & right:
                    share = len(left & right) / np.sqrt(len(left) * len(right))
                    expected[r, kind, s] = share
    keys = zip(found.sources.tolist(), found.kinds.tolist(), found.targets.tolist(), strict=True)
    given_weights = dict(zip(keys, found.weights.tolist(), strict=True))
    assert given_weights.keys() == expected.keys()
    assert len(given_weights) == len(found.sources)
    for key, weight in expected.items():
        np.testing.assert_allclose(given_weights[key], weight, rtol=1e-6)
