from pathlib import Path

import pytest

from kgfm.corpus.document import NO_PROSE, Document
from kgfm.corpus.html import read_html
from kgfm.corpus.walk import SourceFile
from kgfm.errors import EmptySourceError

PAGE = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html><html><head><title> Marie
 Curie </title><style>p {}</style></head>
<body><nav>Home</nav><header>Banner</header>
<h1>Life</h1>
<p>She was <b>born</b> in&nbsp;Warsaw<sup>1</sup>.<br>Then she moved.<!-- a remark --></p>
<div>Loose <p>inner</p> tail<hr>after</div>
<ul><li>One.<li>Two.</ul>
<table><tr><td>cell</td><th>head</th></tr></table>
<pre>code()</pre><p hidden>secret</p><p style="color: red; display:none">unseen <b>too</b></p>
<script>alert("x")</script><footer>End</footer></body></html>"""


def read(path: Path, content: str | bytes) -> Document:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_html(SourceFile(path, path.name, "docs"))


def test_the_text_is_that_of_the_visible_blocks(tmp_path: Path) -> None:
    document = read(tmp_path / "curie.html", PAGE)
    assert document.title == "Marie Curie"
    assert document.text.split("\n\n") == [
        "Life", "She was born in Warsaw1. Then she moved.", "Loose", "inner", "tail", "after", "One.", "Two.",
        "cell", "head", "code()",
    ]  # fmt: skip


def test_headings_and_tables_are_not_prose(tmp_path: Path) -> None:
    document = read(tmp_path / "curie.html", PAGE)
    prose = [span.of(document.text) for span in document.prose]
    assert prose == [
        "She was born in Warsaw1. Then she moved.",
        "Loose",
        "inner",
        "tail",
        "after",
        "One.",
        "Two.",
    ]
    assert read(tmp_path / "x.html", "<h1>Only this</h1>").prose == NO_PROSE


@pytest.mark.parametrize(
    "content", ["", "<html></html>", "<script>x</script>", "<p> &nbsp; </p>", "<title>T</title>"]
)
def test_a_page_without_visible_text_is_said_to_be_empty(tmp_path: Path, content: str) -> None:
    with pytest.raises(EmptySourceError, match="no visible text"):
        read(tmp_path / "x.html", content)


@pytest.mark.parametrize(
    "content", ["plain.html", "http://example.org", "a < b & c", "nul \0 inside", "שלום 👩🏽‍🔬"]
)
def test_text_without_tags_is_read_too(tmp_path: Path, content: str) -> None:
    document = read(tmp_path / "x.html", content)
    assert document.text == content.replace("\0", "\ufffd")
    assert document.title == "x"


def test_the_declared_encoding_is_believed_only_if_it_fits(tmp_path: Path) -> None:
    page = '<html><head><meta charset="{}"></head><p>Мария Кюри, Café</p></html>'
    russian = page.format("windows-1251").replace("é", "е")
    document = read(tmp_path / "x.html", russian.encode("cp1251"))
    assert (document.text, document.notes) == ("Мария Кюри, Cafе", ("read as windows-1251",))
    for wrong in ("ascii", "euc-kr", "nonsense"):
        assert read(tmp_path / "x.html", page.format(wrong).encode()).text == "Мария Кюри, Café"
    western = '<meta charset="iso-8859-1"><p>Curie’s Café'
    assert read(tmp_path / "x.html", western.encode("cp1252")).text == "Curie’s Café"


def test_markup_nested_without_end_is_read(tmp_path: Path) -> None:
    document = read(tmp_path / "x.html", "<div>" * 5000 + "deep" + "</div>" * 5000 + "<p>after</p>")
    assert "after" in document.text


def test_the_first_heading_stands_in_for_a_title(tmp_path: Path) -> None:
    assert read(tmp_path / "x.html", "<h1>Marie <i>Curie</i></h1><p>She.").title == "Marie Curie"
