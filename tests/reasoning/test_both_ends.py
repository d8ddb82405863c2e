"""Rankings by both ends, against scores written by hand."""

import numpy as np
import torch

from kgfm.data import FilterIndex, TripleSet
from kgfm.reasoning import both_ends
from kgfm.reasoning.both_ends import from_both_ends

ENTITIES = 30
GRAPH = TripleSet.from_numpy(
    np.array([0, 5]), np.array([0, 0]), np.array([1, 6]), entity_labels=[str(n) for n in range(ENTITIES)]
)
KNOWN = FilterIndex([GRAPH])


def scores(heads, relations):
    """Rank 1, 2, 3, ... as tails of relation 0; of its inverse only 3 is sure that 0 is its head."""
    logits = -torch.arange(ENTITIES, dtype=torch.float32).repeat(len(heads), 1) / 10
    for row, (head, relation) in enumerate(zip(heads, relations, strict=True)):
        if relation == 1:
            logits[row] = 0.0
            logits[row, 0] = 6.0 if head == 3 else -6.0
    return logits


def ask(heads):
    heads = np.array(heads)
    return from_both_ends(scores, KNOWN, 1, heads, np.zeros(len(heads), dtype=np.int64))


def test_a_candidate_that_is_sure_of_the_head_overtakes_the_others():
    plain, both = scores([0], [0])[0], ask([0])[0]
    open_ = [entity for entity in range(ENTITIES) if entity != 1]
    assert max(open_, key=lambda entity: plain[entity]) == 0
    assert max(open_, key=lambda entity: both[entity]) == 3


def test_what_is_stated_and_what_was_not_asked_keep_their_logits():
    plain, both = scores([0], [0])[0], ask([0])[0]
    assert both[1] == plain[1]
    assert torch.equal(both[both_ends.CANDIDATES + 1 :], plain[both_ends.CANDIDATES + 1 :])
    assert bool((both >= plain).all())


def test_queries_asked_together_score_as_each_by_itself():
    together = ask([0, 5, 0, 7])
    for row, head in enumerate([0, 5, 0, 7]):
        torch.testing.assert_close(ask([head])[0], together[row])


def test_a_graph_of_few_entities_is_ranked():
    small = TripleSet.from_numpy(np.array([0]), np.array([0]), np.array([1]))
    found = from_both_ends(
        lambda heads, _: torch.zeros(len(heads), 2),
        FilterIndex([small]),
        1,
        np.array([0, 1]),
        np.array([0, 0]),
    )
    assert found.shape == (2, 2)
    assert bool(found.isfinite().all())
