import contextlib
import dataclasses

import numpy as np
import pytest
import torch

from kgfm.data import FilterIndex, TripleSet, split_edges
from kgfm.errors import ConfigError, TrainingError
from kgfm.nn.config import FoundationConfig
from kgfm.training.config import PretrainingConfig
from kgfm.training.pretraining import Pretraining
from kgfm.training.ranking import rank_both_directions
from kgfm.training.scoring import FoundationScorer
from tests.graphs import families

CONFIG = PretrainingConfig(
    model=FoundationConfig(channels=8, relation_layers=1, refinements=1, entity_layers=2),
    steps=8,
    batch=4,
    warm_up=2,
    checkpoint_every=3,
)


def graphs():
    return [(families(8, seed=0), 1.0), (families(12, seed=1), 2.0)]


def losses(run, most=None):
    told = []

    def done(step, loss):
        told.append((step, loss))
        if step == most:
            raise KeyboardInterrupt

    with contextlib.suppress(KeyboardInterrupt):
        run.run(done)
    return told


def test_a_run_that_was_cut_off_goes_on_as_if_it_had_not_been(tmp_path):
    whole = losses(Pretraining(graphs(), CONFIG))
    cut = losses(Pretraining(graphs(), CONFIG, tmp_path), most=5)
    rest = losses(Pretraining(graphs(), CONFIG, tmp_path))
    assert [step for step, _ in rest] == [4, 5, 6, 7, 8]
    np.testing.assert_allclose([loss for _, loss in cut[:3] + rest], [loss for _, loss in whole], rtol=1e-6)


def test_the_same_seed_gives_the_same_weights_and_leaves_the_callers_random_state_alone():
    before = torch.random.get_rng_state()
    one, two = (Pretraining(graphs(), CONFIG).run() for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), two.parameters(), strict=True))
    assert torch.equal(before, torch.random.get_rng_state())


def test_a_run_may_begin_with_the_weights_of_another():
    first = Pretraining(graphs(), CONFIG).run()
    later = Pretraining(graphs(), CONFIG, start=first.state_dict()).averaged()
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), later.parameters(), strict=True))


def test_what_was_learned_on_some_families_holds_for_unseen_ones():
    config = dataclasses.replace(CONFIG, steps=150, batch=8, learning_rate=1e-2)
    train = [(families(20, seed=seed), 1.0) for seed in range(3)]
    rest, hidden = split_edges(families(25, seed=9), 0.1, 0)
    known = FilterIndex([rest, hidden])
    after = rank_both_directions(FoundationScorer(Pretraining(train, config).run(), rest), hidden, known)
    before = rank_both_directions(
        FoundationScorer(Pretraining(train, config).averaged(), rest), hidden, known
    )
    assert after.mrr_pessimistic > before.mrr_pessimistic + 0.15


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_takes_the_same_steps_and_goes_on_from_its_checkpoint(tmp_path):
    here = losses(Pretraining(graphs(), CONFIG))
    there = losses(Pretraining(graphs(), CONFIG, tmp_path, device="cuda"), most=5)
    there = there[:3] + losses(Pretraining(graphs(), CONFIG, tmp_path, device="cuda"))
    np.testing.assert_allclose([loss for _, loss in there], [loss for _, loss in here], rtol=1e-3)


def test_settings_of_another_run_are_refused(tmp_path):
    losses(Pretraining(graphs(), CONFIG, tmp_path), most=4)
    with pytest.raises(TrainingError, match="other settings"):
        Pretraining(graphs(), dataclasses.replace(CONFIG, seed=1), tmp_path)


def test_a_damaged_checkpoint_is_refused(tmp_path):
    losses(Pretraining(graphs(), CONFIG, tmp_path), most=4)
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(TrainingError, match="damaged"):
        Pretraining(graphs(), CONFIG, tmp_path)


def test_a_loss_that_is_no_number_stops_the_run_and_keeps_the_last_checkpoint(tmp_path):
    run = Pretraining(graphs(), CONFIG, tmp_path)

    def done(step, _loss):
        if step == 4:
            with torch.no_grad():
                next(run.model.parameters()).fill_(torch.nan)

    with pytest.raises(TrainingError, match="step 4"):
        run.run(done)
    assert Pretraining(graphs(), CONFIG, tmp_path).step == 3


def test_graphs_without_edges_are_refused():
    with pytest.raises(TrainingError, match="nothing to pretrain on"):
        Pretraining([(TripleSet.from_labels([]), 1.0)], CONFIG)


@pytest.mark.parametrize(
    "setting", [{"steps": 0}, {"edge_dropout": 1.0}, {"average_decay": -0.1}, {"batch": 0}]
)
def test_settings_out_of_range_are_refused(setting):
    with pytest.raises(ConfigError, match=f"pretraining.{next(iter(setting))}"):
        PretrainingConfig(**setting)


@pytest.mark.parametrize("frontiers", [True, False])
def test_scores_do_not_depend_on_how_queries_are_batched(frontiers):
    graph, model = families(10), Pretraining(graphs(), CONFIG).averaged()
    scorer = FoundationScorer(model, graph, frontiers=frontiers)
    draw = np.random.default_rng(0)
    heads = draw.integers(graph.entity_count, size=20)
    relations = draw.integers(2 * graph.relation_count, size=20)
    together = scorer(heads, relations)
    scorer.batch = 3
    torch.testing.assert_close(together, scorer(heads, relations), rtol=1e-4, atol=1e-4)
    assert scorer(heads[:0], relations[:0]).shape == (0, graph.entity_count)
    with torch.inference_mode():
        right = model(scorer.layouts, torch.from_numpy(heads), torch.from_numpy(relations))
    torch.testing.assert_close(together, right, rtol=1e-4, atol=1e-4)
