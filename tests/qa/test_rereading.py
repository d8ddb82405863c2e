"""Steps written out as questions, and answers ranked anew by what was read."""

from dataclasses import replace

import pytest

from kgfm.qa.expectation import Expectation
from kgfm.qa.gaps import Gap
from kgfm.qa.question import Hop
from kgfm.qa.rereading import asked_of

BARE = Hop((), "", Expectation(), ())


@pytest.mark.parametrize(
    ("query", "kinds", "noun", "verb", "question"),
    [
        ("In born", ("place",), "", "born", "where was Ada Brook born?"),
        ("At study", ("organization",), "university", "study", "At which university did Ada Brook study?"),
        ("Under take her doctorate", ("person",), "", "take", "Under who did Ada Brook take her doctorate?"),
        ("die", ("date",), "", "die", "when did Ada Brook die?"),
        ("the doctoral adviser", ("person",), "", "", "the doctoral adviser of Ada Brook"),
        ("the chemist who found", ("person",), "", "", "which chemist found Ada Brook?"),
        ("", (), "", "", "what did Ada Brook ?"),
    ],
)  # fmt: skip
def test_a_step_is_asked_about_what_the_one_before_led_to(
    query: str, kinds: tuple[str, ...], noun: str, verb: str, question: str
) -> None:
    hop = replace(BARE, query=query, expects=Expectation(kinds, noun), gap=Gap(verb))
    assert asked_of(hop, "Ada Brook") == question
