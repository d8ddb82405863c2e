import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from kgfm.data import FilterIndex
from kgfm.errors import TrainingError
from kgfm.training.rank_journal import RankJournal
from kgfm.training.ranking import (
    Ranks,
    both_directions,
    filtered_ranks,
    rank_both_directions,
    rank_queries,
)
from tests.graphs import families, small_graphs


@given(
    scores=st.lists(st.integers(0, 3), min_size=5, max_size=5),
    answer=st.integers(0, 4),
    known=st.sets(st.integers(0, 4)),
)
def test_ranks_are_those_of_counting(scores, answer, known):
    rivals = [score for place, score in enumerate(scores) if place != answer and place not in known]
    above = sum(score > scores[answer] for score in rivals)
    tied = sum(score == scores[answer] for score in rivals)
    pairs = torch.zeros(len(known), dtype=torch.int64), torch.tensor(sorted(known), dtype=torch.int64)
    mean, worst = filtered_ranks(torch.tensor([scores]).double(), torch.tensor([answer]), pairs)
    assert mean.tolist() == [1 + above + tied / 2]
    assert worst.tolist() == [1 + above + tied]


def test_a_model_that_scores_all_alike_gains_nothing_from_ties():
    none = torch.empty(0, dtype=torch.int64)
    mean, worst = filtered_ranks(torch.zeros(1, 11), torch.tensor([4]), (none, none))
    assert (mean.item(), worst.item()) == (6, 11)


def test_scores_that_are_not_numbers_are_refused():
    none = torch.empty(0, dtype=torch.int64)
    with pytest.raises(TrainingError, match="not numbers"):
        filtered_ranks(torch.full((1, 3), torch.nan), torch.tensor([0]), (none, none))


@given(graph=small_graphs())
def test_a_perfect_model_ranks_every_answer_first(graph):
    both = graph.with_inverses()
    table = torch.zeros(6, 6, 6)
    table[both.heads, both.relations, both.tails] = 1
    report = rank_both_directions(lambda h, r: table[h, r], graph, FilterIndex([graph]), batch=3)
    assert (report.mrr, report.mrr_pessimistic, report.hits[1], report.mean_rank) == (1, 1, 1, 1)
    assert report.queries == 2 * len(graph)


@given(graph=small_graphs(), seed=st.integers(0, 100))
def test_batches_do_not_change_the_figures(graph, seed):
    table = torch.randn(6, 6, 6, generator=torch.Generator().manual_seed(seed))
    known = FilterIndex([graph])
    reports = [
        rank_both_directions(lambda h, r: table[h, r], graph, known, batch=size) for size in (1, 7, 100)
    ]
    assert reports[0] == reports[1] == reports[2]


def test_an_empty_test_set_is_refused():
    from kgfm.data import TripleSet

    empty = TripleSet.from_triples([])
    with pytest.raises(TrainingError, match="no edges"):
        rank_both_directions(lambda h, r: torch.from_numpy(np.empty((0, 0))), empty, FilterIndex([empty]))


def test_the_interval_holds_the_mean_and_narrows_with_more_queries():
    rng = np.random.default_rng(0)
    few, many = (rng.integers(1, 20, size=size) for size in (50, 5000))
    widths = []
    for worst in (few, many):
        low, high = Ranks(mean=worst.astype(float), worst=worst).interval()
        assert low < (1 / worst).mean() < high
        widths.append(high - low)
    assert 5 < widths[0] / widths[1] < 20  # ten times, but for chance


def test_a_ranking_that_was_cut_off_asks_only_for_the_rest(tmp_path):
    graph, asked = families(8), []
    table = torch.randn(
        graph.entity_count,
        2 * graph.relation_count,
        graph.entity_count,
        generator=torch.Generator().manual_seed(0),
    )

    def score(heads, relations):
        asked.append(len(heads))
        if len(asked) == 3:
            raise KeyboardInterrupt
        return table[heads, relations]

    queries, known = both_directions(graph), FilterIndex([graph])
    journal = RankJournal(tmp_path / "ranks" / "one.txt", "key")
    with pytest.raises(KeyboardInterrupt):
        rank_queries(score, queries, known, 10, journal)
    with journal.path.open("a") as file:
        file.write("3.5")  # a line cut off by a kill
    found = rank_queries(score, queries, known, 10, RankJournal(journal.path, "key"))
    assert sum(asked[3:]) == queries.shape[1] - 20
    right = rank_queries(lambda h, r: table[h, r], queries, known)
    np.testing.assert_array_equal(found.mean, right.mean)
    np.testing.assert_array_equal(found.worst, right.worst)
    with pytest.raises(TrainingError, match="other work"):
        rank_queries(score, queries, known, 10, RankJournal(journal.path, "another key"))
    journal.remove()
    assert not journal.path.exists()
