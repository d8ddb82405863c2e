"""Filtered ranking: where the right answer stands among all entities, other right ones left out.

Source: Bordes et al. 2013, section 4.1 (filtered setting); Berrendorf et al. 2020, arXiv:2002.06914 (ties).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from kgfm.data import FilterIndex, TripleSet
from kgfm.errors import TrainingError

HITS_AT = (1, 3, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingReport:
    """Ranking figures over both directions; larger is better, in (0, 1], but for `mean_rank`.

    Plain figures give tied answers the mean of their best and worst rank; `_pessimistic` ones the worst.
    """

    queries: int
    mrr: float
    hits: Mapping[int, float]
    mean_rank: float
    mrr_pessimistic: float
    hits_pessimistic: Mapping[int, float]
    mean_rank_pessimistic: float


def filtered_ranks(
    scores: Float[Tensor, "queries candidates"],
    answers: Int[Tensor, " queries"],
    known: tuple[Int[Tensor, " known"], Int[Tensor, " known"]],
) -> tuple[Float[Tensor, " queries"], Int[Tensor, " queries"]]:
    """Return the answers' ranks from 1 on: (ties at their mean, ties against the answer).

    `known` lists (query, candidate) pairs that are right as well and so do not compete; the answer may
    be among them. Raises TrainingError on scores that are not numbers.
    """
    if scores.isnan().any():
        raise TrainingError("The model's scores are not numbers: its weights are broken; train it again.")
    rows = torch.arange(len(answers), device=scores.device)
    right = scores[rows, answers].unsqueeze(-1)
    rivals = torch.ones_like(scores, dtype=torch.bool)
    rivals[known] = False
    rivals[rows, answers] = False
    above = ((scores > right) & rivals).sum(dim=-1)
    tied = ((scores == right) & rivals).sum(dim=-1)
    return above + tied.double() / 2 + 1, above + tied + 1


def rank_both_directions(
    score: Callable[[np.ndarray, np.ndarray], Tensor], test: TripleSet, known: FilterIndex, batch: int = 256
) -> RankingReport:
    """Rank each test edge's tail and, through the inverse relation, its head.

    `score(heads, relations)` returns [queries, entities] logits. Raises TrainingError on an empty test set.
    """
    if not len(test):
        raise TrainingError("There is nothing to evaluate: the test set has no edges.")
    heads = np.concatenate([test.heads, test.tails])
    relations = np.concatenate([test.relations, test.relations + test.relation_count])
    tails = np.concatenate([test.tails, test.heads])
    mean, worst = [], []
    for start in range(0, len(heads), batch):
        part = slice(start, start + batch)
        rows, right = known.known_tails(heads[part], relations[part])
        ranks = filtered_ranks(
            score(heads[part], relations[part]),
            torch.from_numpy(tails[part]),
            (torch.from_numpy(rows), torch.from_numpy(right)),
        )
        mean.append(ranks[0].numpy())
        worst.append(ranks[1].numpy())
    return _report(np.concatenate(mean), np.concatenate(worst))


def _report(mean: np.ndarray, worst: np.ndarray) -> RankingReport:
    return RankingReport(
        queries=len(mean),
        mrr=float((1 / mean).mean()),
        hits={k: float((mean <= k).mean()) for k in HITS_AT},
        mean_rank=float(mean.mean()),
        mrr_pessimistic=float((1 / worst).mean()),
        hits_pessimistic={k: float((worst <= k).mean()) for k in HITS_AT},
        mean_rank_pessimistic=float(worst.mean()),
    )
