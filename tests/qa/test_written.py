"""Sentences with names in the place of pronouns."""

from hypothesis import given
from hypothesis import strategies as st

from kgfm.qa.written import Written

SENTENCE = "There he met her, and she married him."
PRONOUNS = [(6, 8), (13, 16), (22, 25), (34, 37)]
names = st.dictionaries(st.sampled_from(PRONOUNS), st.sampled_from(["Al", "Ada", "Olaf Berg"]))
places = st.tuples(st.integers(0, len(SENTENCE)), st.integers(0, len(SENTENCE))).map(sorted).map(tuple)


@given(names=names)
def test_what_stands_at_a_pronoun_is_the_name(names):
    written = Written.of(SENTENCE, names)
    for span in PRONOUNS:
        there = written.there(span)
        assert written.text[slice(*there)] == names.get(span, SENTENCE[slice(*span)])
        assert written.back(there) == span


@given(names=names, span=places)
def test_the_words_around_are_the_same(names, span):
    written = Written.of(SENTENCE, names)
    begin, end = written.back(written.there(span))
    assert begin <= span[0] <= span[1] <= end
    apart = all(end <= a or b <= span[0] for (a, b) in names for end in span[1:])
    if apart and span[0] < span[1]:
        assert written.text[slice(*written.there(span))] == SENTENCE[slice(*span)]
        assert (begin, end) == span


def test_a_sentence_without_names_is_itself():
    assert Written.of(SENTENCE, {}).text == SENTENCE
    assert Written.of("", {}).there((0, 0)) == (0, 0)
