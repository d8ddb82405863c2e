import dataclasses

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from kgfm.data import TripleSet
from kgfm.errors import ConfigError
from kgfm.nn.config import FoundationConfig
from kgfm.nn.models.foundation import FoundationModel, RelationStates
from kgfm.training.foundation_graphs import foundation_graph
from tests.graphs import families

SMALL = FoundationConfig(channels=8, relation_layers=2, refinements=1, entity_layers=2)


def a_model(config=SMALL, seed=0):
    torch.manual_seed(seed)
    return FoundationModel(config).eval()


def asked(graph, count=6, seed=0):
    draw = np.random.default_rng(seed)
    heads = draw.integers(graph.entity_count, size=count)
    relations = draw.integers(2 * graph.relation_count, size=count)
    return torch.from_numpy(heads), torch.from_numpy(relations)


@torch.no_grad()
def scores(model, graph, heads, relations):
    return model(foundation_graph(graph), heads, relations)


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 1000))
def test_renaming_entities_and_relations_renames_the_scores(seed):
    graph, model = families(12), a_model()
    draw = np.random.default_rng(seed)
    entity, relation = draw.permutation(graph.entity_count), draw.permutation(graph.relation_count)
    renamed = TripleSet.from_numpy(entity[graph.heads], relation[graph.relations], entity[graph.tails])
    heads, relations = asked(graph, seed=seed)
    half = graph.relation_count
    turned = torch.from_numpy(np.concatenate([relation, relation + half]))[relations]
    one = scores(model, graph, heads, relations)
    two = scores(model, renamed, torch.from_numpy(entity)[heads], turned)
    torch.testing.assert_close(one, two[:, entity], rtol=1e-4, atol=1e-4)


def test_a_batch_scores_as_its_queries_do_alone():
    graph, model = families(12), a_model()
    heads, relations = asked(graph)
    together = scores(model, graph, heads, relations)
    for place in range(len(heads)):
        alone = scores(model, graph, heads[place : place + 1], relations[place : place + 1])
        torch.testing.assert_close(together[place : place + 1], alone, rtol=1e-4, atol=1e-4)


def test_different_heads_and_relations_get_different_scores():
    graph, model = families(12), a_model()
    found = scores(model, graph, torch.tensor([0, 1, 0]), torch.tensor([0, 0, 1]))
    assert not torch.allclose(found[0], found[1])
    assert not torch.allclose(found[0], found[2])


def test_sources_are_a_weighted_set_and_the_query_a_vector():
    graph, model = foundation_graph(families(12)), a_model()
    known = model.relation_network(graph, torch.tensor([0]))
    one = torch.tensor([2, 3]), torch.tensor([0, 0]), torch.tensor([1.0, 0.5])
    two = torch.tensor([3, 2, 3]), torch.tensor([0, 0, 0]), torch.tensor([0.25, 1.0, 0.25])
    first, second = model.propagate(graph, known, one), model.propagate(graph, known, two)
    torch.testing.assert_close(first, second)
    other = model.propagate(graph, known, one, query=known.query + 1)
    assert not torch.allclose(first, other)
    featured = model.propagate(graph, known, one, features=torch.ones(graph.entity_count, 8))
    assert not torch.allclose(first, featured)


def test_features_of_relations_count():
    graph, model = foundation_graph(families(12)), a_model()
    features = torch.randn(graph.relation_count, 8, generator=torch.Generator().manual_seed(0))
    plain = model.relation_network(graph, torch.tensor([0, 1]))
    told = model.relation_network(graph, torch.tensor([0, 1]), features)
    assert not torch.allclose(plain.relations, told.relations)


def test_weights_of_edges_may_be_given_and_learned():
    graph, model = foundation_graph(families(12)), a_model()
    known = model.relation_network(graph, torch.tensor([0]))
    weights = torch.ones(len(graph.edges), requires_grad=True)
    sources = torch.tensor([0]), torch.tensor([0]), torch.ones(1)
    model.propagate(graph, known, sources, weights=weights).sum().backward()
    assert weights.grad is not None
    assert weights.grad.abs().sum() > 0


@pytest.mark.parametrize("refinements", [0, 2])
def test_states_may_be_joined_and_selected(refinements):
    model = a_model(dataclasses.replace(SMALL, refinements=refinements))
    graph = foundation_graph(families(12))
    both = model.relation_network(graph, torch.tensor([0, 3]))
    parts = [model.relation_network(graph, torch.tensor([number])) for number in (0, 3)]
    joined = RelationStates.joined(parts).select(torch.tensor([1, 0]))
    right = both.select(torch.tensor([1, 0]))
    torch.testing.assert_close(joined.relations, right.relations, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(joined.query, right.query, rtol=1e-4, atol=1e-4)
    assert (joined.fits is None) == (refinements == 0)


@pytest.mark.parametrize(
    "graph",
    [
        TripleSet.from_labels([("a", "r", "a")]),
        TripleSet.from_labels([("a", "r", "b")]),
        TripleSet.from_numpy(
            np.array([0, 0]), np.array([0, 0]), np.array([1, 1]),
            entity_labels=["a", "b", "alone"], relation_labels=["r", "unused"],
        ),
    ],
)  # fmt: skip
def test_small_and_odd_graphs_get_scores_that_are_numbers(graph):
    every = torch.arange(2 * graph.relation_count)
    found = scores(a_model(), graph, torch.zeros_like(every), every)
    assert found.shape == (len(every), graph.entity_count)
    assert found.isfinite().all()


@pytest.mark.parametrize("setting", [{"channels": 0}, {"entity_layers": 0}, {"refinements": -1}])
def test_settings_out_of_range_are_refused(setting):
    with pytest.raises(ConfigError, match=f"model.{next(iter(setting))}"):
        FoundationConfig(**setting)
