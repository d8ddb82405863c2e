import platform

import numpy as np
import pytest
import torch

from kgfm.nn.config import FoundationConfig
from kgfm.nn.models.foundation import FoundationModel
from kgfm.training import scoring
from kgfm.training.scoring import FoundationScorer
from tests.graphs import families


@pytest.mark.parametrize("near", [1, 2**12, 2**30])
def test_scores_do_not_depend_on_how_many_queries_are_propagated_together(monkeypatch, near):
    monkeypatch.setattr(scoring, "_NEAR_NUMBERS", near)
    graph = families(10)
    torch.manual_seed(0)
    model = FoundationModel(FoundationConfig(channels=8)).eval()
    draw = np.random.default_rng(0)
    heads = draw.integers(graph.entity_count, size=30)
    relations = draw.integers(2 * graph.relation_count, size=30)
    scorer = FoundationScorer(model, graph)
    with torch.inference_mode():
        right = model(scorer.layouts, torch.from_numpy(heads), torch.from_numpy(relations))
    torch.testing.assert_close(scorer(heads, relations), right, rtol=1e-4, atol=1e-4)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries keep memory by other rules")
def test_most_batches_find_the_memory_that_those_before_them_left():
    resource = pytest.importorskip("resource")
    graph = families(60)
    torch.manual_seed(0)
    scorer = FoundationScorer(FoundationModel(FoundationConfig()), graph)
    heads = np.arange(graph.entity_count).repeat(2)
    relations = np.arange(len(heads)) % (2 * graph.relation_count)
    fetched = []
    for _ in range(7):
        before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
        scorer(heads, relations)
        fetched.append(resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before)
    one_state = 4 * 32 * len(heads) * graph.entity_count
    assert np.median(fetched[2:]) * resource.getpagesize() < one_state / 4
