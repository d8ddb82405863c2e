import numpy as np
from hypothesis import given

from kgfm.data import TripleSet
from kgfm.data.places import PlacePrior
from tests.graphs import families, small_graphs


@given(graph=small_graphs())
def test_each_place_gets_a_distribution_over_entities(graph):
    logs = PlacePrior(graph).log_probabilities(np.arange(2 * graph.relation_count))
    np.testing.assert_allclose(np.exp(logs).sum(axis=1), 1, rtol=1e-5)


def test_entities_of_the_type_seen_there_come_before_all_others():
    rows = [(f"person{n}", "born in", f"city{n % 3}") for n in range(9)]
    rows += [("city7", "near", "city8"), ("person1", "owns", "boat1"), ("city1", "near", "city7")]
    kinds = {name: name.rstrip("0123456789") for row in rows for name in (row[0], row[2])}
    graph = TripleSet.from_labels(rows).with_types(kinds)
    logs = PlacePrior(graph).log_probabilities(np.array([graph.relation_id("born in")]))[0]
    # city8 never was a place of birth; that it is a city must count.
    others = [number for number, label in enumerate(graph.entity_labels) if not label.startswith("city")]
    assert logs[graph.entity_id("city8")] > logs[others].max()


def test_without_types_the_places_an_entity_occupies_speak_for_it():
    graph = families()
    bare = TripleSet.from_numpy(
        graph.heads, graph.relations, graph.tails,
        entity_labels=graph.entity_labels, relation_labels=graph.relation_labels,
    )  # fmt: skip
    logs = PlacePrior(bare).log_probabilities(np.array([bare.relation_id("country")]))[0]
    assert logs[bare.entity_id("country1")] > logs[bare.entity_id("firm1")]
