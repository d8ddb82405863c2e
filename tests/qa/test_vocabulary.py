"""Words that mean the same: by stem, by family, by the thesaurus, by the schema."""

import numpy as np
import pytest

from kgfm.kg import IRI
from kgfm.kg.namespaces import WDT
from kgfm.ontology.schema import Schema
from kgfm.qa.predicates import Predicates
from kgfm.qa.thesaurus import phrases_in
from kgfm.qa.vocabulary import Vocabulary, stems_of

EMPTY = Vocabulary([], np.zeros((0, 4), dtype=np.float32), {})


@pytest.mark.parametrize(
    ("one", "other", "least"),
    [
        ("hid", "hide", 1.0),
        ("founded", "founding", 1.0),
        ("discoverer", "discovery", 0.9),
        ("wife", "married", 0.8),
    ],
)
def test_kin_words_are_kin(one: str, other: str, least: float) -> None:
    assert EMPTY.kinship(one, other) >= least
    assert EMPTY.kinship(other, one) >= least


def test_a_phrase_is_known_with_words_between_and_is_kin_to_a_word() -> None:
    said = "they put the first machine together".split()
    assert ("put_together", (1, 5)) in phrases_in(said, stems_of)
    assert not phrases_in("they put it there".split(), stems_of)
    assert EMPTY.kinship("pass_away", "died") >= 0.8


def test_what_belongs_to_the_same_event_is_less_kin_than_what_says_the_same() -> None:
    assert EMPTY.kinship("perish", "expire") > EMPTY.kinship("perish", "deathbed") > 0
    assert EMPTY.kinship("perish", "telescope") == 0


def test_strangers_are_not() -> None:
    assert EMPTY.kinship("landlady", "nephew") == 0
    assert EMPTY.kinship("salary", "physics") == 0


def test_the_object_of_child_is_a_child_and_its_subject_a_parent() -> None:
    predicates = Predicates(Schema.default())
    child = IRI(WDT + "P40")
    assert "child" in predicates.words(child, True)
    assert "mother" not in predicates.words(child, True)
    assert "mother" in predicates.words(child, False)
