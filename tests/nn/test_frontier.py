import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from kgfm.nn.config import FoundationConfig
from kgfm.nn.kernels import FUSED
from kgfm.nn.models.foundation import FoundationModel
from kgfm.nn.models.frontier import RelationFrontier
from kgfm.training.foundation_graphs import foundation_graph
from tests.graphs import families, small_graphs

pytestmark = pytest.mark.skipif(not FUSED, reason="numba is not there")


@settings(deadline=None, max_examples=30)
@given(
    graph=st.one_of(small_graphs(), st.just(families(30))),
    refinements=st.integers(0, 1),
    seed=st.integers(0, 100),
)
def test_scoring_by_frontier_equals_scoring_the_whole_graph(graph, refinements, seed):
    torch.manual_seed(seed)
    config = FoundationConfig(channels=8, relation_layers=1, refinements=refinements, entity_layers=3)
    model, layouts = FoundationModel(config).eval(), foundation_graph(graph)
    draw = np.random.default_rng(seed)
    relations = torch.from_numpy(draw.integers(layouts.relation_count, size=2))
    sources = draw.choice(graph.entity_count, size=2, replace=False)
    amount = draw.random(2).astype(np.float32)
    with torch.inference_mode():
        known = model.relation_network(layouts, relations)
        ready = RelationFrontier.of(model.entity_network, layouts, known)
        rows = torch.tensor([0, 0, 1, 1])
        whole = model.propagate(
            layouts,
            known,
            (torch.from_numpy(np.tile(sources, 2)), rows, torch.from_numpy(np.tile(amount, 2))),
        )
        for place in range(2):
            torch.testing.assert_close(
                ready[place].scores(sources, amount), whole[place], rtol=1e-4, atol=1e-4
            )


def test_sources_may_be_none_at_all():
    model, layouts = FoundationModel(FoundationConfig(channels=8)).eval(), foundation_graph(families(5))
    with torch.inference_mode():
        known = model.relation_network(layouts, torch.tensor([0]))
        (ready,) = RelationFrontier.of(model.entity_network, layouts, known)
        none = np.empty(0, dtype=np.int64)
        found = ready.scores(none, np.empty(0, dtype=np.float32))
    assert torch.equal(found, ready.unsourced_scores)
