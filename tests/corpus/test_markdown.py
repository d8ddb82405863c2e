from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgfm.corpus.document import NO_PROSE
from kgfm.corpus.markdown import blank_links, read_markdown, title_and_prose
from kgfm.corpus.walk import SourceFile
from kgfm.errors import EmptySourceError

PAGE = """---
title: "Radium"
tags: [chemistry]
---
# The *discovery* of radium

Marie Curie
discovered it in **1898**.

## Details

- It glows.
  1. It decays
     slowly.

> A quoted sentence.
> It goes on.

```python
print("Marie Curie was born in code.")
```

    Indented code is code.

| Who | Where |
|-----|-------|
| She | Paris |

<div>A block of HTML.</div>

![a picture](picture.png)

Setext heading
--------------

The end is [here][1].

[1]: https://example.org/target
"""


def prose(text: str) -> list[str]:
    return [span.of(text) for span in title_and_prose(text)[1]]


def test_paragraphs_and_list_items_are_prose_and_nothing_else_is() -> None:
    assert prose(PAGE) == [
        "Marie Curie\ndiscovered it in **1898**.",
        "It glows.",
        "It decays\n     slowly.",
        "A quoted sentence.\n> It goes on.",
        "The end is [here][1].",
    ]


def test_line_ends_of_every_kind_keep_the_places() -> None:
    unix = prose(PAGE)
    assert [part.replace("\r\n", "\n") for part in prose(PAGE.replace("\n", "\r\n"))] == unix
    body = PAGE[PAGE.index("# The") :]
    assert [part.replace("\r", "\n") for part in prose(body.replace("\n", "\r"))] == unix


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (PAGE, "Radium"),
        ("Some words.\n\n## The *discovery* of [radium](x)\n", "The discovery of radium"),
        ("Setext\n===\n\nProse.", "Setext"),
        ("```\n# not a heading\n```\n", ""),
        ("---\n\nWords after a rule.\n", ""),
    ],
)
def test_the_title_is_declared_or_the_first_heading(text: str, title: str) -> None:
    assert title_and_prose(text)[0] == title


def test_a_page_without_paragraphs_has_no_prose() -> None:
    assert title_and_prose("# Title\n\n```\ncode\n```\n")[1] == NO_PROSE


def test_a_file_is_kept_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "radium.md"
    path.write_bytes(b"A \x00 line\r\nwithout heading\t. \r\n")
    document = read_markdown(SourceFile(path, "radium.md", "docs"))
    assert document.text == "A \x00 line\r\nwithout heading\t. \r\n"
    assert document.title == "radium"
    assert [span.of(document.text) for span in document.prose] == ["A \x00 line\r\nwithout heading\t."]
    path.write_text("\n \n")
    with pytest.raises(EmptySourceError):
        read_markdown(SourceFile(path, "radium.md", "docs"))


@given(text=st.text(st.sampled_from("ab# \n\r\t>-*1.|`[]()!<>~\0é")))
def test_prose_is_in_order_and_apart_whatever_the_markup(text: str) -> None:
    end = 0
    for span in title_and_prose(text)[1]:
        assert end <= span.start <= span.end <= len(text)
        end = span.end


def test_links_are_blanked_in_place() -> None:
    text = 'He met [Bohr](https://x.org/a_(b) "title") and [Born][2] ![pic](p.png) in [1911].'
    blank = blank_links(text)
    assert len(blank) == len(text)
    assert blank.split() == ["He", "met", "Bohr", "and", "Born", "in", "[1911]."]
    assert blank.index("Born") == text.index("Born")
