import dataclasses

import pytest
import torch

from kgfm.data import split_edges
from kgfm.errors import ConfigError, TrainingError
from kgfm.nn.config import RelationalConfig
from kgfm.training import loop
from kgfm.training.config import TrainingConfig
from kgfm.training.loop import fit
from tests.graphs import families

SMALL = TrainingConfig(model=RelationalConfig(channels=16), epochs=5, batch=64)


def test_the_same_seed_gives_the_same_weights():
    train, valid = split_edges(families(), 0.1, 0)
    one, two = fit(train, valid, SMALL), fit(train, valid, SMALL)
    assert one.validation == two.validation
    for first, second in zip(one.model.parameters(), two.model.parameters(), strict=True):
        assert torch.equal(first, second)


def test_training_leaves_the_callers_random_state_alone():
    train, valid = split_edges(families(), 0.1, 0)
    before = torch.random.get_rng_state()
    fit(train, valid, SMALL)
    assert torch.equal(before, torch.random.get_rng_state())


def test_progress_is_told_step_by_step():
    train, valid = split_edges(families(), 0.1, 0)
    told = []
    fit(train, valid, SMALL, lambda step, total, message: told.append((step, total, message)))
    assert [step for step, _, _ in told] == list(range(1, len(told) + 1))
    assert all(total == 5 and "validation MRR" in message for _, total, message in told)


def test_the_time_limit_ends_training():
    train, valid = split_edges(families(), 0.1, 0)
    assert fit(train, valid, dataclasses.replace(SMALL, seconds=1e-9)).epochs == 1


def test_a_run_that_was_cut_off_goes_on_as_if_it_had_not_been(tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "_CHECKPOINT_SECONDS", 0.0)
    train, valid = split_edges(families(), 0.1, 0)
    state = tmp_path / "run.safetensors"
    whole = fit(train, valid, SMALL)

    def cut(step, _total, _message):
        if step == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(train, valid, SMALL, cut, state=state)
    told = []
    rest = fit(train, valid, SMALL, lambda step, *_: told.append(step), state=state)
    assert told == [4, 5]
    assert not state.exists()
    assert rest.validation == whole.validation
    for first, second in zip(rest.model.parameters(), whole.model.parameters(), strict=True):
        assert torch.equal(first, second)


def test_a_run_of_other_settings_or_another_graph_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "_CHECKPOINT_SECONDS", 0.0)
    train, valid = split_edges(families(), 0.1, 0)
    state = tmp_path / "run.safetensors"

    def cut(step, _total, _message):
        if step == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(train, valid, SMALL, cut, state=state)
    other = split_edges(families(), 0.1, 1)
    with pytest.raises(TrainingError, match="other settings or data"):
        fit(*other, SMALL, state=state)
    with pytest.raises(TrainingError, match="other settings or data"):
        fit(train, valid, dataclasses.replace(SMALL, batch=32), state=state)
    state.write_bytes(state.read_bytes()[:-9])
    with pytest.raises(TrainingError, match="damaged"):
        fit(train, valid, SMALL, state=state)


def test_curves_are_told_epoch_by_epoch():
    train, valid = split_edges(families(), 0.1, 0)
    told = []
    fit(train, valid, SMALL, track=lambda *point: told.append(point))
    assert [(name, step) for name, _, step in told[:2]] == [("loss", 1), ("validation MRR", 1)]


def test_a_loss_that_is_no_number_is_told():
    train, valid = split_edges(families(), 0.1, 0)
    with pytest.raises(TrainingError, match="learning_rate"):
        fit(train, valid, dataclasses.replace(SMALL, learning_rate=1e36, batch=8))


@pytest.mark.parametrize(
    "setting",
    [{"epochs": 0}, {"validation": 1.0}, {"edge_dropout": 1.0}, {"label_smoothing": -0.1}, {"seconds": 0}],
)
def test_settings_out_of_range_are_refused(setting):
    with pytest.raises(ConfigError, match=f"training.{next(iter(setting))}"):
        TrainingConfig(**setting)
