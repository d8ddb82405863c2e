"""Steps written out as questions, and answers ranked anew by what was read."""

from dataclasses import replace

import pytest

from kgfm.qa.asking import asked_alone, asked_of, described, with_names
from kgfm.qa.chains import Trail
from kgfm.qa.expectation import Expectation
from kgfm.qa.features import Features
from kgfm.qa.gaps import Gap
from kgfm.qa.passages import Passage
from kgfm.qa.question import Hop
from kgfm.qa.rivals import alike, among
from kgfm.qa.sentence import ReadSentence
from kgfm.qa.steps import Found

BARE = Hop((), "", Expectation(), ())


@pytest.mark.parametrize(
    ("query", "kinds", "noun", "verb", "question"),
    [
        ("In born", ("place",), "", "born", "where was Ada Brook born?"),
        ("At study", ("organization",), "university", "study", "At which university did Ada Brook study?"),
        ("Under take her doctorate", ("person",), "", "take", "Under who did Ada Brook take her doctorate?"),
        ("die", ("date",), "", "die", "when did Ada Brook die?"),
        ("the doctoral adviser", ("person",), "", "", "who was the doctoral adviser of Ada Brook?"),
        ("the nationality", (), "", "", "what was the nationality of Ada Brook?"),
        ("the chemist who found", ("person",), "", "", "which chemist found Ada Brook?"),
        ("", (), "", "", "what did Ada Brook ?"),
    ],
)  # fmt: skip
def test_a_step_is_asked_about_what_the_one_before_led_to(
    query: str, kinds: tuple[str, ...], noun: str, verb: str, question: str
) -> None:
    hop = replace(BARE, query=query, expects=Expectation(kinds, noun), gap=Gap(verb))
    assert asked_of(hop, "Ada Brook") == question


@pytest.mark.parametrize(
    ("query", "kinds", "noun", "question"),
    [
        ("the man who found radon", ("person",), "", "who found radon?"),
        ("the chemist who found radon", ("person",), "", "which chemist found radon?"),
        ("of the author of Night Songs", ("person",), "", "who was the author of Night Songs?"),
        ("the first of the Mint", ("person",), "director", "who was the first director of the Mint?"),
        ("the Mint led by Ada Brook", ("organization",), "mint", "what was the Mint led by Ada Brook?"),
        ("the oldest", ("organization",), "mint", "which mint was the oldest?"),
        ("the capital of Norway", ("place",), "", "what was the capital of Norway?"),
        ("", (), "", "who was ?"),
    ],
)  # fmt: skip
def test_a_first_step_is_asked_by_itself(
    query: str, kinds: tuple[str, ...], noun: str, question: str
) -> None:
    assert asked_alone(replace(BARE, query=query, expects=Expectation(kinds, noun))) == question


@pytest.mark.parametrize(
    ("question", "queries", "description"),
    [
        ("Where was the head of the Mint born?", ["the head of the Mint"], "the head of the Mint"),
        ("Where was Ada's first aunt born?", ["of Ada first aunt"], "Ada's first aunt"),
        ("Where did the man die who found radon?", ["the man who found radon"], None),
        ("Who taught the wife of the head of the Mint?", ["the head of the Mint", "the wife of"],
         "the wife of the head of the Mint"),
        ("Where was the first director of the Mint born?", ["the first of the Mint"],
         "the first director of the Mint"),
        ("Where was Ada born?", [""], None),
    ],
)  # fmt: skip
def test_what_a_question_describes_is_found_in_it(
    question: str, queries: list[str], description: str | None
) -> None:
    hops = [replace(BARE, query=query, expects=Expectation((), "director")) for query in queries]
    span = described(question, hops)
    assert (span and question[slice(*span)]) == description


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("She was born Ada Stone in Lisbon in 1901.", "where was Ada Brook born?"),
        ("Her sister Ada Stone was born in Lisbon.", "where was Ada Stone born?"),
    ],
)
def test_whom_a_sentence_calls_by_a_name_given_at_birth_goes_by_the_titles_name(
    text: str, asked: str
) -> None:
    passage = Passage("brook.md", "Ada Brook", 0, len(text), text)
    sentence = ReadSentence(passage, (), (), (), (), (), doubtful=False, negated=False, topic=3)
    assert with_names("where was Ada Stone born?", [("Ada Stone", {7})], sentence) == asked


def test_rivals_share_what_is_sure_and_like_answers_are_no_rivals() -> None:
    (alone,) = among([2.0], [0])
    assert alone == pytest.approx(0.8808, abs=1e-4)
    one, other = among([2.0, 2.0], [0, 1])
    assert one == other < 0.5
    assert among([2.0, 2.0], [0, 0]) == [alone, alone]
    assert among([], []) == []
    assert sum(among([900.0, 3.0], [0, 1])) == pytest.approx(1)


def test_answers_of_like_texts_or_of_one_phrase_exclude_each_other_not() -> None:
    texts = {
        4: "From the mineral cleveite he got helium.",
        5: "It is rare like cleveite.",
        6: "Nella and Giulio were born in Ishpeming, Michigan.",
        9: "Helium is light.",
    }

    def trail(text: str, passage: int) -> Trail:
        start = texts[passage].index(text)
        end = Found(None, None, "", text, Features(), None, passage, (start, start + len(text)), 0.5)
        return Trail((end,), 0.5, (BARE,))

    answers = [
        ("the mineral cleveite", 4), ("cleveite", 4), ("cleveite", 5), ("helium", 4), ("Helium", 9),
        ("Nella", 6), ("Giulio", 6), ("Michigan", 6), ("Ishpeming", 6),
    ]  # fmt: skip
    groups = alike([trail(*answer) for answer in answers], texts.__getitem__)
    assert groups == [0, 0, 0, 3, 3, 5, 5, 7, 7]
