import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from kgfm.nn.conv.rgcn import RGCNConv


def a_graph(seed, entities=6, relations=4, edges=20, channels=4):
    generator = torch.Generator().manual_seed(seed)
    states = torch.randn(entities, channels, generator=generator, dtype=torch.float64)
    sources, targets = torch.randint(entities, (2, edges), generator=generator)
    kinds = torch.randint(relations, (edges,), generator=generator)
    weights = torch.rand(edges, generator=generator, dtype=torch.float64)
    return states, sources, kinds, targets, weights


def a_layer(seed=0):
    torch.manual_seed(seed)
    return RGCNConv(4, relations=4, bases=3).double()


@given(seed=st.integers(0, 1000))
def test_one_layer_equals_weighted_means_a_relation(seed):
    states, sources, kinds, targets, weights = a_graph(seed)
    layer = a_layer()
    expected = layer.own(states) + layer.bias
    for relation in range(4):
        matrix = torch.einsum("b,bij->ij", layer.mixture[relation], layer.bases)
        for entity in range(6):
            mine = (kinds == relation) & (targets == entity)
            if mine.any():
                mean = (weights[mine, None] * states[sources[mine]]).sum(dim=0) / weights[mine].sum()
                expected[entity] = expected[entity] + mean @ matrix
    torch.testing.assert_close(layer(states, sources, kinds, targets, weights), expected)


@pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning")
def test_it_equals_the_layer_of_pytorch_geometric():
    from torch_geometric.nn import RGCNConv as Reference

    states, sources, kinds, targets, weights = a_graph(1)
    layer = a_layer()
    reference = Reference(4, 4, num_relations=4, num_bases=3).double()
    with torch.no_grad():
        reference.weight.copy_(layer.bases)
        reference.comp.copy_(layer.mixture)
        reference.root.copy_(layer.own.weight.T)
        reference.bias.copy_(layer.bias)
    found = layer(states, sources, kinds, targets, torch.ones_like(weights))
    torch.testing.assert_close(found, reference(states, torch.stack([sources, targets]), kinds))


def test_gradients_are_right_and_edges_of_no_weight_are_silent():
    states, sources, kinds, targets, weights = a_graph(3)
    layer = a_layer()
    assert torch.autograd.gradcheck(
        lambda entities, trust: layer(entities, sources, kinds, targets, trust),
        (states.requires_grad_(), weights.requires_grad_()),
    )
    found = layer(states, sources, kinds, targets, torch.zeros_like(weights))
    torch.testing.assert_close(found, layer.own(states) + layer.bias)
