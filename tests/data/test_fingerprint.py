from dataclasses import replace

import numpy as np
from hypothesis import given

from kgfm.data.fingerprint import fingerprint
from tests.graphs import families, small_graphs


@given(graph=small_graphs())
def test_equal_graphs_have_equal_fingerprints_and_others_do_not(graph):
    assert fingerprint(graph) == fingerprint(replace(graph))
    others = [
        graph.select(np.arange(1, len(graph))),
        replace(graph, entity_labels=tuple("abcdeg")),
        replace(graph, weights=np.full(len(graph), 0.5, dtype=np.float32)),
    ]
    assert len({fingerprint(graph), *map(fingerprint, others)}) == 4


def test_the_order_of_the_sets_counts():
    one, two = families(5, seed=1), families(5, seed=2)
    assert fingerprint(one, two) != fingerprint(two, one)
