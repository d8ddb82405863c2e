"""A question taken apart: what it asks for, its names, and the steps from one to the other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from kgfm.qa.expectation import Expectation, names_a_kind
from kgfm.qa.gaps import NO_GAP, Gap
from kgfm.qa.linking import EntityLinker, Link
from kgfm.qa.segments import Segment, segments
from kgfm.qa.tokens import Token, collapse, parse
from kgfm.qa.words import words

_YES_NO: Final = frozenset(
    "is are was were do does did has have had can could will would isn't wasn't didn't doesn't".split()
)


@dataclass(frozen=True, slots=True)
class Hop:
    """One step from things known to things asked for: the words that say how they are related."""

    words: tuple[str, ...]  # content words, folded; names left out
    query: str  # all its words in order, names included: what is searched for
    expects: Expectation  # of what the step leads to
    names: tuple[Link, ...]  # names within the step: its start, or what restricts it
    concepts: tuple[Link, ...] = ()  # things that are written like any word; they are among `words` too
    exact: tuple[str, ...] = ()  # folded: years, figures and names that are no entities
    gap: Gap = NO_GAP  # the part that the step's end plays


@dataclass(frozen=True, slots=True)
class Question:
    """`chains` are the readings, likeliest first: hops from the innermost to what is asked for."""

    text: str
    chains: tuple[tuple[Hop, ...], ...]
    links: tuple[Link, ...]
    unknown: tuple[str, ...]  # names that are no entity of the knowledge base
    expects: Expectation
    yes_no: bool = False


def read_question(text: str, linker: EntityLinker) -> Question:
    """Parse a question. A text without any word gives a question without chains."""
    text = " ".join(text.split())
    links = linker.links(text)
    text, links = _recased(text, links, linker)
    parsed = parse(text)
    if not parsed:
        return Question(text, (), (), (), Expectation())
    tokens, unknown, links = collapse(parsed, links, linker)
    yes_no = parsed[0].lower in _YES_NO
    parts = segments(tokens, yes_no=yes_no)
    chains = tuple(_chain(merged, text) for merged in _readings(parts))
    return Question(text, chains, tuple(links), unknown, parts[0].expects if parts else Expectation(), yes_no)


def _recased(text: str, links: Sequence[Link], linker: EntityLinker) -> tuple[str, list[Link]]:
    """Write linked names of a text in lower case with capitals, by which the tagger knows names."""
    if text != text.lower():
        return text, list(links)
    recased = []
    for link in links:
        if linker.is_common(link):
            recased.append(link)
            continue
        capital = link.text.title()
        if len(capital) == len(link.text):
            text = text[: link.start] + capital + text[link.end :]
            recased.append(replace(link, text=capital))
    return text, recased


def _readings(parts: Sequence[Segment]) -> list[list[Segment]]:
    """Return ways to take the segments as steps, apart first: neighbours may be one step together."""
    parts = _with_words(parts)
    if not parts:
        return []
    readings = [[parts[0]]]
    for part in parts[1:]:
        readings = [
            reading
            for before in readings
            for reading in ([*before, part], [*before[:-1], before[-1].merged(part)])
        ]
    distinct: list[list[Segment]] = []
    for reading in sorted((_named(reading) for reading in readings), key=len, reverse=True):
        if reading not in distinct:
            distinct.append(reading)
    return distinct[:8]


def _with_words(parts: Sequence[Segment]) -> list[Segment]:
    """Join bare names, and a bare noun at the end, to the step around them: they say nothing of what
    is looked for."""
    joined: list[Segment] = []
    for place, part in enumerate(parts):
        said = sum(token.is_content and not token.is_capital for token in part.tokens)
        innermost = place == len(parts) - 1
        if joined and (said == 0 or (said == 1 and innermost and not part.names)):
            joined[-1] = joined[-1].merged(part)
        else:
            joined.append(part)
    return joined


def _named(reading: list[Segment]) -> list[Segment]:
    """A step inside of the innermost name leads nowhere: it belongs to the step around it."""
    while len(reading) > 1 and not reading[-1].names and any(part.names for part in reading[:-1]):
        reading = [*reading[:-2], reading[-2].merged(reading[-1])]
    return reading


def _relates(token: Token) -> bool:
    """Whether a word says how things are related."""
    return token.is_content and not token.is_capital and not names_a_kind(token.lemma)


def _chain(reading: Sequence[Segment], text: str) -> tuple[Hop, ...]:
    """Return the steps, innermost first; a single one is searched for in the question's own words."""
    return tuple(
        Hop(
            tuple(token.lower for token in part.tokens if _relates(token)),
            text if len(reading) == 1 else " ".join(token.text for token in part.tokens),
            part.expects,
            tuple(token.link for token in part.tokens if token.link),
            tuple(token.concept for token in part.tokens if token.concept),
            tuple(
                word
                for token in part.tokens
                if token.is_number or (token.is_content and token.is_capital)
                for word in words(token.text)
            ),
            part.gap,
        )
        for part in reversed(reading)
    )
