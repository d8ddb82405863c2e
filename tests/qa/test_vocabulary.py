"""Words that mean the same: by stem, by family, by the thesaurus, by the schema."""

import numpy as np
import pytest

from kgfm.kg import IRI
from kgfm.kg.namespaces import WDT
from kgfm.ontology.schema import Schema
from kgfm.qa.predicates import Predicates
from kgfm.qa.vocabulary import Vocabulary

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


def test_strangers_are_not() -> None:
    assert EMPTY.kinship("landlady", "nephew") == 0
    assert EMPTY.kinship("salary", "physics") == 0


def test_the_object_of_child_is_a_child_and_its_subject_a_parent() -> None:
    predicates = Predicates(Schema.default())
    child = IRI(WDT + "P40")
    assert "child" in predicates.words(child, True)
    assert "mother" not in predicates.words(child, True)
    assert "mother" in predicates.words(child, False)
