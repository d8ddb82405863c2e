"""Documents cut into windows that the parser can take, at boundaries where nothing is lost."""

import re
from collections.abc import Iterator
from typing import Final

from kgfm.corpus.document import Document, Span

_PARAGRAPH: Final = re.compile(r"[^\S\n]*\n(?:[^\S\n]*\n)+\s*")
_SENTENCE_END: Final = re.compile(r"[.!?][\"'”’)\]]*\s+")
_SPACE: Final = re.compile(r"\s+")
_UNPRINTABLE: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xa0\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ud800-\udfff]"
)
_LONGEST_WORD: Final = 60  # characters; longer runs without space are no words of any prose
_HEADING: Final = 60  # characters; a shorter line without a full stop may be a heading
_LIFE_DATES: Final = re.compile(
    r"\(\s?(?:[^()]{0,80}[\s,;])?(?:born|died|b\.|d\.|c\.|ca\.|[^()]{0,60}\d\s?[-–—])[^()]{0,120}\)(?=[^()]*)"
    r"|\(\s?\d{3,4}\s?\)"
)
_MONSTER: Final = re.compile(rf"\S{{{_LONGEST_WORD + 1},}}")


def windows(document: Document, longest: int) -> Iterator[Span]:
    """Yield spans of the prose, in order, of at most `longest` characters each.

    A window is a paragraph (or a heading line); a longer paragraph is cut after a sentence, and a
    longer sentence at white space. Only a run without any white space is cut inside.
    """
    for region in document.prose or (Span(0, len(document.text)),):
        for paragraph in _paragraphs(document.text, region):
            yield from _cut(document.text, paragraph, longest)


def readable(text: str) -> str:
    """Return `text`, equally long, with control characters and endless words blanked out.

    Line breaks inside a paragraph become spaces, so that hard-wrapped lines parse as prose. Life
    dates in brackets go too: they mislead the parser, and `nominal` reads them from the text itself.
    """
    text = _UNPRINTABLE.sub(" ", text)
    text = _LIFE_DATES.sub(lambda match: " " * len(match[0]), text)
    return _MONSTER.sub(lambda match: " " * len(match[0]), text)


def _paragraphs(text: str, region: Span) -> Iterator[Span]:
    start = region.start
    for gap in _PARAGRAPH.finditer(text, region.start, region.end):
        yield from _lines(text, start, gap.start())
        start = gap.end()
    yield from _lines(text, start, region.end)


def _lines(text: str, start: int, end: int) -> Iterator[Span]:
    """Split headings from the paragraph below them; keep hard-wrapped lines together."""
    begin = start
    position = text.find("\n", start, end)
    line = start
    while position != -1:
        if _is_heading(text[line:position], text[position + 1 : min(end, position + 80)]):
            yield Span(begin, position)
            begin = position + 1
        line = position + 1
        position = text.find("\n", line, end)
    if text[begin:end].strip():
        yield Span(begin, end)


def _is_heading(line: str, rest: str) -> bool:
    line, rest = line.strip(), rest.lstrip()
    return (
        0 < len(line) < _HEADING
        and line[-1] not in ".,;:-–"
        and bool(rest)
        and (rest[0].isupper() or rest[0] in "#*-•")
        # A wrapped line this short would have had room for the next line's first word.
        and len(line) + len(rest.split(maxsplit=1)[0]) < _HEADING - 10
    )


def _cut(text: str, span: Span, longest: int) -> Iterator[Span]:
    start = span.start
    while span.end - start > longest:
        limit = start + longest
        cut = _last_end(_SENTENCE_END, text, start + longest // 2, limit)
        cut = cut or _last_end(_SPACE, text, start + longest // 2, limit) or limit
        yield Span(start, cut)
        start = cut
    if text[start : span.end].strip():
        yield Span(start, span.end)


def _last_end(pattern: re.Pattern[str], text: str, start: int, end: int) -> int:
    last = 0
    for match in pattern.finditer(text, start, end):
        last = match.end()
    return last
