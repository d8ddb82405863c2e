"""Documents cut into the sentences that search finds and answers cite."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from kgfm.corpus.document import Span

_LONGEST: Final = 1200  # characters; a longer "sentence" is no prose, and is cut at white space
_PARAGRAPH: Final = re.compile(r"\n\s*\n|\n(?=#)")
# A full stop ends a sentence where a capital follows, unless what stands before it is an initial
# or a common abbreviation.
_SENTENCE_END: Final = re.compile(r"[.!?][\"'”’)\]]*(?=\s+[\"'“‘(\[]?[^\W\d_a-z])|[.!?][\"'”’)\]]*(?=\s+\d)")
_ABBREVIATION: Final = re.compile(
    r"(?:(?<![\w'’])[^\W\d_a-z]|\b(?:Dr|Mr|Mrs|Ms|Prof|St|Sr|Jr|vs|etc|cf|ca|c|No|vol|Vol|pp|Fig|Eq|Lt|Col|Gen|Capt|Rev|Hon"
    r"|Inc|Ltd|Co|Corp|al|approx|e\.g|i\.e))\.$"
)
_HEADING: Final = re.compile(r"#{1,6}\s+")


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence of a document: characters `start` to `end` (exclusive) of the document's text."""

    document: str  # its id
    title: str
    start: int
    end: int
    text: str

    @property
    def in_context(self) -> str:
        """The sentence behind its document's title, which often names what "she" is."""
        return f"{self.title}. {self.text}"


def passages(document: str, title: str, text: str, sentences: Iterable[Span] = ()) -> Iterator[Passage]:
    """Cut a document into sentences; `sentences` are those that are known, kept as they are.

    What lies between the known ones is cut by rule, so that no part of the text is lost to search.
    """
    position = 0
    for known in [*sorted(set(sentences)), Span(len(text), len(text))]:
        if known.start < position:
            continue
        for span in [*_cut(text, position, known.start), known]:
            if words := span.of(text).strip():
                yield Passage(document, title, span.start, span.end, words)
        position = known.end


def _cut(text: str, start: int, end: int) -> Iterator[Span]:
    position = start
    for gap in [*_PARAGRAPH.finditer(text, start, end), None]:
        yield from _sentences(text, position, gap.start() if gap else end)
        position = gap.end() if gap else end


def _sentences(text: str, start: int, end: int) -> Iterator[Span]:
    position = start
    for stop in _SENTENCE_END.finditer(text, start, end):
        if not _ABBREVIATION.search(text, position, stop.start() + 1):
            yield from _trimmed(text, position, stop.end())
            position = stop.end()
    yield from _trimmed(text, position, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if heading := _HEADING.match(text, start, end):
        start = heading.end()
    while end - start > _LONGEST:
        space = text.rfind(" ", start + _LONGEST // 2, start + _LONGEST)
        cut = space if space != -1 else start + _LONGEST
        yield Span(start, cut)
        start = cut + (space != -1)
    if start < end:
        yield Span(start, end)
