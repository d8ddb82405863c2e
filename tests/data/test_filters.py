import numpy as np
from hypothesis import given

from kgfm.data import FilterIndex
from tests.graphs import small_graphs


@given(one=small_graphs(), two=small_graphs())
def test_known_tails_are_those_of_a_plain_search(one, two):
    heads, relations = (grid.ravel() for grid in np.meshgrid(np.arange(6), np.arange(6)))
    queries, tails = FilterIndex([one, two]).known_tails(heads, relations)
    both = [one.with_inverses(), two.with_inverses()]
    edges = {
        (int(h), int(r), int(t))
        for graph in both
        for h, r, t in zip(graph.heads, graph.relations, graph.tails, strict=True)
    }
    found = [(int(heads[q]), int(relations[q]), int(t)) for q, t in zip(queries, tails, strict=True)]
    assert len(found) == len(edges)
    assert set(found) == edges
    assert (np.diff(queries) >= 0).all()
