"""When a statement holds, by its qualifiers, and whether two such times overlap.

Times are compared as ISO 8601 texts of four-digit years; a coarse one ("1867") spans all that it covers.
"""

import re
from typing import Final

from kgfm.kg import QualifierKind, Statement, Term
from kgfm.kg.namespaces import XSD
from kgfm.kg.terms import Literal

Span = tuple[str, str]  # first and last day, both included

ALWAYS: Final[Span] = ("0000-01-01", "9999-12-31")
_DATES: Final = frozenset(XSD + name for name in ("date", "gYear", "gYearMonth", "dateTime", "dateTimeStamp"))
_WRITTEN: Final = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?!\d)")


def span(term: Term) -> Span | None:
    """Return the days that a date covers; None where a term is no date that can be compared."""
    if not isinstance(term, Literal) or term.datatype not in _DATES:
        return None
    found = _WRITTEN.match(term.value)
    if not found:
        return None
    year, month, day = found.groups()
    return f"{year}-{month or '01'}-{day or '01'}", f"{year}-{month or '12'}-{day or '31'}"


def valid_time(statement: Statement) -> Span:
    """Return when a statement holds: from its start to its end, or at its time, or ALWAYS."""
    spans = {
        kind: [found for one in statement.qualifiers if one.kind is kind and (found := span(one.value))]
        for kind in (QualifierKind.START, QualifierKind.END, QualifierKind.TIME)
    }
    starts, ends = spans[QualifierKind.START], spans[QualifierKind.END]
    if not starts and not ends:
        starts = ends = spans[QualifierKind.TIME]
    return (
        min((first for first, _ in starts), default=ALWAYS[0]),
        max((last for _, last in ends), default=ALWAYS[1]),
    )


def overlap(one: Span, other: Span) -> bool:
    """Whether two spans share a day."""
    return one[0] <= other[1] and other[0] <= one[1]


def covers(one: Span, other: Span) -> bool:
    """Whether a span holds all of another: a coarser date that does not contradict a finer one."""
    return one[0] <= other[0] and other[1] <= one[1]
