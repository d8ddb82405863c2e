"""A document and its text, to which every offset in kgfm refers."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters `start` to `end` (exclusive) of a document's text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"a span runs from 0 upwards, not from {self.start} to {self.end}.")

    def of(self, text: str) -> str:
        """Return the part of `text` that the span covers."""
        return text[self.start : self.end]


NO_PROSE: Final = (Span(0, 0),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One text to extract from.

    For txt and Markdown `text` is the file as decoded, so offsets are offsets into the file; for
    HTML, PDF and records it is the text that was taken out, and that text is what is kept and cited.
    """

    id: str  # path relative to its SOURCE; in JSONL the record's `id`, else a hash of title and text
    title: str
    text: str
    source: str  # path or name of what it was read from, as the user gave it
    origin: str  # the SOURCE argument under which it was found
    metadata: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()  # what the reader had to do, such as "read as cp1252"
    # Regions of `text` that hold prose, in order; empty means all of it, NO_PROSE none of it. Markup,
    # tables and code of Markdown lie outside, so that extraction never reads them as sentences.
    prose: tuple[Span, ...] = ()

    @property
    def content_hash(self) -> str:
        """SHA-256 of title and text, hex."""
        return hashlib.sha256(f"{self.title}\n{self.text}".encode(errors="surrogatepass")).hexdigest()
