"""A transformer that points at the words of a sentence that answer a question, or at none.

It is a frozen text encoder, cut to its lower layers, plus what was learnt: low-rank changes of its
matrices and two heads. Sources: Devlin et al. 2019, "BERT", arXiv:1810.04805, section 4.3 (a span's
two ends, no answer at the first token); Hu et al. 2022, "LoRA", arXiv:2106.09685 (low-rank changes).
"""

from collections.abc import Iterator
from typing import Any, Final

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

_IMPOSSIBLE: Final = -1e4  # logit of a token that cannot be the end of a span; finite in half precision


class LowRank(nn.Module):
    """A linear layer that stays as it is, plus a change of low rank, at first none."""

    def __init__(self, base: nn.Linear, rank: int) -> None:
        super().__init__()
        self.base = base.requires_grad_(False)
        self.down = nn.Parameter(torch.randn(rank, base.in_features) / base.in_features**0.5)
        self.up = nn.Parameter(torch.zeros(base.out_features, rank))

    def forward(self, inputs: Tensor) -> Tensor:
        """Return the layer's output, changed."""
        changed: Tensor = self.base(inputs) + (inputs @ self.down.T) @ self.up.T
        return changed


class SpanModel(nn.Module):
    """Reads question and sentence together; `encoder` is a BERT model, changed in place."""

    def __init__(self, encoder: Any, layers: int, rank: int) -> None:
        super().__init__()
        encoder.requires_grad_(False)
        encoder.encoder.layer = encoder.encoder.layer[:layers]
        encoder.pooler = None
        self.encoder = encoder
        for module, name, linear in list(_linears(encoder.encoder)):
            setattr(module, name, LowRank(linear, rank))
        self.ends = nn.Linear(encoder.config.hidden_size, 2)

    def forward(
        self,
        tokens: Int[Tensor, "pairs tokens"],
        types: Int[Tensor, "pairs tokens"],
        filled: Bool[Tensor, "pairs tokens"],
        allowed: Bool[Tensor, "pairs tokens"],
    ) -> Float[Tensor, "pairs tokens 2"]:
        """Return log-probabilities of each token as first and last of the answer.

        `types` are 0 for the question, 1 for the rest; `filled` is false for padding; `allowed` marks
        where a span may begin or end. The first token stands for "no answer".
        """
        states = self.encoder(input_ids=tokens, token_type_ids=types, attention_mask=filled.long())
        logits = self.ends(states.last_hidden_state).float()
        scores: Tensor = logits.masked_fill(~allowed.unsqueeze(-1), _IMPOSSIBLE).log_softmax(dim=1)
        return scores

    def learnt(self) -> dict[str, Tensor]:
        """Return what training changed, by name; the rest is the encoder's own."""
        return {name: value.detach() for name, value in self.named_parameters() if value.requires_grad}

    def load_learnt(self, learnt: dict[str, Tensor]) -> None:
        """Take what `learnt` gave; raises KeyError where it lacks something."""
        with torch.no_grad():
            for name, value in self.learnt().items():
                value.copy_(learnt[name])

    def merge(self) -> None:
        """Write the changes into the encoder's matrices: reading costs no more than without them."""
        for module, name, layer in list(_changed(self.encoder.encoder)):
            with torch.no_grad():
                layer.base.weight += layer.up @ layer.down
            setattr(module, name, layer.base)


def _linears(root: nn.Module) -> Iterator[tuple[nn.Module, str, nn.Linear]]:
    for module in root.modules():
        for name, child in module.named_children():
            if isinstance(child, nn.Linear):
                yield module, name, child


def _changed(root: nn.Module) -> Iterator[tuple[nn.Module, str, LowRank]]:
    for module in root.modules():
        for name, child in module.named_children():
            if isinstance(child, LowRank):
                yield module, name, child
