import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgfm.qa.words import content_stems, fold, stem, words


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("written", "folded"), [("Skłodowska", "sklodowska"), ("RÖNTGEN", "rontgen"), ("Ørsted  H.", "orsted h.")]
)
def test_accents_and_case_do_not_tell_names_apart(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    "family", ["found founded founding founds", "discover discovered discovering", "study studied studies"]
)
def test_inflected_forms_share_a_stem(family: str) -> None:
    assert len({stem(word) for word in family.split()}) == 1


def test_possessives_and_function_words_fall_away() -> None:
    assert words("Bohr's") == ["bohr"]
    assert content_stems("Where was the wife of Pierre Curie born?") == ["wife", "pierr", "curi", "born"]
