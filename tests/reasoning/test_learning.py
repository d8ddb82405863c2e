"""Which weights predict: those that were fine-tuned, where that helped and they can be read."""

import dataclasses
import json

import pytest

from kgfm.errors import TrainingError
from kgfm.nn.config import RelationalConfig
from kgfm.reasoning.link_prediction import LinkPredictor
from kgfm.reasoning.trained import TrainedPredictor
from kgfm.reasoning.zero_shot import Tuning, ZeroShotPredictor, tuned_or_pretrained
from kgfm.training.checkpoints import FORMAT
from kgfm.training.config import TrainingConfig
from tests.graphs import families

TUNING = Tuning(graph="here", zero_shot_mrr=0.5, mrr=0.6, hits_at_10=0.9, edges=9, steps=4, seconds=1.0)


@pytest.fixture(scope="module")
def shipped():
    return ZeroShotPredictor.pretrained()


def test_fine_tuned_weights_predict_where_they_did_better(shipped, tmp_path):
    ZeroShotPredictor(shipped.model, shipped.calibration, TUNING).save(tmp_path)
    found = tuned_or_pretrained(tmp_path)
    assert found.tuning == TUNING
    assert "fine-tuned on here: MRR 0.60" in found.quality(families(5))


def test_else_the_shipped_ones_do(shipped, tmp_path, caplog):
    same = dataclasses.replace(TUNING, mrr=TUNING.zero_shot_mrr)
    ZeroShotPredictor(shipped.model, shipped.calibration, same).save(tmp_path)
    for folder in (None, tmp_path / "nothing", tmp_path):
        assert tuned_or_pretrained(folder).tuning is None
    assert not caplog.text
    (tmp_path / "model.safetensors").write_bytes(b"broken")
    assert tuned_or_pretrained(tmp_path).tuning is None
    assert "damaged" in caplog.text
    assert "the pretrained model predicts" in caplog.text


def test_a_folder_is_read_as_the_model_that_was_saved_there(shipped, tmp_path):
    shipped.save(tmp_path / "one")
    config = TrainingConfig(model=RelationalConfig(channels=4), epochs=1)
    TrainedPredictor.train(families(10), config).save(tmp_path / "two")
    assert isinstance(LinkPredictor.from_checkpoint(tmp_path / "one"), ZeroShotPredictor)
    assert isinstance(LinkPredictor.from_checkpoint(str(tmp_path / "two")), TrainedPredictor)


def test_a_baseline_in_the_place_of_fine_tuned_weights_is_passed_over(tmp_path):
    config = TrainingConfig(model=RelationalConfig(channels=4), epochs=1)
    TrainedPredictor.train(families(10), config).save(tmp_path)
    assert tuned_or_pretrained(tmp_path).tuning is None


@pytest.mark.parametrize(
    ("card", "said"),
    [
        (None, "holds no model: model.json is missing"),
        ({"format": FORMAT}, "described wrongly"),
        ({"format": FORMAT, "entities": None}, "described wrongly"),
        ({"format": FORMAT - 1}, f"has format {FORMAT - 1}, not {FORMAT}"),
        ([], "has format None"),
    ],
)
def test_what_is_no_checkpoint_of_ours_is_refused(card, said, shipped, tmp_path):
    if card is not None:
        shipped.save(tmp_path)
        (tmp_path / "model.json").write_text(json.dumps(card))
    with pytest.raises(TrainingError, match=said):
        LinkPredictor.from_checkpoint(tmp_path)


def test_a_file_is_no_checkpoint(tmp_path):
    (tmp_path / "weights.bin").write_bytes(b"")
    with pytest.raises(TrainingError, match="holds no model"):
        LinkPredictor.from_checkpoint(tmp_path / "weights.bin")
