"""Markdown to documents: the text stays as it is, and the paragraphs in it are marked as prose."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from kgfm.corpus.document import NO_PROSE, Document, Span
from kgfm.corpus.encoding import decode
from kgfm.corpus.walk import SourceFile
from kgfm.errors import EmptySourceError

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER: Final = re.compile(
    r"---[ \t]*\r?\n(?P<body>.*?\n)?(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL
)
_FRONT_TITLE: Final = re.compile(
    r"^title:[ \t]*(?P<quote>[\"']?)(?P<title>.*?)(?P=quote)[ \t\r]*$", re.MULTILINE
)
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_TARGET: Final = r"\((?:[^()\s]|\([^()\s]*\))*(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\s*\)"
_IMAGE: Final = re.compile(rf"!\[[^\]\[\n]*\]{_TARGET}")
_LINK: Final = re.compile(rf"(?P<open>\[)(?P<label>[^\]\[]*)(?P<target>\](?:{_TARGET}|\[[^\]\[\n]*\]))")
_TEXTLESS: Final = frozenset({"image", "softbreak", "hardbreak", "html_inline", "link_open", "link_close"})


def read_markdown(file: SourceFile) -> Document:
    """Return a Markdown file as a document whose text is the file, decoded and otherwise untouched.

    `prose` holds its paragraphs and list items; headings, code, tables, HTML, link definitions and
    front matter lie outside. The title is the front matter's, else the first heading, else the
    file's stem. Raises SourceError where the file cannot be read, holds no text or is binary.
    """
    text, notes = decode(file.read(), file.place)
    if not text or text.isspace():
        raise EmptySourceError(file.place, "the file holds no text. Fill it or leave it out.")
    title, prose = title_and_prose(text)
    return Document(
        id=file.id,
        title=title or file.path.stem,
        text=text,
        source=file.place,
        origin=file.origin,
        notes=notes,
        prose=prose,
    )


def title_and_prose(text: str) -> tuple[str, tuple[Span, ...]]:
    """Return the title of a Markdown text ("" without one) and its prose, one span a paragraph."""
    from markdown_it import MarkdownIt  # here: a command that builds nothing need not load it

    front = _FRONT_MATTER.match(text)
    start = front.end() if front else 0
    tokens = MarkdownIt("commonmark").enable("table").parse(text[start:])
    declared = _FRONT_TITLE.search(front["body"] or "") if front else None
    title = declared["title"].strip() if declared else _first_heading(tokens)
    prose = tuple(_paragraphs(text, start, tokens))
    return title, prose or NO_PROSE


def blank_links(text: str) -> str:
    """Return `text`, equally long, with images, link targets and the brackets of links as spaces.

    "He met [Bohr](https://example.org)." then reads "He met  Bohr ... .", and offsets still hold.
    """
    text = _IMAGE.sub(lambda match: " " * len(match[0]), text)
    return _LINK.sub(lambda match: f" {match['label']}{' ' * len(match['target'])}", text)


def _first_heading(tokens: "list[Token]") -> str:
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open" and (heading := _plain(inline)):
            return heading
    return ""


def _plain(inline: "Token") -> str:
    parts = (
        " " if child.type in ("softbreak", "hardbreak") else child.content
        for child in inline.children or ()
        if child.type != "html_inline"
    )
    return " ".join("".join(parts).split())


def _paragraphs(text: str, start: int, tokens: "list[Token]") -> Iterator[Span]:
    """Yield where the paragraphs stand in `text`; the tokens' lines count from `start`."""
    ends = [(match.start(), match.end()) for match in _LINE_END.finditer(text, start)]
    line_starts = [start, *(after for _, after in ends)]
    line_ends = [*(before for before, _ in ends), len(text)]
    for opening, inline in pairwise(tokens):
        if opening.type != "paragraph_open" or inline.map is None or not _has_words(inline):
            continue
        first, last = inline.map[0], inline.map[1] - 1
        lines = inline.content.split("\n")
        begin = _locate(text, line_starts[first], line_ends[first], lines[0])
        end = line_starts[last] + len(text[line_starts[last] : line_ends[last]].rstrip())
        yield Span(begin, end)


def _has_words(inline: "Token") -> bool:
    return any(
        child.type not in _TEXTLESS and any(map(str.isalnum, child.content))
        for child in inline.children or ()
    )


def _locate(text: str, start: int, end: int, content: str) -> int:
    """Return where the content of a paragraph's first line begins, behind list and quote markers."""
    # The parser writes U+FFFD for NUL, and expands some tabs: then any start after the markers will do.
    found = text[start:end].rstrip().replace("\0", "\ufffd").rfind(content.rstrip())
    if found >= 0:
        return start + found
    markers = re.match(r"[\s>]*(?:(?:[-*+]|\d+[.)])\s+)*", text[start:end])
    return start + (markers.end() if markers else 0)
