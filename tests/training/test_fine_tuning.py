import dataclasses

import numpy as np
import pytest
import torch

from kgfm.data import FilterIndex, TripleSet, split_edges
from kgfm.errors import ConfigError, TrainingError
from kgfm.nn.config import FoundationConfig
from kgfm.nn.models.foundation import FoundationModel
from kgfm.training.config import FineTuningConfig
from kgfm.training.fine_tuning import fine_tune
from kgfm.training.ranking import rank_both_directions
from kgfm.training.scoring import FoundationScorer
from tests.graphs import families

# Ended by its steps, not by the clock.
CONFIG = FineTuningConfig(steps=40, batch=8, learning_rate=1e-2, warm_up=2, seconds=1e6)


def tune(model, split, config, **options):
    return fine_tune(model, split[0], split[1], config, **options)


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    return FoundationModel(FoundationConfig(channels=8, relation_layers=1, refinements=1, entity_layers=2))


@pytest.fixture(scope="module")
def split():
    return split_edges(families(25, seed=9), 0.1, 0)


def test_a_model_learns_the_graph_at_hand(model, split):
    before = {name: value.clone() for name, value in model.state_dict().items()}
    found = tune(model, split, CONFIG)
    assert found.improved
    assert found.validation.mrr > 1.3 * found.zero_shot.mrr
    again = rank_both_directions(FoundationScorer(found.model, split[0]), split[1], FilterIndex(split))
    assert again == found.validation
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())


def test_what_does_not_help_leaves_the_first_weights(model, split):
    found = tune(model, split, dataclasses.replace(CONFIG, learning_rate=1e-12))
    assert not found.improved
    assert found.validation == found.zero_shot
    assert all(
        torch.equal(one, two)
        for one, two in zip(found.model.state_dict().values(), model.state_dict().values(), strict=True)
    )


@pytest.mark.parametrize("steps_to_one_validation", [0, 1e9])
def test_a_loss_or_score_that_is_no_number_keeps_the_best_weights_so_far(
    model, split, caplog, monkeypatch, steps_to_one_validation
):
    monkeypatch.setattr("kgfm.training.fine_tuning._STEPS_TO_ONE_VALIDATION", steps_to_one_validation)
    broken = FoundationModel(model.config)
    broken.load_state_dict(model.state_dict())
    found = tune(broken, split, dataclasses.replace(CONFIG, learning_rate=1e30))
    assert "not a number" in caplog.text
    assert found.steps < CONFIG.steps
    assert all(value.isfinite().all() for value in found.model.state_dict().values())
    assert found.validation.mrr >= found.zero_shot.mrr


def test_a_run_that_was_cut_off_goes_on_as_if_it_had_not_been(model, split, tmp_path, monkeypatch):
    # The pace is taken from the clock; here it must be the same in both runs.
    monkeypatch.setattr("kgfm.training.fine_tuning._STEPS_TO_ONE_VALIDATION", 1e9)
    state, whole = tmp_path / "run.safetensors", []
    right = tune(model, split, CONFIG, track=lambda *point: whole.append(point))
    cut = []

    def track(*point):
        cut.append(point)
        if point[0] == "loss" and point[2] == 18:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tune(model, split, CONFIG, state=state, track=track)
    rest = []
    found = tune(model, split, CONFIG, state=state, track=lambda *point: rest.append(point))
    losses = [[(step, value) for name, value, step in told if name == "loss"] for told in (whole, cut, rest)]
    assert losses[2][0][0] == 16
    np.testing.assert_allclose(losses[1][:15] + losses[2], losses[0], rtol=1e-5)
    assert found.validation == right.validation
    assert not state.exists()


def test_another_run_or_a_damaged_one_is_refused(model, split, tmp_path, monkeypatch):
    monkeypatch.setattr("kgfm.training.fine_tuning._STEPS_TO_ONE_VALIDATION", 1e9)  # whatever the pace
    state = tmp_path / "run.safetensors"

    def track(name, _value, step):
        if name == "loss" and step == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tune(model, split, CONFIG, state=state, track=track)
    with pytest.raises(TrainingError, match="other settings or data"):
        tune(model, split, dataclasses.replace(CONFIG, seed=3), state=state)
    state.write_bytes(state.read_bytes()[:200])
    with pytest.raises(TrainingError, match="damaged"):
        tune(model, split, CONFIG, state=state)


def test_time_ends_a_run(model, split):
    found = tune(model, split, dataclasses.replace(CONFIG, steps=None, seconds=0.5))
    assert found.seconds < 5


def test_graphs_without_edges_are_refused(model, split):
    with pytest.raises(TrainingError, match="needs edges"):
        fine_tune(model, TripleSet.from_labels([]), split[1], CONFIG)


@pytest.mark.parametrize("setting", [{"seconds": 0}, {"validation": 1.0}, {"patience": 0}])
def test_settings_out_of_range_are_refused(setting):
    with pytest.raises(ConfigError, match=f"fine-tuning.{next(iter(setting))}"):
        FineTuningConfig(**setting)
