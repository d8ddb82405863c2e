"""Literals by value: which datatypes hold them, and which are equal (the dt-* rules).

Numbers of xsd:decimal and all that derive from it share one value space; xsd:float and xsd:double each
have their own; so do texts, booleans, times, binary data and IRIs.

Source: OWL 2 Profiles, section 4.2.1 (the datatypes of OWL 2 RL) and table 8; XML Schema 1.1, part 2.
"""

import re
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from decimal import Decimal
from struct import pack
from typing import Final

from kgfm.kg import Literal
from kgfm.kg.namespaces import RDF, RDFS, XSD

Value = tuple[str, Hashable]  # value space and value

_EPOCH: Final = datetime(1970, 1, 1)
_INTEGER: Final = re.compile(r"[+-]?\d+")
_DECIMAL: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
_DOUBLE: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?INF|NaN")
_TIME: Final = re.compile(
    r"(-?\d{4,})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)?"
)
_BASE64: Final = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_NAME: Final = r"[^\W\d:][\w.\-·]*"
# Texts that a derived datatype holds, as a whole.
_TEXTS: Final = {
    XSD + "string": r"[\s\S]*",
    XSD + "normalizedString": r"[^\t\n\r]*",
    XSD + "token": r"(?:[^\s]+(?: [^\s]+)*)?",
    XSD + "language": r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*",
    XSD + "NMTOKEN": r"[\w.\-:·]+",
    XSD + "Name": r"[^\W\d][\w.\-:·]*|:[\w.\-:·]*",
    XSD + "NCName": _NAME,
}
# Least and greatest integer, both included; None is no bound.
_INTEGERS: Final[dict[str, tuple[int | None, int | None]]] = {
    XSD + "integer": (None, None),
    XSD + "nonNegativeInteger": (0, None),
    XSD + "positiveInteger": (1, None),
    XSD + "nonPositiveInteger": (None, 0),
    XSD + "negativeInteger": (None, -1),
    **{XSD + name: (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
       for name, bits in (("long", 64), ("int", 32), ("short", 16), ("byte", 8))},
    **{XSD + f"unsigned{name}": (0, 2**bits - 1)
       for name, bits in (("Long", 64), ("Int", 32), ("Short", 16), ("Byte", 8))},
}  # fmt: skip
_DERIVED_FROM: Final = {
    "integer": "decimal", "nonNegativeInteger": "integer", "nonPositiveInteger": "integer",
    "positiveInteger": "nonNegativeInteger", "negativeInteger": "nonPositiveInteger", "long": "integer",
    "int": "long", "short": "int", "byte": "short", "unsignedLong": "nonNegativeInteger",
    "unsignedInt": "unsignedLong", "unsignedShort": "unsignedInt", "unsignedByte": "unsignedShort",
    "normalizedString": "string", "token": "normalizedString", "language": "token", "NMTOKEN": "token",
    "Name": "token", "NCName": "Name", "dateTimeStamp": "dateTime",
}  # fmt: skip
_LITERAL: Final = RDFS + "Literal"
_PLAIN: Final = RDF + "PlainLiteral"
_OTHERS: Final = ("decimal", "double", "float", "boolean", "dateTime", "dateTimeStamp", "hexBinary",
                  "base64Binary", "anyURI")  # fmt: skip
DATATYPES: Final = frozenset(
    {_LITERAL, _PLAIN, RDF + "XMLLiteral", *_TEXTS, *_INTEGERS, *(XSD + one for one in _OTHERS)}
)


def value_of(literal: Literal) -> Value | None:
    """Return a literal's value; None where its datatype is not of OWL 2 RL or does not hold its text."""
    if literal.language:
        return "text", (literal.value, literal.language.lower())
    datatype = literal.datatype or XSD + "string"
    if datatype in _TEXTS:
        return ("text", literal.value) if re.fullmatch(_TEXTS[datatype], literal.value) else None
    text = literal.value.strip(" \t\n\r")
    if datatype in _INTEGERS:
        return ("number", Decimal(text)) if _integer(text, _INTEGERS[datatype]) else None
    reader = _READERS.get(datatype)
    return reader(text) if reader else None


def holds(datatype: str, literal: Literal) -> bool | None:
    """Whether a datatype's value space has a literal's value in it; None where we cannot tell."""
    value = value_of(literal)
    own = literal.datatype or XSD + "string"
    if datatype not in DATATYPES or (own not in DATATYPES and not literal.language):
        return None
    if value is None:
        return False
    space, inner = value
    if datatype == _LITERAL:
        return True
    if datatype == _PLAIN:
        return space == "text"
    if datatype in _TEXTS:
        return space == "text" and isinstance(inner, str) and bool(re.fullmatch(_TEXTS[datatype], inner))
    if datatype in _INTEGERS:
        whole = isinstance(inner, Decimal) and inner == inner.to_integral_value()
        return whole and isinstance(inner, Decimal) and _integer(str(int(inner)), _INTEGERS[datatype])
    if datatype == XSD + "dateTimeStamp":
        return space == "time" and isinstance(inner, tuple) and inner[0] == "zoned"
    return space == _SPACES[datatype]


def supertypes(literal: Literal) -> list[str]:
    """Return a well-formed literal's own datatype and all that it derives from, rdfs:Literal last."""
    if value_of(literal) is None:
        return []
    if literal.language:
        return [_PLAIN, _LITERAL]
    name = (literal.datatype or XSD + "string").removeprefix(XSD)
    found = []
    while name:
        found.append(name if ":" in name else XSD + name)
        name = _DERIVED_FROM.get(name, "")
    return [*found, *([_PLAIN] if found[-1] == XSD + "string" else []), _LITERAL]


def _integer(text: str, bounds: tuple[int | None, int | None]) -> bool:
    least, greatest = bounds
    if not _INTEGER.fullmatch(text):
        return False
    # By Decimal: int() refuses thousands of digits.
    value = Decimal(text)
    return (least is None or value >= least) and (greatest is None or value <= greatest)


def _decimal(text: str) -> Value | None:
    return ("number", Decimal(text)) if _DECIMAL.fullmatch(text) else None


def _double(text: str) -> Value | None:
    return ("double", _bits(float(text), "d")) if _DOUBLE.fullmatch(text) else None


def _float(text: str) -> Value | None:
    return ("float", _bits(float(text), "f")) if _DOUBLE.fullmatch(text) else None


def _bits(value: float, kind: str) -> bytes:
    """Return the bits of a number: NaN equals itself, and 0 is not -0 (OWL 2 Syntax, section 4.2)."""
    try:
        return pack(kind, value)
    except OverflowError:
        return pack(kind, float("inf") if value > 0 else float("-inf"))


def _boolean(text: str) -> Value | None:
    return ("boolean", text in ("true", "1")) if text in ("true", "false", "1", "0") else None


def _time(text: str) -> Value | None:
    found = _TIME.fullmatch(text)
    if not found:
        return None
    fraction = Decimal(found[7] or 0)
    try:
        moment = datetime.fromisoformat(f"{text[: found.end(6)]}{found[8] or ''}")
    except ValueError:  # a year that Python cannot hold, or no such day
        return ("time", ("text", text)) if len(found[1]) != 4 else None
    if not found[8]:
        return "time", ("local", moment, fraction)
    # As a distance: the year 1 cannot be moved to another zone.
    zone = moment.utcoffset() or timedelta()
    return "time", ("zoned", moment.replace(tzinfo=None) - _EPOCH - zone, fraction)


def _hex(text: str) -> Value | None:
    return ("hexBinary", text.upper()) if re.fullmatch(r"(?:[0-9a-fA-F]{2})*", text) else None


def _base64(text: str) -> Value | None:
    packed = re.sub(r"\s", "", text)
    return ("base64Binary", packed) if _BASE64.fullmatch(packed) else None


_READERS: Final[dict[str, Callable[[str], Value | None]]] = {
    XSD + "decimal": _decimal,
    XSD + "double": _double,
    XSD + "float": _float,
    XSD + "boolean": _boolean,
    XSD + "dateTime": _time,
    XSD + "dateTimeStamp": lambda text: found if (found := _time(text)) and _is_zoned(text) else None,
    XSD + "hexBinary": _hex,
    XSD + "base64Binary": _base64,
    XSD + "anyURI": lambda text: ("anyURI", text),
    RDF + "XMLLiteral": lambda text: ("XMLLiteral", text),
    _PLAIN: lambda text: ("text", text),
    _LITERAL: lambda text: ("text", text),
}
_SPACES: Final = {
    XSD + "decimal": "number", XSD + "dateTime": "time", RDF + "XMLLiteral": "XMLLiteral",
    **{XSD + one: one for one in ("double", "float", "boolean", "hexBinary", "base64Binary", "anyURI")},
}  # fmt: skip


def _is_zoned(text: str) -> bool:
    found = _TIME.fullmatch(text)
    return bool(found and found[8])
