import numpy as np
import pytest

from kgfm.data import TripleSet
from kgfm.kg import IRI
from kgfm.reasoning import LinkPredictor
from kgfm.reasoning.influence import influence_paths
from kgfm.reasoning.zero_shot import ZeroShotPredictor
from tests.graphs import families


@pytest.fixture(scope="module")
def model():
    # The shipped weights: what a model trained within a test pays heed to differs from machine to machine.
    return LinkPredictor.pretrained().model


def a_question(graph, relation="born in", place=3):
    mine = np.flatnonzero(graph.relations == graph.relation_id(relation))[place]
    rest = graph.select(np.setdiff1d(np.arange(len(graph)), [mine]))
    return rest, int(graph.heads[mine]), int(graph.relations[mine]), int(graph.tails[mine])


@pytest.mark.parametrize("relation", ["born in", "nationality"])
@pytest.mark.parametrize("backwards", [False, True])
def test_paths_are_chains_of_stated_edges_from_head_to_tail(model, relation, backwards):
    graph, head, kind, tail = a_question(families(30, seed=9), relation)
    if backwards:
        head, kind, tail = tail, kind + graph.relation_count, head
    stated = set(zip(graph.heads.tolist(), graph.relations.tolist(), graph.tails.tolist(), strict=True))
    found = influence_paths(model, graph, head, kind, tail, k=5)
    assert found
    assert [path.importance for path in found] == sorted((path.importance for path in found), reverse=True)
    assert len({path.steps for path in found}) == len(found) <= 5
    for path in found:
        assert path.importance > 0
        assert 1 <= len(path.steps) <= model.config.entity_layers
        assert set(path.steps) <= stated
        here = head
        for one, _, other in path.steps:
            assert here in (one, other)
            here = other if here == one else one
        assert here == tail


def test_terms_may_be_given_by_name(model):
    graph, head, kind, tail = a_question(families(30, seed=9))
    entities, relation = graph.entity_labels, IRI(graph.relation_labels[kind])
    found = ZeroShotPredictor(model).paths(graph, IRI(entities[head]), relation, IRI(entities[tail]))
    assert found == influence_paths(model, graph, head, kind, tail)


def test_what_no_path_reaches_has_none(model):
    graph = TripleSet.from_labels([("a", "r", "b"), ("c", "r", "d")])
    assert influence_paths(model, graph, graph.entity_id("a"), 0, graph.entity_id("d")) == []
