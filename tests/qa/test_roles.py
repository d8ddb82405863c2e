"""The part that a phrase plays beside a verb or noun, on real parses."""

import pytest

from kgfm.extraction.pipeline import parse
from kgfm.extraction.tree import Word, sentences
from kgfm.qa.roles import (
    OBJECT,
    OBLIQUE,
    SAME,
    SUBJECT,
    agreement,
    belonging,
    distance,
    lies_within,
    part,
)


def tree(text: str) -> dict[str, Word]:
    ((parsed, starts),) = parse([text])
    return {word.text: word for sentence in sentences(parsed, starts, text) for word in sentence.words}


@pytest.mark.parametrize(
    ("text", "candidate", "predicate", "expected"),
    [
        ("Planck succeeded Kirchhoff in Berlin.", "Planck", "succeeded", SUBJECT),
        ("Planck succeeded Kirchhoff in Berlin.", "Kirchhoff", "succeeded", OBJECT),
        ("Planck succeeded Kirchhoff in Berlin.", "Berlin", "succeeded", OBLIQUE),
        ("Radium was discovered by Marie Curie.", "Radium", "discovered", OBJECT),
        ("Radium was discovered by Marie Curie.", "Curie", "discovered", SUBJECT),
        ("Segrè and Chamberlain discovered the antiproton.", "Chamberlain", "discovered", SUBJECT),
        ("The chemist who found barium was Otto Hahn.", "chemist", "found", SUBJECT),
        ("His mother, Ellen Adler, came from Copenhagen.", "Adler", "mother", SAME),
        ("The first director was Ernst Beckmann.", "Beckmann", "director", SAME),
        ("They had two daughters, who were named Johanna and Mathilde.", "Mathilde", "daughters", SAME),
    ],
)
def test_parts_are_read_from_the_tree(text: str, candidate: str, predicate: str, expected: str) -> None:
    words = tree(text)
    assert part(words[candidate], words[predicate]) == expected


def test_a_doer_is_no_answer_where_the_done_to_is_asked_for() -> None:
    assert agreement(OBJECT, SUBJECT) < agreement(OBJECT, "") < agreement(OBJECT, OBJECT)
    assert agreement("", SUBJECT) == 0.5


def test_distance_counts_edges_of_the_tree() -> None:
    words = tree("Planck succeeded Kirchhoff in Berlin.")
    assert distance(words["Planck"], words["Planck"]) == 0
    assert distance(words["Planck"], words["succeeded"]) == 1
    assert distance(words["Planck"], words["Berlin"]) == 3
    elsewhere = tree("Hahn worked in Dahlem.")
    assert distance(words["Planck"], elsewhere["Hahn"]) == 20


def test_a_name_right_behind_another_only_tells_where_that_lies() -> None:
    words = list(tree("He died at Bude in Cornwall in 1901.").values())
    by_text = {word.text: word for word in words}
    assert lies_within([by_text["Cornwall"]], words)
    assert not lies_within([by_text["Bude"]], words)


def test_a_noun_belongs_to_whom_the_text_says() -> None:
    words = tree("Hahn married Edith, the daughter of a lawyer, and Meitner wrote to her nephew.")
    assert belonging(words["daughter"], [words["lawyer"]]) == 1
    assert belonging(words["daughter"], [words["Hahn"]]) == 0
    assert belonging(words["nephew"], [words["her"]]) == 1
    assert belonging(words["lawyer"], [words["Hahn"]]) == 0.5
