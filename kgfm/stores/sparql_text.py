"""What can be told of a SPARQL text before it runs: network calls, and where its syntax breaks."""

import re
from collections.abc import Iterator
from typing import Final

from kgfm.errors import QueryError

# Longest first, as SPARQL 1.1 section 19.8 lexes: whatever may hold a word that is no keyword.
_TOKEN: Final = re.compile(
    r"""
    "{3}(?:"{0,2}(?:[^"\\]|\\.))*"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}   # long strings
    | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*'                         # strings
    | <[^<>"{}|^`\\\x00-\x20]*>                                             # IRIs
    | \#[^\n\r]*                                                            # comments
    | [?$]\w+ | @[A-Za-z][\w-]*                                             # variables, language tags
    | [\w.-]*:(?:[\w.:-]|%[0-9A-Fa-f]{2}|\\.)*                              # prefixed names
    | (?P<word>[A-Za-z_]\w*)
    """,
    re.VERBOSE | re.DOTALL,
)
_POSITION: Final = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_AROUND: Final = 24  # characters of the query shown on either side of a fault


def refuse_network(sparql: str) -> None:
    """Raise QueryError where a query or update would fetch something: SERVICE or LOAD."""
    for word in keywords(sparql):
        if word in ("SERVICE", "LOAD"):
            raise QueryError(
                f"the query calls {word}, which would fetch from the network; "
                "take it out and import the data instead, or give --allow-network."
            )


def keywords(sparql: str) -> Iterator[str]:
    """Yield the words of a SPARQL text that may be keywords, in capitals."""
    for token in _TOKEN.finditer(sparql):
        if token["word"]:
            yield token["word"].upper()


def syntax_error(sparql: str, message: str) -> QueryError:
    """Turn a parser's message into one that shows the place; `^` stands before the first wrong character."""
    found = _POSITION.search(message)
    if not found:
        return QueryError(f"the query is not valid SPARQL: {_one_line(message)}.")
    line, column, reason = int(found[1]), int(found[2]), found[3]
    text = (sparql.splitlines() or [""])[line - 1 : line]
    shown = text[0] if text else ""
    before, after = shown[: column - 1], shown[column - 1 :]
    return QueryError(
        f"the query is not valid SPARQL at line {line}, column {column}, near "
        f"`{before[-_AROUND:]}^{after[:_AROUND]}`: {_one_line(reason)}."
    )


def _one_line(text: str) -> str:
    return " ".join(text.split()).rstrip(".")
