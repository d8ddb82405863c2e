"""Training and evaluating link prediction from the command line, and what goes wrong with it."""

import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from kgfm.data import TripleSet, split_edges
from kgfm.training.checkpoints import FORMAT
from tests.cli.conftest import Run
from tests.graphs import families

TRAIN = ("train", "link-prediction")
EVALUATE = ("evaluate", "link-prediction")


def written(graph: TripleSet, file: Path) -> None:
    names = graph.entity_labels, graph.relation_labels
    rows = zip(graph.heads, graph.relations, graph.tails, strict=True)
    lines = [f"{names[0][h]}\t{names[1][r]}\t{names[0][t]}\n" for h, r, t in rows]
    file.write_text("".join(lines), encoding="utf-8")


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep unfinished ranks out of the user's cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder of families with train, valid and test."""
    folder = tmp_path / "families"
    folder.mkdir()
    rest, test = split_edges(families(30), 0.1, 0)
    train, valid = split_edges(rest, 0.1, 1)
    for name, part in (("train", train), ("valid", valid), ("test", test)):
        written(part, folder / f"{name}.txt")
    return folder


def parts(folder: Path, train: str, test: str) -> Path:
    folder.mkdir()
    (folder / "train.txt").write_text(train)
    (folder / "test.txt").write_text(test)
    return folder


@pytest.mark.parametrize("verb", [TRAIN, EVALUATE])
def test_every_task_has_help_with_an_example(verb: tuple[str, str], run: Run) -> None:
    outcome = run(*verb, "--help")
    assert outcome.status == 0
    assert f"kgfm {' '.join(verb)}" in outcome.out
    assert "Example" in outcome.out
    assert "--json" in outcome.out


def test_zero_shot_figures_of_several_folders_and_their_mean(data: Path, tmp_path: Path, run: Run) -> None:
    other = parts(tmp_path / "other", "a\tr\tb\nb\tr\tc\nc\tr\td\n", "a\tr\tc\n")
    outcome = run(*EVALUATE, data, other)
    assert outcome.status == 0
    assert [line.split()[0] for line in outcome.out.splitlines()] == ["graph", "families", "other", "mean"]
    found = json.loads(run(*EVALUATE, data, other, "--json").out)
    mean = np.mean([row["report"]["mrr_pessimistic"] for row in found["graphs"]])
    assert found["mean"]["mrr_pessimistic"] == pytest.approx(mean)
    assert found["graphs"][0]["interval"] is None


def test_a_sample_tells_its_interval_and_follows_from_its_seed(data: Path, tmp_path: Path, run: Run) -> None:
    command = (*EVALUATE, data, "--limit", 10, "--out", tmp_path / "ranks", "--json")
    one, two = (json.loads(run(*command).out)["graphs"][0] for _ in range(2))
    low, high = one["interval"]
    assert low <= one["report"]["mrr_pessimistic"] <= high
    assert one["report"] == two["report"]
    assert one["report"]["queries"] == 10
    assert not list((tmp_path / "ranks").iterdir())


def test_leaking_test_triples_are_counted(tmp_path: Path, run: Run) -> None:
    folder = parts(tmp_path / "leaky", "a\tr\tb\nb\tr\tc\n", "a\tr\tb\nb\tr\tc\na\tr\tc\n")
    outcome = run(*EVALUATE, folder, "--quiet")
    assert outcome.status == 0
    assert outcome.error_lines == ["kgfm: warning: leaky: 2 of 3 test triples stand in the graph already"]


@pytest.mark.parametrize(
    ("train", "test"),
    [
        ("a\tr\ta\n", "a\tr\ta\n"),  # one node, one relation, a loop
        ("a\tr\tb\n" * 3, "b\tr\ta\n"),  # duplicates
        ("a\tr\tb\nc\tr\td\n", "a\tr\td\n"),  # isolated triples
        ("a\tr\tb\n", "a\tunheard of\tnobody\n"),  # a relation and an entity that the graph lacks
        ("", "a\tr\tb\n"),  # nothing known at all
    ],
)
def test_the_smallest_and_oddest_graphs_are_evaluated(
    train: str, test: str, tmp_path: Path, run: Run
) -> None:
    outcome = run(*EVALUATE, parts(tmp_path / "odd", train, test), "--json")
    assert outcome.status == 0, outcome.err
    (row,) = json.loads(outcome.out)["graphs"]
    assert row["report"]["queries"] == 2
    assert 0 < row["report"]["mrr_pessimistic"] <= 1


def test_a_baseline_is_trained_found_by_its_name_and_measured(
    data: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = run(*TRAIN, data, "--model", "distmult", "--minutes", "0.02", "--json")
    assert outcome.status == 0, outcome.err
    found = json.loads(outcome.out)
    assert found["model"] == "distmult"
    assert Path(found["folder"]) == Path("families-distmult")
    assert sorted(path.name for path in Path("families-distmult").iterdir()) == [
        "model.json",
        "model.safetensors",
    ]
    measured = json.loads(run(*EVALUATE, data, "--model", "distmult", "--json").out)
    assert measured["graphs"][0]["unseen"] == 0
    unseen = parts(tmp_path / "strangers", "x\tr\ty\n", "y\tr\tx\n")
    outcome = run(*EVALUATE, unseen, "--model", "families-distmult")
    assert "never saw 2 of 2 entities" in outcome.err


def test_fine_tuned_weights_are_never_worse_and_predict_uses_them(tmp_path: Path, run: Run) -> None:
    file, kb = tmp_path / "families.tsv", tmp_path / "kb"
    written(families(15), file)
    assert run("import", file, "--kb", kb).status == 0
    outcome = run(*TRAIN, "--kb", kb, "--minutes", "0.03", "--json")
    assert outcome.status == 0, outcome.err
    found = json.loads(outcome.out)
    assert found["mrr"] >= found["zero_shot_mrr"]
    assert found["kept"] == ("trained" if found["mrr"] > found["zero_shot_mrr"] else "pretrained")
    asked = ("predict", "?", "nationality", "country1", "--kb", kb)
    said = "fine-tuned on this knowledge base" if found["kept"] == "trained" else "zero-shot"
    assert said in run(*asked).err
    weights = Path(found["folder"]) / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-50])
    outcome = run(*asked)
    assert outcome.status == 0
    assert "zero-shot" in outcome.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--model", "transformer"), "no model; choose one of foundation, distmult"),
        (("--memory", "lots"), "amount of memory"),
        (("--log-dir", "curves"), "pip install 'kgfm[tensorboard]'"),
    ],
)
def test_what_training_cannot_do_is_said_in_one_line(
    arguments: tuple[str, str], said: str, data: Path, run: Run
) -> None:
    if said.startswith("pip") and (find_spec("tensorboard") or find_spec("wandb")):
        pytest.skip("what it asks for is installed")
    outcome = run(*TRAIN, data, *arguments, "--minutes", "0.01")
    assert outcome.status == 1
    assert len(outcome.error_lines) == 1
    assert said in outcome.error_lines[0]


@pytest.mark.parametrize("verb", [TRAIN, EVALUATE])
def test_too_little_memory_is_told_before_anything_is_read(
    verb: tuple[str, str], tmp_path: Path, run: Run
) -> None:
    folder = parts(tmp_path / "graph", "this line is malformed\n", "a\tr\tb\n")
    outcome = run(*verb, folder, "--memory", "200M")
    assert outcome.status == 1
    assert "needs about 0.5 GB of memory, more than the 0.2 GB of --memory" in outcome.error_lines[0]
    assert "line 1: expected" in run(*verb, folder, "--memory", "2G").error_lines[0]


def test_graphs_too_small_to_train_on_are_refused(tmp_path: Path, run: Run) -> None:
    for name, train, count in (("empty", "", 0), ("small", "a\tr\tb\nb\tr\ta\n", 2)):
        outcome = run(*TRAIN, parts(tmp_path / name, train, "a\tr\tb\n"), "--out", tmp_path / "out")
        assert outcome.status == 1
        assert f"has {count} edges" in outcome.error_lines[0]


def test_checkpoints_that_cannot_be_used_are_refused_with_why(data: Path, tmp_path: Path, run: Run) -> None:
    from kgfm.reasoning import LinkPredictor

    folder = tmp_path / "model"
    LinkPredictor.pretrained().save(folder)
    card, weights = folder / "model.json", folder / "model.safetensors"
    good_card, good_weights = card.read_text(), weights.read_bytes()
    faults = {
        "has format 7": (good_card.replace(f'"format": {FORMAT}', '"format": 7'), good_weights),
        "damaged": (good_card, good_weights[:-10]),
        "does not fit": (good_card.replace('"channels": 32', '"channels": 16'), good_weights),
        "described wrongly": (good_card.replace('"channels"', '"canals"'), good_weights),
    }
    for why, (text, content) in faults.items():
        card.write_text(text)
        weights.write_bytes(content)
        outcome = run(*EVALUATE, data, "--model", folder)
        assert outcome.status == 1
        assert why in outcome.error_lines[0]
    outcome = run(*EVALUATE, data, "--model", tmp_path / "nothing")
    assert "There is no trained model" in outcome.error_lines[0]


def test_folders_that_hold_no_graph_or_no_test_are_refused(tmp_path: Path, run: Run) -> None:
    assert "no such folder" in run(*EVALUATE, tmp_path / "none").error_lines[0]
    assert "holds no graph" in run(*EVALUATE, tmp_path).error_lines[0]
    outcome = run(*EVALUATE, parts(tmp_path / "untested", "a\tr\tb\n", ""))
    assert "test set has no edges" in outcome.error_lines[0]
