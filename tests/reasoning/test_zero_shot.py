import dataclasses

import numpy as np
import pytest
import torch

from kgfm.data import TripleSet, split_edges
from kgfm.errors import ConfigError, TrainingError, UnknownTermError
from kgfm.kg import IRI
from kgfm.nn.config import FoundationConfig
from kgfm.nn.models.foundation import FoundationModel
from kgfm.reasoning.link_prediction import LinkPredictor
from kgfm.reasoning.zero_shot import ZeroShotPredictor
from kgfm.training.calibration import Calibration
from kgfm.training.config import PretrainingConfig
from kgfm.training.pretraining import Pretraining
from tests.graphs import families

CONFIG = PretrainingConfig(
    model=FoundationConfig(channels=8, relation_layers=1, refinements=1, entity_layers=2),
    steps=120,
    batch=8,
    warm_up=2,
    learning_rate=1e-2,
)
FLAT = Calibration(bias=-2.0, weights=(1.0, 0.5, 0.5), means=(0.0,) * 3, scales=(1.0,) * 3)


@pytest.fixture(scope="module")
def predictor():
    train = [(families(20, seed=seed), 1.0) for seed in range(3)]
    return ZeroShotPredictor(Pretraining(train, CONFIG).run(), FLAT)


@pytest.fixture(scope="module")
def split():
    return split_edges(families(50, seed=9), 0.1, 3)


def test_evaluation_ranks_both_ways_with_both_rules_for_ties(predictor, split):
    graph, test = split
    report = predictor.evaluate(graph, test)
    assert report.queries == 2 * len(test)
    assert report.mrr_pessimistic <= report.mrr
    assert report.hits_pessimistic[10] <= report.hits[10]


def test_figures_do_not_depend_on_how_terms_are_called(predictor, split):
    graph, test = split
    named = {label: f"x{number}" for number, label in enumerate(reversed(graph.entity_labels))}
    renamed = [
        TripleSet.from_labels(
            [
                (named[part.entity_labels[h]], part.relation_labels[r], named[part.entity_labels[t]])
                for h, r, t in zip(part.heads, part.relations, part.tails, strict=True)
            ]
        )
        for part in (graph, test)
    ]
    one, two = predictor.evaluate(graph, test), predictor.evaluate(*renamed)
    assert one.mrr_pessimistic == pytest.approx(two.mrr_pessimistic, abs=1e-6)


def test_test_terms_that_the_graph_lacks_are_added(predictor, split):
    strange = TripleSet.from_labels([("nobody", "knows", "no one")])
    assert predictor.evaluate(split[0], strange).queries == 2


def test_test_edges_that_the_graph_states_are_told(predictor, split, caplog):
    graph, test = split
    leaking = graph.select(np.arange(3))
    with caplog.at_level("WARNING"):
        predictor.evaluate(graph, leaking)
    assert "3 of 3 test edges stand in the graph" in caplog.text
    caplog.clear()
    predictor.evaluate(graph, test)
    assert not caplog.text


@pytest.mark.parametrize("rows", [[("a", "r", "a")], [("a", "r", "b")], [("a", "r", "b")] * 3])
def test_the_smallest_graphs_are_completed_too(predictor, rows):
    graph = TripleSet.from_labels(rows)
    found = predictor.predict(graph, IRI("a"), IRI("r"), None)
    assert all(0 < one.probability < 1 for one in found)


def test_completions_come_with_probabilities_and_what_is_known(predictor, split):
    found = predictor.predict(split[0], IRI("person1"), IRI("nationality"), None, k=5)
    assert len(found) == 5
    assert all(0 < one.probability < 1 for one in found)
    assert [one.probability for one in found] == sorted((one.probability for one in found), reverse=True)
    assert sum(one.known for one in found) <= 1


def test_heads_and_relations_may_be_asked_for(predictor, split):
    graph, _ = split
    assert predictor.predict(graph, None, IRI("born in"), IRI("city1"), k=3)
    found = predictor.predict(graph, IRI("city1"), None, IRI("country1"), k=3)
    assert {one.label for one in found} <= set(graph.relation_labels)


def test_true_edges_are_more_probable_than_false_ones(predictor):
    features, true = predictor.examples(families(50, seed=9))
    probabilities = Calibration.fit(features, true, (1, 1, 1)).probabilities(features)
    assert probabilities[true].mean() > 2 * probabilities[~true].mean()


def test_a_graph_too_small_to_calibrate_on_takes_the_cards_calibration(predictor):
    small = families(5)
    columns = np.stack([small.heads[:3], small.relations[:3], small.tails[:3]])
    right = FLAT.probabilities(predictor._view_of(small).features(columns))
    np.testing.assert_allclose(predictor.probabilities(small, columns), right)


def test_what_is_saved_is_read_back(predictor, split, tmp_path):
    predictor.save(tmp_path)
    again = LinkPredictor.from_checkpoint(tmp_path)
    heads, relations = np.arange(4), np.arange(4)
    assert torch.equal(predictor.scores(split[0], heads, relations), again.scores(split[0], heads, relations))
    assert isinstance(again, ZeroShotPredictor)
    assert again.calibration is not None
    features = np.array([[0.1, 0.2, 0.3]])
    assert again.calibration.probabilities(features) == FLAT.probabilities(features)


def test_weights_of_another_shape_are_refused(predictor, tmp_path):
    other = FoundationModel(dataclasses.replace(CONFIG.model, channels=4))
    wrong = ZeroShotPredictor(other)
    wrong.model.config = CONFIG.model
    wrong.save(tmp_path)
    with pytest.raises(TrainingError, match="does not fit"):
        LinkPredictor.from_checkpoint(tmp_path)


def test_what_is_not_in_the_graph_is_told(predictor, split):
    with pytest.raises(UnknownTermError, match="nobody"):
        predictor.predict(split[0], IRI("nobody"), IRI("born in"), None)
    with pytest.raises(UnknownTermError, match="hates"):
        predictor.predict(split[0], IRI("person1"), IRI("hates"), None)
    with pytest.raises(ConfigError, match="Exactly one"):
        predictor.predict(split[0], IRI("person1"), None, None)
