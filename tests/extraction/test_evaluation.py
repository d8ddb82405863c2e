"""The CaRB score against what its definition demands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgfm.extraction.evaluation import carb_score, token_match
from kgfm.extraction.openie import OpenExtraction, open_extractions

PHRASES = st.lists(st.sampled_from("a b c d is was".split()), min_size=1, max_size=4).map(" ".join)


SURE = st.just(1.0)


def extraction(confidence: st.SearchStrategy[float] = SURE) -> st.SearchStrategy[OpenExtraction]:
    return st.builds(OpenExtraction, PHRASES, PHRASES, st.tuples(PHRASES), confidence)


@given(one=extraction(), other=extraction())
def test_matches_are_shares_and_exchange_with_the_sides(one: OpenExtraction, other: OpenExtraction) -> None:
    precision, recall = token_match(one, other)
    assert 0 <= precision <= 1
    assert 0 <= recall <= 1
    assert token_match(other, one) == (recall, precision)


@given(one=extraction())
def test_a_tuple_matches_itself_wholly(one: OpenExtraction) -> None:
    assert token_match(one, one) == (1.0, 1.0)


@given(gold=st.lists(extraction(), min_size=1, max_size=4, unique=True))
def test_saying_exactly_the_gold_scores_one(gold: list[OpenExtraction]) -> None:
    score = carb_score({"s": gold}, {"s": gold})
    assert score.f1 == pytest.approx(1)
    assert score.auc == pytest.approx(1)


@given(
    gold=st.lists(extraction(), min_size=1, max_size=4),
    guesses=st.lists(extraction(st.sampled_from([0.2, 0.5, 0.9])), max_size=5),
)
def test_scores_are_shares_and_f1_is_the_best_on_the_curve(
    gold: list[OpenExtraction], guesses: list[OpenExtraction]
) -> None:
    score = carb_score({"s": gold}, {"s": guesses})
    assert 0 <= score.precision <= 1
    assert 0 <= score.recall <= 1
    assert 0 <= score.auc <= 1 + 1e-9
    everything = carb_score(
        {"s": gold}, {"s": [OpenExtraction(g.subject, g.relation, g.arguments, 1.0) for g in guesses]}
    )
    assert score.f1 >= everything.f1 - 1e-9


def test_one_prediction_may_be_recalled_twice_but_is_precise_once() -> None:
    gold = [OpenExtraction("A", "met", ("B",), 1.0), OpenExtraction("A", "met", ("C",), 1.0)]
    score = carb_score({"s": gold}, {"s": [OpenExtraction("A", "met", ("B C",), 1.0)]})
    assert score.recall == pytest.approx(1.0)
    assert score.precision == pytest.approx(3 / 4)


def test_a_relation_that_shares_nothing_matches_nothing() -> None:
    assert token_match(OpenExtraction("A", "met", ("B",), 1.0), OpenExtraction("A", "saw", ("B",), 1.0)) == (
        0.0,
        0.0,
    )


def test_open_extraction_keeps_the_words() -> None:
    found = open_extractions("Tom Bradley joined the company in 1941.")
    assert [(e.subject, e.relation, e.arguments) for e in found] == [
        ("Tom Bradley", "joined", ("the company", "in 1941"))
    ]


def test_open_extraction_chains_verbs_and_distributes_agents() -> None:
    found = {
        (e.subject, e.relation, e.arguments[0])
        for e in open_extractions("The city refused to recognize the club.")
    }
    assert found == {("The city", "refused to recognize", "the club")}
