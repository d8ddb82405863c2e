import numpy as np
import pytest

from kgfm.data import FilterIndex, TripleSet, split_edges
from kgfm.reasoning.trial import Trial
from kgfm.reasoning.zero_shot import ZeroShotPredictor
from kgfm.training.ranking import rank_both_directions
from tests.graphs import families


@pytest.fixture(scope="module")
def predictor():
    return ZeroShotPredictor.pretrained()


def test_a_trial_says_what_asking_anew_would_say(predictor):
    graph = families(30)
    rest, hidden = split_edges(graph, 0.1, seed=0)
    view = predictor._view_of(rest)
    trial = Trial.of(graph, view, hidden)
    true = np.stack([hidden.heads, hidden.relations, hidden.tails])
    np.testing.assert_allclose(trial.features[trial.true], view.features(true), atol=1e-4)
    right = rank_both_directions(view.scores, hidden, FilterIndex([graph]))
    assert trial.report is not None
    assert trial.report.mrr == pytest.approx(right.mrr, abs=1e-4)
    assert (~trial.true).sum() == 10 * trial.true.sum()


def test_features_do_not_depend_on_how_many_are_taken_together(predictor, monkeypatch):
    graph = families(10)
    columns = np.stack([graph.heads, graph.relations, graph.tails])
    together = predictor._view_of(graph).features(columns)
    monkeypatch.setattr("kgfm.reasoning.graph_view._SCORES_AT_ONCE", 3 * graph.entity_count)
    np.testing.assert_allclose(predictor._view_of(graph).features(columns), together, atol=1e-4)


def test_a_graph_without_an_edge_to_hide_is_not_judged(predictor):
    assert predictor.quality(TripleSet.from_labels([])) == ""
    assert predictor.quality(TripleSet.from_labels([("a", "r", "b")])) == ""
