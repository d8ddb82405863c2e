import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgfm.corpus.document import Document, Span
from kgfm.corpus.text import read_text, title_and_prose
from kgfm.corpus.walk import SourceFile
from kgfm.errors import EmptySourceError, EncodingError, SourceError


def read(path: Path, content: str | bytes) -> Document:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_text(SourceFile(path, path.name, "docs"))


@given(text=st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\r\t"), min_size=1))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_read_back_exactly(tmp_path: Path, text: str) -> None:
    if text.isspace() or text.startswith("\ufeff"):
        return
    document = read(tmp_path / "x.txt", text)
    assert document.text == text
    assert all(0 <= span.start < span.end <= len(text) for span in document.prose)


def test_strange_characters_keep_their_places(tmp_path: Path) -> None:
    words = [
        "\x01",
        "\x1b[0m",
        "שלום עולם",
        "مرحبا",
        "👩🏽‍🔬",
        "e\u0301",
        "\u202eabc\u202c",
        "x" * 10_000,
        "Curie.",
    ]
    text = "A text of several ordinary words first, then \r\n" + " ".join(words)
    document = read(tmp_path / "x.txt", text)
    assert document.text == text
    for word in words:
        assert document.text[text.index(word) :].startswith(word)


def test_a_single_line_of_fifty_megabytes_is_read_quickly_and_whole(tmp_path: Path) -> None:
    text = "Marie Curie was born in Warsaw. " * 1_600_000 + "The end is hęre."
    path = tmp_path / "x.txt"
    path.write_text(text, encoding="utf-8")
    start = time.perf_counter()
    document = read_text(SourceFile(path, "x.txt", "docs"))
    assert time.perf_counter() - start < 5
    assert len(document.text) == len(text) > 50_000_000
    assert document.text[-16:] == "The end is hęre."


@pytest.mark.parametrize(
    ("text", "title", "prose"),
    [
        ("Marie Curie\n\nShe was born.", "Marie Curie", "She was born."),
        ("  Marie Curie  \r\n  \r\n\r\nShe was born.", "Marie Curie", "She was born."),
        ("She was born.\n\nThen she moved.", "", ""),
        ("Marie Curie\nwas born.\n\nThen", "", ""),
        ("Marie Curie\n\n", "", ""),
        ("Marie Curie", "", ""),
        ("x" * 121 + "\n\nShe was born.", "", ""),
    ],
)
def test_a_title_is_a_short_first_line_with_a_blank_line_below(text: str, title: str, prose: str) -> None:
    found, spans = title_and_prose(text)
    assert found == title
    assert "".join(span.of(text) for span in spans) == prose


def test_a_text_without_a_title_is_called_after_its_file(tmp_path: Path) -> None:
    document = read(tmp_path / "curie.txt", "She was born.")
    assert (document.id, document.title, document.prose) == ("curie.txt", "curie", ())


def test_prose_begins_behind_the_title(tmp_path: Path) -> None:
    assert read(tmp_path / "x.txt", "Title\n\nProse.").prose == (Span(7, 13),)


@pytest.mark.parametrize("content", ["", " \n\t\r\n", "\ufeff", "\u2003\n"])
def test_a_file_without_text_is_said_to_be_empty(tmp_path: Path, content: str) -> None:
    with pytest.raises(EmptySourceError, match=r"x\.txt: the file holds no text"):
        read(tmp_path / "x.txt", content)


def test_a_picture_named_txt_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncodingError, match="PNG"):
        read(tmp_path / "x.txt", b"\x89PNG\r\n\x1a\n" + bytes(50))


def test_an_unreadable_file_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(SourceError, match=r"x\.txt: cannot be read \(permission denied\)"):
        read(tmp_path / "x.txt", "text")


def test_a_missing_file_and_a_folder_are_no_texts(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file"):
        read_text(SourceFile(tmp_path / "gone.txt", "gone.txt", "docs"))
    with pytest.raises(SourceError, match="not a regular file"):
        read_text(SourceFile(tmp_path, "x.txt", "docs"))
