"""Dates as written -> XSD values; quantities likewise."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kgfm.kg.namespaces import XSD
from kgfm.kg.terms import Literal

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul",
            "august aug", "september sep sept", "october oct", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH: Final = r"(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY: Final = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR: Final = r"(?P<year>[12]\d{3})(?![\d,]\d|\d)"
_ANY_YEAR: Final = r"(?P<year>[12]\d{3}|[1-9]\d{2})(?![\d,]\d|\d)"
_FORMS: Final = tuple(
    re.compile(rf"\b{form}\b", re.IGNORECASE)
    for form in (
        r"(?P<iso>[12]\d{3}-[01]\d-[0-3]\d)",
        rf"{_DAY}\s+(?:of\s+)?{_MONTH}\s*,?\s+(?:of\s+)?{_ANY_YEAR}",
        rf"{_MONTH}\s+{_DAY}\s*,?\s+{_ANY_YEAR}",
        rf"{_MONTH}\s*,?\s+(?:of\s+)?{_YEAR}",
        rf"{_YEAR}",
    )
)
_NUMBER: Final = re.compile(r"(?<![\w.])(-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?)(?![\w])")
_DECADE: Final = re.compile(r"\d{3}0\s*['’]?s\b")


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date found in a text: characters `start` to `end` of it, and its value."""

    start: int
    end: int
    value: Literal  # xsd:date, xsd:gYearMonth or xsd:gYear


def written_dates(text: str) -> Iterator[WrittenDate]:
    """Yield the dates in `text`, in order: "7 November 1867", "November 7, 1867", "May 1867", "1867".

    Decades ("the 1920s") are no dates; days that the month does not have fall back to the month.
    """
    position = 0
    while position < len(text):
        found = [match for form in _FORMS if (match := form.search(text, position))]
        if not found:
            return
        match = min(found, key=lambda match: (match.start(), -match.end()))
        position = match.end()
        if not _DECADE.match(text, match.end() - 4):
            yield WrittenDate(match.start(), match.end(), _value(match))


def date_value(text: str) -> Literal | None:
    """Return the value of the first date in `text`, or None."""
    first = next(written_dates(text), None)
    return first.value if first else None


def number_value(text: str) -> Literal | None:
    """Return the first plain number in `text` as xsd:integer or xsd:decimal, or None."""
    match = _NUMBER.search(text)
    if not match:
        return None
    digits = match[1].replace(",", "")
    return Literal(digits, XSD + ("decimal" if "." in digits else "integer"))


def _value(match: re.Match[str]) -> Literal:
    parts = match.groupdict()
    if parts.get("iso"):
        year, month, day = (int(part) for part in parts["iso"].split("-"))
    else:
        year = int(parts["year"])
        month = _MONTHS[parts["month"].lower()] if parts.get("month") else 0
        day = int(parts.get("day") or 0)
    if not 1 <= month <= 12:
        return Literal(f"{year:04d}", XSD + "gYear")
    if not 1 <= day <= monthrange(year, month)[1]:
        return Literal(f"{year:04d}-{month:02d}", XSD + "gYearMonth")
    return Literal(f"{year:04d}-{month:02d}-{day:02d}", XSD + "date")
