import numpy as np

from kgfm.data import FilterIndex
from kgfm.data.negatives import plausible_negatives
from tests.graphs import families


def test_negatives_are_unknown_and_differ_from_a_true_triple_at_one_end():
    graph = families()
    known = FilterIndex([graph])
    heads, relations, tails = plausible_negatives(graph, graph, known, 4, 0)
    true = set(zip(graph.heads.tolist(), graph.relations.tolist(), graph.tails.tolist(), strict=True))
    from_head = {(h, r) for h, r, _ in true}
    from_tail = {(r, t) for _, r, t in true}
    for h, r, t in zip(heads.tolist(), relations.tolist(), tails.tolist(), strict=True):
        assert (h, r, t) not in true
        assert (h, r) in from_head or (r, t) in from_tail


def test_many_negatives_are_of_a_fitting_type():
    graph = families()
    _, relations, tails = plausible_negatives(graph, graph, FilterIndex([graph]), 10, 0)
    born = tails[relations == graph.relation_id("born in")]
    cities = [graph.entity_labels[tail].startswith("city") for tail in born]
    # Heads are replaced in half of them; of the replaced tails at least half are cities, less the true ones.
    assert np.mean(cities) > 0.5
