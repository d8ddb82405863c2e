import json

import pytest
import torch
from torch import nn

from kgfm.errors import TrainingError
from kgfm.training.checkpoints import load_checkpoint, load_weights, save_checkpoint


def test_what_is_saved_is_loaded(tmp_path):
    model, other = nn.Linear(2, 3), nn.Linear(2, 3)
    save_checkpoint(tmp_path / "model", model.state_dict(), {"labels": ["Curie", "\udcff"]})
    weights, card = load_checkpoint(tmp_path / "model")
    load_weights(other, weights, tmp_path)
    assert torch.equal(other.weight, model.weight)
    assert card["labels"] == ["Curie", "\udcff"]
    assert sorted(path.name for path in (tmp_path / "model").iterdir()) == ["model.json", "model.safetensors"]


def test_a_missing_checkpoint_is_told(tmp_path):
    with pytest.raises(TrainingError, match="holds no model"):
        load_checkpoint(tmp_path)


def test_a_truncated_checkpoint_is_refused(tmp_path):
    save_checkpoint(tmp_path, nn.Linear(2, 3).state_dict(), {})
    whole = (tmp_path / "model.safetensors").read_bytes()
    (tmp_path / "model.safetensors").write_bytes(whole[:-5])
    with pytest.raises(TrainingError, match="damaged"):
        load_checkpoint(tmp_path)


def test_another_format_is_refused(tmp_path):
    save_checkpoint(tmp_path, {}, {})
    (tmp_path / "model.json").write_text(json.dumps({"format": 99}))
    with pytest.raises(TrainingError, match="format 99"):
        load_checkpoint(tmp_path)


def test_weights_of_another_shape_are_refused(tmp_path):
    with pytest.raises(TrainingError, match="bias has shape"):
        load_weights(nn.Linear(2, 3), nn.Linear(2, 4).state_dict(), tmp_path)
