import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kgfm.data import TripleSet, split_edges
from tests.graphs import families, small_graphs


def edges_of(graph):
    return set(zip(graph.heads.tolist(), graph.relations.tolist(), graph.tails.tolist(), strict=True))


@given(graph=small_graphs(), fraction=st.floats(0.01, 0.9), seed=st.integers(0, 99))
def test_the_two_parts_are_the_whole(graph, fraction, seed):
    train, valid = split_edges(graph, fraction, seed)
    assert edges_of(train) | edges_of(valid) == edges_of(graph)
    assert len(train) + len(valid) == len(graph)


@given(graph=small_graphs(), seed=st.integers(0, 99))
def test_every_entity_and_relation_stays_in_train(graph, seed):
    train, _ = split_edges(graph, 0.5, seed, least=0)
    assert set(train.relations.tolist()) == set(graph.relations.tolist())
    assert {*train.heads.tolist(), *train.tails.tolist()} == {*graph.heads.tolist(), *graph.tails.tolist()}


def test_the_seed_draws_the_split():
    graph = families()
    assert split_edges(graph, 0.2, 1) == split_edges(graph, 0.2, 1)
    assert split_edges(graph, 0.2, 1) != split_edges(graph, 0.2, 2)
    assert len(split_edges(graph, 0.2, 1)[1]) == round(0.2 * len(graph))


def test_a_tree_still_gives_the_least_number_of_edges():
    star = TripleSet.from_numpy(np.zeros(30, dtype=np.int64), np.zeros(30, dtype=np.int64), np.arange(1, 31))
    train, valid = split_edges(star, 0.1, 0, least=5)
    assert (len(train), len(valid)) == (25, 5)
