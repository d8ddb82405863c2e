import torch

from kgfm.nn.conv.relational import RelationalConv


def test_states_are_the_same_with_and_without_a_gradient_to_keep():
    torch.manual_seed(0)
    layer, given = RelationalConv(8), [torch.randn(5, 3, 8) for _ in range(3)]
    kept = [part.clone() for part in given]
    learning = layer.updated(*given)
    assert learning.requires_grad
    with torch.inference_mode():
        torch.testing.assert_close(layer.updated(*given), learning.detach(), rtol=1e-5, atol=1e-5)
    assert all(torch.equal(part, before) for part, before in zip(given, kept, strict=True))
