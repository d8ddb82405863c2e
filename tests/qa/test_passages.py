import itertools
import re

from hypothesis import given
from hypothesis import strategies as st

from kgfm.corpus.document import Span
from kgfm.qa.passages import passages

TEXT = st.text(alphabet=st.sampled_from("aB. \n1!?\"#'é"), max_size=200)


def cut(text: str) -> list[str]:
    return [passage.text for passage in passages("id", "Title", text)]


def test_sentences_end_at_full_stops_and_not_at_initials_or_abbreviations() -> None:
    text = 'J. J. Thomson met Dr. Smith at St. John\'s. He left in 1884. Was it late? "Yes," he said.'
    assert cut(text) == [
        "J. J. Thomson met Dr. Smith at St. John's.",
        "He left in 1884.",
        "Was it late?",
        '"Yes," he said.',
    ]


def test_headings_and_paragraphs_stand_apart() -> None:
    assert cut("# A title\n\nFirst words\nrun on.\n## Next\nMore.") == [
        "A title",
        "First words\nrun on.",
        "Next\nMore.",
    ]


@given(TEXT)
def test_every_passage_is_the_text_between_its_offsets_and_no_word_is_lost(text: str) -> None:
    found = list(passages("id", "Title", text))
    assert all(passage.text == text[passage.start : passage.end] for passage in found)
    assert all(first.end <= second.start for first, second in itertools.pairwise(found))
    kept = "".join(passage.text for passage in found)
    assert re.sub(r"[\s#]", "", kept) == re.sub(r"[\s#]", "", text)


@given(TEXT, st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), max_size=4))
def test_known_sentences_are_kept_as_they_are(text: str, pairs: list[tuple[int, int]]) -> None:
    known = [Span(min(pair), max(pair)) for pair in pairs if max(pair) <= len(text)][:1]
    found = {(passage.start, passage.end) for passage in passages("id", "Title", text, known)}
    assert all((span.start, span.end) in found for span in known if span.of(text).strip())


def test_an_endless_line_is_cut_into_bounded_pieces() -> None:
    assert all(len(piece) <= 1200 for piece in cut("x" * 5000 + " word" * 5000))
