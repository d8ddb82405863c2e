"""Windows cover every word and cut none in two."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kgfm.corpus.document import Document, Span
from kgfm.extraction.windows import readable, windows


def spans_of(text: str, longest: int = 20_000) -> list[Span]:
    return list(windows(Document(id="d", title="t", text=text, source="s", origin="o"), longest))


@given(text=st.text(alphabet="ab .!\n\t'", max_size=400), longest=st.integers(10, 50))
def test_windows_are_ordered_short_and_hold_every_letter(text: str, longest: int) -> None:
    spans = spans_of(text, longest)
    assert all(span.end - span.start <= longest for span in spans)
    assert all(left.end <= right.start for left, right in pairwise(spans))
    kept = "".join(span.of(text) for span in spans)
    assert [c for c in kept if c in "ab!'"] == [c for c in text if c in "ab!'"]


@given(text=st.text(max_size=300))
def test_readable_text_is_as_long_as_the_text(text: str) -> None:
    assert len(readable(text)) == len(text)
    assert not any(ord(character) < 32 for character in readable(text))


def test_a_long_paragraph_is_cut_behind_a_sentence() -> None:
    text = "One two three four. Five six seven eight. Nine ten."
    assert [span.of(text) for span in spans_of(text, 45)] == [
        "One two three four. Five six seven eight. ",
        "Nine ten.",
    ]


def test_a_heading_stands_alone() -> None:
    text = "Marie Curie\nMarie Curie was born in Warsaw and then she\nmoved to Paris."
    assert [span.of(text) for span in spans_of(text)] == [
        "Marie Curie",
        "Marie Curie was born in Warsaw and then she\nmoved to Paris.",
    ]


def test_life_dates_are_hidden_from_the_parser() -> None:
    assert readable("Bohr (1885 – 1962) was") == "Bohr               was"
    assert readable("Bohr (Denmark) was") == "Bohr (Denmark) was"
