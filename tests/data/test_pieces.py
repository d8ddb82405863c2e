import numpy as np
import pytest

from kgfm.data.pieces import snowball
from tests.graphs import families


@pytest.mark.parametrize("entities", [1, 10, 40])
def test_a_piece_is_as_large_as_asked_and_keeps_the_edges_inside(entities):
    graph = families()
    piece = snowball(graph, entities, seed=1)
    assert piece.entity_count <= entities
    stated = {
        (graph.entity_labels[h], graph.relation_labels[r], graph.entity_labels[t])
        for h, r, t in zip(graph.heads, graph.relations, graph.tails, strict=True)
    }
    inside = set(piece.entity_labels)
    kept = {
        (piece.entity_labels[h], piece.relation_labels[r], piece.entity_labels[t])
        for h, r, t in zip(piece.heads, piece.relations, piece.tails, strict=True)
    }
    assert kept == {names for names in stated if names[0] in inside and names[2] in inside}


def test_every_label_of_a_piece_has_an_edge():
    piece = snowball(families(), 30, seed=2)
    assert set(np.concatenate([piece.heads, piece.tails]).tolist()) == set(range(piece.entity_count))
    assert set(piece.relations.tolist()) == set(range(piece.relation_count))


def test_the_same_seed_gives_the_same_piece_and_another_seed_another():
    assert snowball(families(), 20, seed=3) == snowball(families(), 20, seed=3)
    assert snowball(families(), 20, seed=3) != snowball(families(), 20, seed=4)


def test_a_graph_that_is_small_enough_stays_whole():
    assert len(snowball(families(), 10**6, seed=0)) == len(families())
