"""A ranking that listens to both ends of a triple: its likeliest tails are asked for their heads as well.

A model that propagates from one end sees little of what stands around the other. Whether h is among the
likeliest heads of (?, r, t) is evidence of its own for (h, r, t), and costs one more query a candidate.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
import torch
from jaxtyping import Float, Int64
from torch import Tensor

from kgfm.data import FilterIndex

Ids = Int64[np.ndarray, " queries"]
Scores = Callable[[Ids, Ids], Tensor]  # (heads, relations) -> logits [queries, entities]

# Chosen on the valid parts of training graphs and of the Wikidata graphs, held out of training then.
CANDIDATES: Final = 5  # of each query
MARGIN: Final = 2.0  # a candidate whose logit lies farther below the best one is not asked
WEIGHT: Final = 0.5  # of a candidate's log share, against the query's own logit


def from_both_ends(
    scores: Scores, known: FilterIndex, relation_count: int, heads: Ids, relations: Ids
) -> Float[Tensor, "queries entities"]:
    """Return the logits of each query, those of its best new candidates raised by what they say of the head.

    `relation_count` counts without inverses. What the graph states (`known`) is no candidate: it keeps
    its logit. A candidate gains by the log share that it gives to the head, counted from the least that
    any candidate gives; so none falls behind an entity that was not asked.
    """
    logits = scores(heads, relations)
    rows, stated = known.known_tails(heads, relations)
    open_ = logits.clone()
    open_[torch.from_numpy(rows), torch.from_numpy(stated)] = -torch.inf
    best = open_.topk(min(CANDIDATES + 1, logits.shape[1]))
    asked = best.values.isfinite() & (best.values >= best.values[:, :1] - MARGIN)
    if best.values.shape[1] > CANDIDATES:
        asked &= best.values > best.values[:, -1:]  # of equal ones all or none, whatever their numbers
    row, place = asked.nonzero(as_tuple=True)
    candidates = best.indices[row, place].numpy()
    turned = (relations + relation_count) % max(2 * relation_count, 1)
    asks = turned[row.numpy()], heads[row.numpy()]
    shares = _log_shares(scores, known, candidates, *asks, at_once=len(heads))
    least = torch.full((len(heads),), torch.inf).scatter_reduce(0, row, shares, "amin")
    raised = logits.clone()
    raised[row, best.indices[row, place]] += WEIGHT * (shares - least[row])
    return raised


def _log_shares(
    scores: Scores, known: FilterIndex, heads: Ids, relations: Ids, tails: Ids, *, at_once: int
) -> Float[Tensor, " queries"]:
    """Return the log share of each tail among its query's answers, stated ones left out; asks alike once."""
    pairs, number = np.unique(np.stack([relations, heads]), axis=1, return_inverse=True)
    number = number.ravel()
    order = np.argsort(number, kind="stable")
    bounds = np.searchsorted(number[order], np.arange(pairs.shape[1] + 1))
    shares = torch.empty(len(heads))
    for start in range(0, pairs.shape[1], at_once):
        end = min(start + at_once, pairs.shape[1])
        logits = scores(pairs[1, start:end], pairs[0, start:end])
        mine = order[bounds[start] : bounds[end]]
        own = logits[torch.from_numpy(number[mine] - start), torch.from_numpy(tails[mine])]
        rows, stated = known.known_tails(pairs[1, start:end], pairs[0, start:end])
        logits = logits.index_put(
            (torch.from_numpy(rows), torch.from_numpy(stated)), torch.tensor(-torch.inf)
        )
        total = logits.logsumexp(dim=1)[torch.from_numpy(number[mine] - start)]
        shares[torch.from_numpy(mine)] = own - total
    return shares
