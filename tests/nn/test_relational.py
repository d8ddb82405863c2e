import pytest
import torch

from kgfm.errors import ConfigError
from kgfm.nn.config import BASELINES, RelationalConfig
from kgfm.nn.models.relational import RelationalModel


def encode(model, entity_rows, edges):
    return model(
        torch.tensor(entity_rows),
        torch.full((len(entity_rows),), -1),
        torch.arange(4),
        edges,
        torch.ones(edges.shape[1]),
    )[0]


def test_unseen_entities_take_the_mean_of_the_others():
    model = RelationalModel(5, 4, 0, RelationalConfig(channels=8)).eval()
    model.fill_unseen()
    none = torch.empty((3, 0), dtype=torch.int64)
    states = encode(model, [0, 1, -1], none)
    again = encode(model, [-1], none)
    torch.testing.assert_close(states[2], again[0])
    torch.testing.assert_close(model.entity.weight[-1], model.entity.weight[:-1].mean(dim=0))


@pytest.mark.parametrize("encoder", ["compgcn", "r-gcn"])
def test_neighbours_change_a_state_and_strangers_do_not(encoder):
    model = RelationalModel(3, 4, 0, RelationalConfig(channels=8, encoder=encoder)).eval()
    alone = encode(model, [0, 1, 2], torch.empty((3, 0), dtype=torch.int64))
    joined = encode(model, [0, 1, 2], torch.tensor([[0], [1], [1]]))
    assert not torch.allclose(alone[1], joined[1])
    torch.testing.assert_close(alone[2], joined[2])


@pytest.mark.parametrize(
    "setting", [{"channels": 7}, {"channels": 0}, {"layers": -1}, {"dropout": 1.0}, {"bases": 0}]
)
def test_settings_out_of_range_are_refused(setting):
    with pytest.raises(ConfigError, match=f"model.{next(iter(setting))}"):
        RelationalConfig(**setting)


@pytest.mark.parametrize("name", BASELINES)
def test_every_baseline_learns_from_its_scores(name):
    model = RelationalModel(5, 4, 0, BASELINES[name])
    edges = torch.tensor([[0, 1], [0, 3], [2, 4]])
    rows, kinds = torch.arange(5), torch.arange(4)
    states, relations = model(rows, torch.full((5,), -1), kinds, edges, torch.ones(2))
    scores = model.scores(states, relations, rows, torch.tensor([0, 3]), torch.tensor([1, 2]))
    assert scores.shape == (2, 5)
    torch.autograd.backward(scores.logsumexp(dim=-1).sum())
    assert model.entity.weight.grad is not None
    assert model.entity.weight.grad.isfinite().all()
    assert model.entity.weight.grad.any()
