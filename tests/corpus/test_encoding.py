import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgfm.corpus.encoding import decode, encodable
from kgfm.errors import EncodingError

ENGLISH = "Marie Curie’s café in Zürich was opened in 1903. “She was born in Warsaw,” he said."
POLISH = "Maria Skłodowska urodziła się w Warszawie i była pierwszą kobietą, która otrzymała Nagrodę. " * 5
RUSSIAN = "Мария Кюри родилась в Варшаве и изучала физику. " * 5
FRENCH = "Née à Varsovie, elle a étudié à l'université de Paris où elle rencontra Pierre. "
JAPANESE = "マリ・キュリーはワルシャワで生まれた。物理学を勉強した。" * 4


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [
        (ENGLISH, "cp1252", "cp1252"),
        ("Café Curie", "latin-1", "cp1252"),
        (FRENCH, "latin-1", "cp1252"),
        (POLISH, "cp1250", "cp1250"),
        (RUSSIAN, "cp1251", "cp1251"),
        (RUSSIAN, "koi8-r", "koi8-r"),
        (JAPANESE, "shift-jis", "cp932"),
        (ENGLISH, "utf-16-le", "utf-16-le"),
        (ENGLISH, "utf-16-be", "utf-16-be"),
        (RUSSIAN, "utf-16-le", "utf-16-le"),
        (ENGLISH, "utf-16", "utf-16-le"),
        (ENGLISH, "utf-32", "utf-32-le"),
    ],
)
def test_other_encodings_are_recognised_converted_and_named(text: str, encoding: str, name: str) -> None:
    assert decode(text.encode(encoding), "x.txt") == (text, (f"read as {name}",))


def test_utf8_needs_no_note_and_its_byte_order_mark_is_dropped() -> None:
    assert decode(ENGLISH.encode("utf-8-sig"), "x.txt") == (ENGLISH, ())
    assert decode(ENGLISH.encode(), "x.txt") == (ENGLISH, ())


def test_a_few_damaged_bytes_do_not_turn_utf8_into_another_encoding() -> None:
    data = FRENCH.encode() * 20 + b"\xff" + FRENCH.encode() * 20
    text, notes = decode(data, "x.txt")
    assert text == FRENCH * 20 + "\ufffd" + FRENCH * 20
    assert notes == ("1 unreadable characters replaced by U+FFFD, read as utf-8",)


def test_a_replacement_character_in_the_file_itself_is_no_damage() -> None:
    assert decode("a \ufffd b".encode(), "x.txt") == ("a \ufffd b", ())


def test_accents_far_behind_the_beginning_are_found() -> None:
    text = "plain words " * 20_000 + "Café"
    assert decode(text.encode("cp1252"), "x.txt") == (text, ("read as cp1252",))


@pytest.mark.parametrize(
    "data",
    [
        os.urandom(100_000),
        bytes(1000),
        b"\x7fELF" + b"abc" * 30,
        b"%PDF-1.7 and more",
        b"\x89PNG\r\n\x1a\n",
        b"PK\x03\x04 docx",
    ],
    ids=["random", "nul", "program", "pdf", "png", "zip"],
)
def test_binary_data_is_refused_and_the_place_named(data: bytes) -> None:
    with pytest.raises(EncodingError, match=r"^notes\.txt: .*not text") as caught:
        decode(data, "notes.txt")
    assert caught.value.place == "notes.txt"


@given(text=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_any_utf8_is_read_back(text: str) -> None:
    assert decode(b"\xef\xbb\xbf" + text.encode(), "x") == (text, ())


@given(text=st.text())
def test_an_encodable_text_is_as_long_and_differs_only_in_surrogates(text: str) -> None:
    text += "\ud83d x \udc00"
    clean = encodable(text)
    clean.encode()
    assert len(clean) == len(text)
    assert all(
        new == old or (new == "\ufffd" and "\ud800" <= old <= "\udfff")
        for new, old in zip(clean, text, strict=True)
    )
