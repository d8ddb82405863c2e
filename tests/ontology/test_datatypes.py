"""Literals are compared by value, and a datatype holds what its value space has in it."""

import pytest

from kgfm.kg import Literal
from kgfm.kg.namespaces import RDF, RDFS, XSD
from kgfm.ontology.entailment.datatypes import holds, supertypes, value_of


def literal(text: str, datatype: str = "") -> Literal:
    return Literal(text, XSD + datatype if datatype else "")


EQUAL = [
    (literal("1", "integer"), literal("+01", "integer")),
    (literal("1", "integer"), literal("1.0", "decimal")),
    (literal("1", "byte"), literal("1", "unsignedLong")),
    (literal("0.1", "double"), literal("1E-1", "double")),
    (literal("1e400", "float"), literal("INF", "float")),
    (literal("NaN", "double"), literal("NaN", "double")),
    (literal("true", "boolean"), literal("1", "boolean")),
    (literal("2020-01-01T12:00:00Z", "dateTime"), literal("2020-01-01T14:00:00+02:00", "dateTime")),
    (literal("0001-01-01T00:00:00+14:00", "dateTimeStamp"), literal("0001-01-01T00:00:00+14:00", "dateTime")),
    (literal("0a", "hexBinary"), literal("0A", "hexBinary")),
    (literal("YWI=", "base64Binary"), literal("YW I=", "base64Binary")),
    (literal("a"), literal("a", "string")),
    (Literal("a", language="EN"), Literal("a", language="en")),
]
DIFFERENT = [
    (literal("1", "integer"), literal("2", "integer")),
    (literal("1", "integer"), literal("1", "double")),
    (literal("0.1", "float"), literal("0.1", "double")),
    (literal("0.0", "double"), literal("-0.0", "double")),
    (literal("2020-01-01T12:00:00", "dateTime"), literal("2020-01-01T12:00:00Z", "dateTime")),
    (literal("a"), Literal("a", language="en")),
    (literal("a"), literal("a", "anyURI")),
]
MALFORMED = [
    literal("one", "integer"), literal("-1", "nonNegativeInteger"), literal("128", "byte"),
    literal("1e0", "decimal"), literal("yes", "boolean"), literal("2020-02-30T00:00:00", "dateTime"),
    literal("2020-01-01T00:00:00", "dateTimeStamp"), literal("abc", "hexBinary"),
    literal("YW=", "base64Binary"),
    literal("a  b", "token"), literal("a\nb", "normalizedString"), literal("1a", "NCName"),
    literal("1867", "gYear"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_equal_values(one: Literal, other: Literal) -> None:
    assert value_of(one) is not None
    assert value_of(one) == value_of(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_values(one: Literal, other: Literal) -> None:
    assert None not in (value_of(one), value_of(other))
    assert value_of(one) != value_of(other)


@pytest.mark.parametrize("one", MALFORMED)
def test_malformed_or_unknown_literals_have_no_value(one: Literal) -> None:
    assert value_of(one) is None
    assert supertypes(one) == []


def test_what_a_datatype_holds() -> None:
    assert holds(XSD + "nonNegativeInteger", literal("1", "int"))
    assert holds(XSD + "integer", literal("1.0", "decimal"))
    assert holds(XSD + "integer", literal("1.5", "decimal")) is False
    assert holds(XSD + "decimal", literal("1", "double")) is False
    assert holds(XSD + "token", literal("a b"))
    assert holds(XSD + "dateTimeStamp", literal("2020-01-01T12:00:00Z", "dateTime"))
    assert holds(RDF + "PlainLiteral", Literal("a", language="en"))
    assert holds(XSD + "string", Literal("a", language="en")) is False
    assert holds(RDFS + "Literal", literal("x", "integer")) is False
    assert holds(XSD + "integer", literal("1867", "gYear")) is None
    assert holds(XSD + "gYear", literal("1867", "gYear")) is None


def test_a_literal_is_of_all_datatypes_that_its_own_derives_from() -> None:
    names = [one.removeprefix(XSD) for one in supertypes(literal("1", "byte"))]
    assert names == ["byte", "short", "int", "long", "integer", "decimal", RDFS + "Literal"]
    assert supertypes(Literal("a", language="en")) == [RDF + "PlainLiteral", RDFS + "Literal"]
