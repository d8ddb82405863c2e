"""Plain text to documents."""

import re
from typing import Final

from kgfm.corpus.document import Document, Span
from kgfm.corpus.encoding import decode
from kgfm.corpus.walk import SourceFile
from kgfm.errors import EmptySourceError

_LONGEST_TITLE: Final = 120  # characters
_TITLE: Final = re.compile(r"[^\S\r\n]*(?P<title>\S[^\r\n]*)(?:\r\n|\r|\n)(?=[^\S\r\n]*[\r\n])")


def read_text(file: SourceFile) -> Document:
    """Return a text file as a document whose text is the file, decoded and otherwise untouched.

    Raises SourceError where it cannot be read, holds no text or is binary.
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
    """Return the title that `text` opens with and the region below it, or "" and () where it has none.

    A title is a short first line with a blank line below it, more text after that, and no full stop.
    """
    match = _TITLE.match(text, 0, _LONGEST_TITLE + 2)
    if match is None or match["title"].rstrip()[-1] in ".,;:":
        return "", ()
    start = match.end()
    while start < len(text) and text[start].isspace():
        start += 1
    if start == len(text):
        return "", ()
    return match["title"].strip(), (Span(start, len(text)),)
