"""HTML to documents: the text that a reader of the page would see, block by block."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from kgfm.corpus.document import NO_PROSE, Document, Span
from kgfm.corpus.encoding import decode
from kgfm.corpus.walk import SourceFile
from kgfm.errors import EmptySourceError

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import Tag

_DROPPED: Final = (
    "script", "style", "noscript", "template", "nav", "header", "footer", "svg", "math", "iframe", "object",
    "button", "select", "textarea", "head",
)  # fmt: skip
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_NOT_PROSE: Final = _HEADINGS | {"td", "th", "caption", "pre", "dt"}
_BLOCKS: Final = _NOT_PROSE | {
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "div", "dl",
    "fieldset", "figcaption", "figure", "form", "hr", "html", "legend", "li", "main", "menu", "ol", "option",
    "p", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
}  # fmt: skip
_XML_DECLARATION: Final = re.compile(r"\s*<\?xml[^>]*\?>")
_INVISIBLE: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def read_html(file: SourceFile) -> Document:
    """Return a page as a document whose text is its visible blocks, with a blank line between them.

    Scripts, styles, navigation, headers, footers and hidden elements are dropped. `prose` holds the
    blocks that are not headings, table cells or preformatted. The title is `<title>`, else the
    first `<h1>`, else the file's stem. Raises SourceError where nothing of it can be read.
    """
    markup, notes = _decode(file.read(), file.place)
    soup = _parse(markup)
    title = _title(soup)
    text, prose = _text_and_prose(soup)
    if not text:
        raise EmptySourceError(
            file.place, "the page holds no visible text. Save it after its scripts have run."
        )
    return Document(
        id=file.id,
        title=title or file.path.stem,
        text=text,
        source=file.place,
        origin=file.origin,
        notes=notes,
        prose=prose,
    )


def _decode(data: bytes, place: str) -> tuple[str, tuple[str, ...]]:
    """Decode as the page declares, if that works, else as its bytes suggest."""
    from bs4.dammit import EncodingDetector

    marked = data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"))
    declared = None if marked else EncodingDetector.find_declared_encoding(data, is_html=True)
    if declared and declared.lower() not in ("utf-8", "utf8"):
        # As browsers do: pages that say latin-1 mean cp1252.
        name = "cp1252" if declared.lower() in ("iso-8859-1", "latin-1", "latin1", "us-ascii") else declared
        try:
            return data.decode(name), (f"read as {name.lower()}",)
        except (UnicodeDecodeError, LookupError):
            pass  # the declaration is wrong
    return decode(data, place)


def _parse(markup: str) -> "BeautifulSoup":
    from bs4 import BeautifulSoup  # here: a command that builds nothing need not load it

    markup = _XML_DECLARATION.sub("", markup, count=1).replace("\0", "\ufffd")
    # The line end keeps the parser from taking a short text without tags for a file's name.
    return BeautifulSoup(markup + "\n", "lxml")


def _title(soup: "BeautifulSoup") -> str:
    for name in ("title", "h1"):
        element = soup.find(name)
        if element is not None and (title := " ".join(element.get_text().split())):
            return title
    return ""


def _text_and_prose(soup: "BeautifulSoup") -> tuple[str, tuple[Span, ...]]:
    for element in soup.find_all(_is_dropped):
        if not element.decomposed:
            element.decompose()
    parts: list[str] = []
    prose: list[Span] = []
    length = 0
    for name, block in _blocks(soup):
        if parts:
            length += 2
        if name not in _NOT_PROSE:
            prose.append(Span(length, length + len(block)))
        parts.append(block)
        length += len(block)
    return "\n\n".join(parts), tuple(prose) or NO_PROSE


def _is_dropped(element: "Tag") -> bool:
    return (
        element.name in _DROPPED
        or element.has_attr("hidden")
        or element.get("aria-hidden") == "true"
        or bool(_INVISIBLE.search(str(element.get("style", ""))))
    )


def _blocks(soup: "BeautifulSoup") -> Iterator[tuple[str, str]]:
    """Yield (element name, text) of each run of text that no block boundary interrupts."""
    from bs4.element import NavigableString, Tag

    pieces: list[str] = []
    current: Tag | None = None
    for node in soup.descendants:
        # Comments, declarations and the like are subclasses of NavigableString.
        is_text = type(node) is NavigableString
        is_break = isinstance(node, Tag) and node.name in _BLOCKS
        if not is_text and not is_break:
            if isinstance(node, Tag) and node.name == "br":
                pieces.append(" ")
            continue
        block = node if isinstance(node, Tag) else _nearest_block(node)
        if block is not current:
            if text := " ".join("".join(pieces).split()):
                yield (current.name if current else "", text)
            pieces, current = [], block
        if is_text:
            pieces.append(str(node))
    if text := " ".join("".join(pieces).split()):
        yield (current.name if current else "", text)


def _nearest_block(node: "Tag | object") -> "Tag | None":
    parent: Tag | None = getattr(node, "parent", None)
    while parent is not None and parent.name not in _BLOCKS:
        parent = parent.parent
    return parent
