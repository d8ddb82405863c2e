"""Decoders: from states of entities and relations to scores of triples.

Scores are unbounded logits: larger is more plausible, not a probability.
"""

from collections.abc import Callable
from typing import Final

import torch
from jaxtyping import Float
from torch import Tensor


def distmult_scores(
    heads: Float[Tensor, "queries channels"],
    relations: Float[Tensor, "queries channels"],
    candidates: Float[Tensor, "candidates channels"],
) -> Float[Tensor, "queries candidates"]:
    """Score every candidate tail of each (head, relation) query, alike in both directions.

    Source: Yang et al. 2015, arXiv:1412.6575, section 3.2.
    """
    return (heads * relations) @ candidates.T


def complex_scores(
    heads: Float[Tensor, "queries channels"],
    relations: Float[Tensor, "queries channels"],
    candidates: Float[Tensor, "candidates channels"],
) -> Float[Tensor, "queries candidates"]:
    """Score every candidate tail, able to tell a relation's two directions apart.

    The first half of the channels is the real, the second the imaginary part of
    Re(head * relation * conj(tail)). Source: Trouillon et al. 2016, arXiv:1606.06357, equation 11.
    """
    real, imaginary = heads.chunk(2, dim=-1)
    relation_real, relation_imaginary = relations.chunk(2, dim=-1)
    query = torch.cat(
        (
            real * relation_real - imaginary * relation_imaginary,
            real * relation_imaginary + imaginary * relation_real,
        ),
        dim=-1,
    )
    return query @ candidates.T


def rotate_scores(
    heads: Float[Tensor, "queries channels"],
    relations: Float[Tensor, "queries channels"],
    candidates: Float[Tensor, "candidates channels"],
) -> Float[Tensor, "queries candidates"]:
    """Score a candidate by how near it lies to the head, turned by the relation: at most 0.

    Halves as in `complex_scores`; of a relation only the angle of each complex number counts.
    Source: Sun et al. 2019, arXiv:1902.10197, section 3.1, with the Euclidean norm of the whole vector.
    """
    real, imaginary = heads.chunk(2, dim=-1)
    turn = torch.nn.functional.normalize(torch.stack(relations.chunk(2, dim=-1)), dim=0)
    turned = torch.cat((real * turn[0] - imaginary * turn[1], real * turn[1] + imaginary * turn[0]), dim=-1)
    return -torch.cdist(turned, candidates)


SCORERS: Final[dict[str, Callable[[Tensor, Tensor, Tensor], Tensor]]] = {
    "distmult": distmult_scores,
    "complex": complex_scores,
    "rotate": rotate_scores,
}
