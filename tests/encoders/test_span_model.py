"""The model that points at spans: changes of low rank, and what is learnt of it."""

import pytest
import torch
from torch import Tensor
from transformers import BertConfig, BertModel

from kgfm.encoders.span_model import LowRank, SpanModel


def small(seed: int = 0) -> SpanModel:
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=50, hidden_size=16, num_hidden_layers=3, num_attention_heads=2, intermediate_size=32
    )
    return SpanModel(BertModel(config), layers=2, rank=4).eval()


def score(model: SpanModel) -> Tensor:
    tokens = torch.tensor([[1, 5, 2, 6, 7, 2], [1, 8, 2, 9, 2, 0]])
    filled = tokens > 0
    allowed = torch.zeros_like(filled)
    allowed[:, [0, 3]] = True
    with torch.inference_mode():
        scores: Tensor = model(tokens, (tokens > 5).long(), filled, allowed)
    return scores


def changed(seed: int) -> SpanModel:
    model = small()
    torch.manual_seed(seed)
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, LowRank):
                module.up.normal_()
        model.ends.weight.normal_()
    return model


def test_only_allowed_tokens_can_be_ends_and_their_probabilities_sum_to_one() -> None:
    ends = score(small()).exp()
    assert ends[:, [0, 3]].sum(dim=1) == pytest.approx(torch.ones(2, 2), abs=1e-5)
    assert ends[:, [1, 2, 4, 5]].max() < 1e-6


def test_an_untrained_change_changes_nothing_and_a_trained_one_survives_merging() -> None:
    model = changed(1)
    before = score(model)
    assert not torch.allclose(before, score(small()), atol=1e-3)
    model.merge()
    assert not any(isinstance(module, LowRank) for module in model.modules())
    assert torch.allclose(score(model), before, atol=1e-4)


def test_what_was_learnt_can_be_carried_over_and_is_small() -> None:
    model, other = changed(1), changed(2)
    other.load_learnt(model.learnt())
    assert torch.allclose(score(other), score(model), atol=1e-5)
    assert all(("down" in name) or ("up" in name) or ("ends" in name) for name in model.learnt())
    with pytest.raises(KeyError):
        other.load_learnt({})
