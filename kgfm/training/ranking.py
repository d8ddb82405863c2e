"""Filtered ranking: where the right answer stands among all entities, other right ones left out.

Source: Bordes et al. 2013, section 4.1 (filtered setting); Berrendorf et al. 2020, arXiv:2002.06914 (ties).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int, Int64
from torch import Tensor

from kgfm.data import FilterIndex, TripleSet
from kgfm.errors import TrainingError
from kgfm.training.rank_journal import RankJournal

HITS_AT = (1, 3, 10)

Score = Callable[[np.ndarray, np.ndarray], Tensor]
Queries = Int64[np.ndarray, "3 queries"]


class BrokenScoresError(TrainingError):
    """Scores that are no numbers: nothing can be ranked by them."""


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


@dataclass(frozen=True, eq=False, kw_only=True)
class Ranks:
    """Where each query's answer stands, from 1 on: `mean` has ties at their mean, `worst` against it."""

    mean: Float[np.ndarray, " queries"]
    worst: Int[np.ndarray, " queries"]

    def report(self) -> RankingReport:
        """Return the figures over all queries."""
        return RankingReport(
            queries=len(self.mean),
            mrr=float((1 / self.mean).mean()),
            hits={k: float((self.mean <= k).mean()) for k in HITS_AT},
            mean_rank=float(self.mean.mean()),
            mrr_pessimistic=float((1 / self.worst).mean()),
            hits_pessimistic={k: float((self.worst <= k).mean()) for k in HITS_AT},
            mean_rank_pessimistic=float(self.worst.mean()),
        )

    def interval(self, seed: int = 0, draws: int = 1000) -> tuple[float, float]:
        """Return where the pessimistic MRR of all queries lies with 95 % confidence, by the bootstrap.

        Source: Efron 1979, "Bootstrap methods: another look at the jackknife" (percentile interval).
        """
        rng, values = np.random.default_rng(seed), 1 / self.worst
        means = [values[rng.integers(len(values), size=len(values))].mean() for _ in range(draws)]
        low, high = np.quantile(means, (0.025, 0.975))
        return float(low), float(high)


def filtered_ranks(
    scores: Float[Tensor, "queries candidates"],
    answers: Int[Tensor, " queries"],
    known: tuple[Int[Tensor, " known"], Int[Tensor, " known"]],
) -> tuple[Float[Tensor, " queries"], Int[Tensor, " queries"]]:
    """Return the answers' ranks from 1 on: (ties at their mean, ties against the answer).

    `known` lists (query, candidate) pairs that are right as well and so do not compete; the answer may
    be among them. Raises BrokenScoresError on scores that are not numbers.
    """
    if scores.isnan().any():
        raise BrokenScoresError("The model's scores are not numbers: its weights are broken; train it again.")
    rows = torch.arange(len(answers), device=scores.device)
    right = scores[rows, answers].unsqueeze(-1)
    rivals = torch.ones_like(scores, dtype=torch.bool)
    rivals[known] = False
    rivals[rows, answers] = False
    above = ((scores > right) & rivals).sum(dim=-1)
    tied = ((scores == right) & rivals).sum(dim=-1)
    return above + tied.double() / 2 + 1, above + tied + 1


def rank_both_directions(
    score: Score, test: TripleSet, known: FilterIndex, batch: int = 256
) -> RankingReport:
    """Rank each test edge's tail and, through the inverse relation, its head.

    `score(heads, relations)` returns [queries, entities] logits. Raises TrainingError on an empty test set.
    """
    return rank_queries(score, both_directions(test), known, batch).report()


def both_directions(test: TripleSet) -> Queries:
    """Return (head, relation, answer) columns: each edge asked for its tail, then each for its head.

    Raises TrainingError on an empty test set.
    """
    if not len(test):
        raise TrainingError("There is nothing to evaluate: the test set has no edges.")
    relations = np.concatenate([test.relations, test.relations + test.relation_count])
    return np.stack(
        [np.concatenate([test.heads, test.tails]), relations, np.concatenate([test.tails, test.heads])]
    )


def rank_queries(
    score: Score,
    queries: Queries,
    known: FilterIndex,
    batch: int = 256,
    journal: RankJournal | None = None,
    done: Callable[[int], None] | None = None,
) -> Ranks:
    """Rank the answers to (head, relation, answer) columns, in order; what `journal` has is not asked."""
    mean, worst = ([part] for part in journal.kept(queries.shape[1])) if journal else ([], [])
    for start in range(sum(map(len, mean)), queries.shape[1], batch):
        heads, relations, tails = queries[:, start : start + batch]
        rows, right = known.known_tails(heads, relations)
        ranks = filtered_ranks(
            score(heads, relations),
            torch.from_numpy(tails),
            (torch.from_numpy(rows), torch.from_numpy(right)),
        )
        mean.append(ranks[0].numpy())
        worst.append(ranks[1].numpy())
        if journal:
            journal.add(mean[-1], worst[-1])
        if done:
            done(start + len(tails))
    return Ranks(mean=np.concatenate(mean), worst=np.concatenate(worst))
