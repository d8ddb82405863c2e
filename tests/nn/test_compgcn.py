import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from kgfm.nn.conv.compgcn import COMPOSITIONS, CompGCNConv, circular_correlation, symmetric_norm


def a_graph(seed, entities=6, relations=4, edges=20, channels=4):
    generator = torch.Generator().manual_seed(seed)
    states = torch.randn(entities, channels, generator=generator, dtype=torch.float64)
    kinds = torch.randn(relations, channels, generator=generator, dtype=torch.float64)
    sources, targets = torch.randint(entities, (2, edges), generator=generator)
    edge_relations = torch.randint(relations, (edges,), generator=generator)
    norm = torch.rand(edges, generator=generator, dtype=torch.float64)
    return states, kinds, sources, edge_relations, targets, norm


@pytest.mark.parametrize("composition", COMPOSITIONS)
@given(seed=st.integers(0, 1000))
def test_one_layer_equals_a_loop_over_edges(composition, seed):
    graph = states, kinds, sources, edge_relations, targets, norm = a_graph(seed)
    layer = CompGCNConv(4, composition).double()
    expected = layer.own(states) + layer.bias
    for source, relation, target, weight in zip(sources, edge_relations, targets, norm, strict=True):
        linear = layer.forwards if relation < 2 else layer.backwards
        message = COMPOSITIONS[composition](states[source][None], kinds[relation][None])[0]
        expected = torch.cat(
            [expected[:target], (expected[target] + weight * linear(message))[None], expected[target + 1 :]]
        )
    found, turned = layer(*graph)
    torch.testing.assert_close(found, expected)
    torch.testing.assert_close(turned, kinds @ layer.relation.weight.T)


@given(seed=st.integers(0, 1000))
def test_the_order_of_edges_does_not_matter(seed):
    states, kinds, sources, edge_relations, targets, norm = a_graph(seed)
    layer = CompGCNConv(4).double()
    order = torch.randperm(len(sources), generator=torch.Generator().manual_seed(seed))
    one = layer(states, kinds, sources, edge_relations, targets, norm)[0]
    two = layer(states, kinds, sources[order], edge_relations[order], targets[order], norm[order])[0]
    torch.testing.assert_close(one, two)


@given(seed=st.integers(0, 1000))
def test_renaming_entities_renames_their_states(seed):
    states, kinds, sources, edge_relations, targets, norm = a_graph(seed)
    layer = CompGCNConv(4).double()
    name = torch.randperm(len(states), generator=torch.Generator().manual_seed(seed))
    renamed = torch.empty_like(states).index_copy(0, name, states)
    one = layer(states, kinds, sources, edge_relations, targets, norm)[0]
    two = layer(renamed, kinds, name[sources], edge_relations, name[targets], norm)[0]
    torch.testing.assert_close(one, two[name])


@pytest.mark.parametrize("composition", COMPOSITIONS)
def test_gradients_are_right(composition):
    states, kinds, sources, edge_relations, targets, norm = a_graph(3)
    layer = CompGCNConv(4, composition).double()

    def run(entities, relations, weights):
        return layer(entities, relations, sources, edge_relations, targets, weights)

    inputs = tuple(tensor.requires_grad_() for tensor in (states, kinds, norm))
    assert torch.autograd.gradcheck(run, inputs)


def test_circular_correlation_is_its_definition():
    one, two = torch.randn(2, 3, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    expected = torch.stack([(one * two.roll(-k, dims=-1)).sum(dim=-1) for k in range(5)], dim=-1)
    torch.testing.assert_close(circular_correlation(one, two), expected)


def test_the_norm_is_that_of_the_symmetric_laplacian():
    _, _, sources, _, targets, weights = a_graph(5)
    dense = torch.zeros(6, 6, dtype=torch.float64).index_put((targets, sources), weights, accumulate=True)
    scaled = dense / (dense.sum(dim=1)[:, None] * dense.sum(dim=0)[None, :]).sqrt()
    found = symmetric_norm(sources, targets, weights, 6)
    summed = torch.zeros_like(dense).index_put((targets, sources), found, accumulate=True)
    torch.testing.assert_close(summed, scaled.nan_to_num())
    assert (symmetric_norm(sources, targets, torch.zeros_like(weights), 6) == 0).all()
