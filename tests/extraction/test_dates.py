"""Dates as people write them."""

import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgfm.extraction.dates import date_value, number_value, written_dates
from kgfm.kg.namespaces import XSD


@given(day=st.dates(datetime.date(1000, 1, 1), datetime.date(2999, 12, 31)))
def test_each_way_to_write_a_day_means_that_day(day: datetime.date) -> None:
    month = day.strftime("%B")
    for text in (
        f"{day.day} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
        f"the {day.day}th of {month}, {day.year}",
        day.isoformat(),
    ):
        value = date_value(text)
        assert value is not None
        assert (value.value, value.datatype) == (day.isoformat(), XSD + "date")


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("in May 1867", "1867-05", "gYearMonth"),
        ("in 1867", "1867", "gYear"),
        ("31 June 1900", "1900-06", "gYearMonth"),
        ("11 November 875", "0875-11-11", "date"),
    ],
)
def test_less_exact_dates_keep_what_is_known(text: str, value: str, kind: str) -> None:
    found = date_value(text)
    assert found is not None
    assert (found.value, found.datatype) == (value, XSD + kind)


@pytest.mark.parametrize("text", ["the 1920s", "about 12,000 people", "room 12", "May", ""])
def test_what_is_no_date_is_none(text: str) -> None:
    assert date_value(text) is None


@given(text=st.text(max_size=100))
def test_spans_of_dates_are_ordered_and_inside(text: str) -> None:
    dates = list(written_dates(text))
    assert all(0 <= date.start < date.end <= len(text) for date in dates)
    assert all(left.end <= right.start for left, right in pairwise(dates))


def test_numbers_lose_their_commas() -> None:
    whole, part = number_value("about 30,000 students"), number_value("1.5 metres")
    assert whole is not None
    assert part is not None
    assert (whole.value, whole.datatype) == ("30000", XSD + "integer")
    assert (part.value, part.datatype) == ("1.5", XSD + "decimal")
