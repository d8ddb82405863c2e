import dataclasses
import json
import subprocess
import sys

import numpy as np
import pytest
import torch

from kgfm.data import TripleSet, split_edges
from kgfm.errors import ConfigError, TrainingError, UnknownTermError
from kgfm.kg import IRI
from kgfm.nn.config import RelationalConfig
from kgfm.reasoning.link_prediction import LinkPredictor
from kgfm.reasoning.trained import TrainedPredictor
from kgfm.training.checkpoints import FORMAT
from kgfm.training.config import TrainingConfig
from tests.graphs import families

CONFIG = TrainingConfig(model=RelationalConfig(channels=32), epochs=60, batch=64, seconds=20)


@pytest.fixture(scope="module")
def split():
    return split_edges(families(100), 0.1, 3)


@pytest.fixture(scope="module")
def predictor(split):
    return TrainedPredictor.train(split[0], CONFIG)


def test_what_follows_from_the_rest_is_ranked_high(predictor, split):
    train, test = split
    national = test.select(np.flatnonzero(test.relations == test.relation_id("nationality")))
    report = predictor.evaluate(train, national, filters=[test])
    guessing = 2 / train.entity_count
    assert report.hits[10] > 0.4
    assert report.mrr > 10 * guessing
    assert report.mrr_pessimistic <= report.mrr


def test_completions_are_of_the_right_type(predictor, split):
    found = predictor.predict(split[0], IRI("person1"), IRI("born in"), None, k=5)
    assert [prediction.label[:4] for prediction in found] == ["city"] * 5
    assert [prediction.probability for prediction in found] == sorted(
        (prediction.probability for prediction in found), reverse=True
    )
    assert all(0 < prediction.probability < 1 for prediction in found)


def test_known_triples_are_flagged_and_only_they(predictor, split):
    train, _ = split
    stated = {
        (int(h), int(t))
        for h, r, t in zip(train.heads, train.relations, train.tails, strict=True)
        if r == train.relation_id("employer")
    }
    for firm in (name for name in train.entity_labels if name.startswith("firm")):
        for prediction in predictor.predict(train, None, IRI("employer"), IRI(firm), k=100):
            pair = train.entity_id(prediction.term.value), train.entity_id(firm)
            assert prediction.known == (pair in stated)


def test_the_relation_between_two_entities_is_found(predictor, split):
    found = predictor.predict(split[0], IRI("city1"), None, IRI("country1"), k=4)
    assert found[0].label == "country"
    assert found[0].known
    assert {prediction.label for prediction in found} == {"born in", "nationality", "employer", "country"}


def test_validation_figures_are_kept(predictor):
    assert 0 < predictor.validation.mrr <= 1
    assert 0 <= predictor.validation.calibration_error < 0.2


def test_a_saved_predictor_says_the_same(predictor, split, tmp_path):
    predictor.save(tmp_path)
    loaded = LinkPredictor.from_checkpoint(tmp_path)
    asked = split[0], IRI("person2"), IRI("employer"), None
    assert loaded.predict(*asked) == predictor.predict(*asked)
    assert isinstance(loaded, TrainedPredictor)
    assert loaded.validation == predictor.validation


def test_a_checkpoint_with_a_wrong_description_is_refused(predictor, tmp_path):
    predictor.save(tmp_path)
    card = tmp_path / "model.json"
    card.write_text(card.read_text().replace('"channels": 32', '"channels": 64'))
    with pytest.raises(TrainingError, match="does not fit"):
        LinkPredictor.from_checkpoint(tmp_path)
    card.write_text(json.dumps({"format": FORMAT}))
    with pytest.raises(TrainingError, match="described wrongly"):
        LinkPredictor.from_checkpoint(tmp_path)


def test_scores_follow_labels_and_not_ids(predictor, split):
    train, _ = split
    turned = np.random.default_rng(0).permutation(train.entity_count)
    labels = [""] * train.entity_count
    for old, new in enumerate(turned):
        labels[new] = train.entity_labels[old]
    types = dict(zip(train.entity_labels, (train.type_labels[t] for t in train.types), strict=True))
    other = TripleSet.from_numpy(
        turned[train.heads], train.relations, turned[train.tails],
        entity_labels=labels, relation_labels=train.relation_labels,
    ).with_types(types)  # fmt: skip
    one = predictor.scores(train, [3, 4], [0, 5])
    two = predictor.scores(other, turned[[3, 4]], [0, 5])
    torch.testing.assert_close(one, two[:, turned], rtol=1e-4, atol=1e-4)


def test_terms_that_training_never_saw_are_scored_all_the_same(predictor, split):
    train, _ = split
    test = TripleSet.from_labels([("a stranger", "knows", "person1")])
    report = predictor.evaluate(train, test)
    assert report.queries == 2
    assert 1 <= report.mean_rank <= train.entity_count + 1


def test_what_is_asked_wrongly_is_told(predictor, split):
    one, relation = IRI("person1"), IRI("born in")
    with pytest.raises(ConfigError, match="Exactly one"):
        predictor.predict(split[0], one, None, None)
    with pytest.raises(ConfigError, match="Exactly one"):
        predictor.predict(split[0], one, relation, one)
    with pytest.raises(UnknownTermError):
        predictor.predict(split[0], IRI("nobody"), relation, None)
    with pytest.raises(UnknownTermError):
        predictor.predict(split[0], one, IRI("unheard of"), None)


def test_a_graph_that_is_too_small_is_refused():
    with pytest.raises(TrainingError, match="has 9 edges"):
        TrainedPredictor.train(families(60).select(np.arange(9)), CONFIG)


def test_a_star_can_be_trained_on():
    rows = [("hub", "likes", f"thing{number}") for number in range(25)]
    predictor = TrainedPredictor.train(TripleSet.from_labels(rows), dataclasses.replace(CONFIG, epochs=3))
    assert predictor.validation is not None
    assert predictor.validation.edges == 5


def test_importing_the_room_does_not_import_torch():
    heavy = "kgfm.reasoning, kgfm.training.config, kgfm.nn.config, kgfm.data"
    code = f"import {heavy}, sys; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
