import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kgfm.data.derived as module
from kgfm.data.derived import with_derived_relations
from kgfm.data.pretraining_sources import varied_piece
from tests.graphs import families, small_graphs


def pairs(graph, relation):
    mine = graph.relations == relation
    return set(zip(graph.heads[mine].tolist(), graph.tails[mine].tolist(), strict=True))


@settings(deadline=None)
@given(graph=small_graphs(), seed=st.integers(0, 50))
def test_new_relations_come_last_and_old_ones_only_lose_edges(graph, seed):
    wider = with_derived_relations(graph, np.random.default_rng(seed), 3)
    assert wider.entity_labels == graph.entity_labels
    assert wider.relation_labels[: graph.relation_count] == graph.relation_labels
    for relation in range(graph.relation_count):
        assert pairs(wider, relation) <= pairs(graph, relation)


@pytest.mark.parametrize("name", ["part", "inverse", "symmetric", "union", "composition"])
def test_a_derived_relation_holds_only_what_follows(name, monkeypatch):
    monkeypatch.setattr(module, "_OPERATIONS", (getattr(module, f"_{name}"),))
    graph = families()
    linked = set().union(*(pairs(graph, relation) for relation in range(graph.relation_count)))
    turned = {(tail, head) for head, tail in linked}
    either = linked | turned
    allowed = {
        "part": linked,
        "union": either,
        "inverse": turned,
        "symmetric": either,
        "composition": {(a, d) for a, b in linked for c, d in either if b == c and a != d},
    }[name]
    made = set()
    for seed in range(10):
        wider = with_derived_relations(graph, np.random.default_rng(seed), 2)
        for relation in range(graph.relation_count, wider.relation_count):
            made |= pairs(wider, relation)
    assert made
    assert made <= allowed


def test_a_varied_piece_is_drawn_anew_by_its_seed_alone():
    graph = families(200)
    one, two, other = (varied_piece(graph, 300, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert one == two
    assert one != other
    assert len(one) > 0
