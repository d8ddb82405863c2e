import pytest
import torch

from kgfm.nn.heads import SCORERS, complex_scores


def states():
    return torch.randn(3, 2, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(0))


def test_distmult_is_the_trilinear_product():
    heads, relations, tails = states()
    expected = torch.einsum("qd,qd,cd->qc", heads, relations, tails)
    torch.testing.assert_close(SCORERS["distmult"](heads, relations, tails), expected)


def test_complex_is_the_real_part_of_the_hermitian_product():
    parts = [torch.complex(*part.chunk(2, dim=-1)) for part in states()]
    expected = torch.einsum("qd,qd,cd->qc", parts[0], parts[1], parts[2].conj()).real
    torch.testing.assert_close(complex_scores(*states()), expected)


def test_rotate_is_the_distance_after_a_turn():
    heads, relations, tails = (torch.complex(*part.chunk(2, dim=-1)) for part in states())
    turned = heads * relations / relations.abs()
    expected = -(turned[:, None] - tails[None]).abs().square().sum(dim=-1).sqrt()
    torch.testing.assert_close(SCORERS["rotate"](*states()), expected)


@pytest.mark.parametrize(("name", "symmetric"), [("distmult", True), ("complex", False), ("rotate", False)])
def test_only_distmult_takes_both_directions_for_the_same(name, symmetric):
    heads, relations, tails = states()
    there, back = SCORERS[name](heads, relations, tails), SCORERS[name](tails, relations, heads)
    assert torch.allclose(there.diagonal(), back.diagonal()) == symmetric
