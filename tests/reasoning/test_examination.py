import numpy as np
import pytest

from kgfm.data import TripleSet, split_edges
from kgfm.errors import TrainingError
from kgfm.reasoning.examination import Examination
from tests.graphs import families


def test_queries_run_both_ways_and_those_of_one_relation_stand_together():
    graph, test = split_edges(families(30), 0.2, 0)
    asked = Examination.of(graph, test)
    assert asked.queries.shape == (3, 2 * len(test))
    assert (np.diff(asked.queries[1]) >= 0).all()
    assert (asked.leaked, asked.unseen) == (0, 0)


def test_a_sample_follows_from_its_seed():
    graph, test = split_edges(families(30), 0.2, 0)
    one, two, other = (Examination.of(graph, test, limit=7, seed=seed).queries for seed in (1, 1, 2))
    assert one.shape == (3, 7)
    assert np.array_equal(one, two)
    assert not np.array_equal(one, other)
    assert Examination.of(graph, test, limit=10_000).queries.shape[1] == 2 * len(test)


def test_leaks_and_terms_that_the_graph_lacks_are_counted():
    graph = TripleSet.from_labels([("a", "r", "b"), ("b", "r", "b"), ("b", "s", "c")])
    test = TripleSet.from_labels([("b", "r", "b"), ("a", "r", "d"), ("a", "t", "b"), ("a", "s", "b")])
    asked = Examination.of(graph, test, [TripleSet.from_labels([("e", "u", "a")])])
    assert (asked.leaked, asked.unseen) == (1, 2)
    assert (asked.graph.entity_count, asked.graph.relation_count) == (5, 4)


def test_an_empty_test_set_is_refused():
    with pytest.raises(TrainingError, match="no edges"):
        Examination.of(families(5), TripleSet.from_labels([]))
