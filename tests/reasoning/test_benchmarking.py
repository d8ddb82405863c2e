"""An evaluation over several graphs that was cut off asks only for what is missing."""

import pytest

from kgfm.data import split_edges
from kgfm.errors import TrainingError
from kgfm.reasoning.benchmarking import evaluate_folders, named_predictor
from kgfm.reasoning.zero_shot import ZeroShotPredictor
from tests.graphs import families


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    place = tmp_path_factory.mktemp("graphs")
    for seed in (1, 2):
        folder = place / f"graph{seed}"
        folder.mkdir()
        for name, part in zip(("train", "test"), split_edges(families(20, seed), 0.2, 0), strict=True):
            rows = zip(part.heads, part.relations, part.tails, strict=True)
            names = part.entity_labels, part.relation_labels
            lines = [f"{names[0][h]}\t{names[1][r]}\t{names[0][t]}\n" for h, r, t in rows]
            (folder / f"{name}.txt").write_text("".join(lines))
    return [place / "graph1", place / "graph2"]


def test_it_goes_on_from_the_ranks_that_were_kept(folders, tmp_path):
    predictor, asked = ZeroShotPredictor.pretrained(), []
    whole = evaluate_folders(folders, predictor, "m", tmp_path / "whole")

    def cut(name, done, total):
        if total is not None and name == "graph2":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        evaluate_folders(folders, predictor, "m", tmp_path / "cut", progress=cut)
    assert len(list((tmp_path / "cut").iterdir())) == 2
    rest = evaluate_folders(
        folders, predictor, "m", tmp_path / "cut", progress=lambda *told: asked.append(told)
    )
    assert [done for _, done, total in asked if total is not None] == []
    assert [row.report for row in rest.graphs] == [row.report for row in whole.graphs]
    assert not list((tmp_path / "cut").iterdir())


def test_a_model_that_was_never_trained_is_told_with_the_command_that_trains_it(folders):
    with pytest.raises(TrainingError, match="kgfm train link-prediction graph1 --model rotate"):
        named_predictor("rotate", folders)
    with pytest.raises(TrainingError, match="give its folder, or one of foundation, distmult"):
        named_predictor("nonsense", folders)
