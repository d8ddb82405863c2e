import subprocess
import sys

import pytest

from kgfm.data import published
from kgfm.kg import IRI
from kgfm.pretrained import FOLDER, installed_models
from kgfm.reasoning import LinkPredictor
from kgfm.reasoning.zero_shot import NAME, ZeroShotPredictor
from tests.graphs import families


def test_what_is_pretrained_is_a_link_predictor_under_either_name():
    assert isinstance(LinkPredictor.pretrained(), LinkPredictor)
    assert type(LinkPredictor.pretrained()) is type(ZeroShotPredictor.pretrained())


def test_the_shipped_weights_are_small_and_their_card_says_where_they_come_from():
    (found,) = (model for model in installed_models() if model.name == "graph-model")
    assert found.size < 5_000_000
    for field in ("data", "licence", "protocol", "command", "seed", "limits", "figures", "pretraining"):
        assert found.card[field] is not None
    assert (FOLDER / f"{NAME}.safetensors").exists()


def test_a_graph_never_seen_is_completed_sensibly():
    graph = families(40)
    found = LinkPredictor.pretrained().predict(graph, IRI("person1"), IRI("nationality"), None, k=3)
    assert all(one.label.startswith("country") for one in found)


def test_predicting_needs_no_torch_geometric():
    code = (
        "import sys; from kgfm.reasoning import LinkPredictor; LinkPredictor.pretrained();"
        "assert 'torch_geometric' not in sys.modules and 'transformers' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=120).returncode == 0


@pytest.mark.skipif(published.data_folder() is None, reason="KGFM_DATA is not set")
def test_an_unseen_family_is_ranked_as_well_as_the_card_says():
    graph = published.read_graph("nell_v1_ind", "train")
    report = LinkPredictor.pretrained().evaluate(graph, published.read_graph("nell_v1_ind", "valid", "test"))
    assert report.mrr_pessimistic > 0.65
    assert report.hits_pessimistic[10] > 0.85
