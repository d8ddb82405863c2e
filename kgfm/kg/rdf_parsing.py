"""RDF files as Oxigraph's quads, with their faults as ours; nothing is fetched on the way."""

import io
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Final
from urllib.parse import quote

import pyoxigraph as ox

from kgfm.errors import FormatError
from kgfm.kg.compression import bare_name

# Formats with one triple a line: a fault spoils no other line.
_BY_LINE: Final = (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS)
# Formats whose parser finds its way again behind a fault.
_BY_STATEMENT: Final = (ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG)
_LINES_TOGETHER: Final = 2_000
_REMOTE_CONTEXT: Final = "LoadDocumentCallback"  # Oxigraph's word where a context would have to be fetched
_PLACE: Final = re.compile(r"Parser error .*?(column \d+)[^:]*: ")


def parse(
    path: Path, file: IO[bytes], format: ox.RdfFormat, faults: list[FormatError] | None
) -> Iterator[ox.Quad]:
    """Yield a file's quads; `path` names it. With `faults`, what is malformed is left out and put there."""
    if faults is None:
        yield from _parsed(path, file, format)
    elif format in _BY_LINE:
        yield from _by_line(path, file, format, faults)
    else:
        yield from _collecting(path, _parsed(path, file, format), faults, go_on=format in _BY_STATEMENT)


def _parsed(path: Path, file: IO[bytes], format: ox.RdfFormat) -> Iterator[ox.Quad]:
    # Relative IRIs hang on the file's name alone: a graph must not depend on where it lay.
    return iter(ox.parse(file, format, base_iri=f"file:///{quote(bare_name(path).name)}"))


def _by_line(
    path: Path, file: IO[bytes], format: ox.RdfFormat, faults: list[FormatError]
) -> Iterator[ox.Quad]:
    start = 0
    while lines := list(islice(file, _LINES_TOGETHER)):
        try:
            quads = list(_parsed(path, io.BytesIO(b"".join(lines)), format))
        except SyntaxError:
            quads = []
            for number, line in enumerate(lines, start + 1):
                try:
                    quads += _parsed(path, io.BytesIO(line), format)
                except SyntaxError as error:
                    faults.append(syntax_fault(path, error, number))
        yield from quads
        start += len(lines)


def _collecting(
    path: Path, quads: Iterator[ox.Quad], faults: list[FormatError], *, go_on: bool
) -> Iterator[ox.Quad]:
    while True:
        try:
            quad = next(quads, None)
        except SyntaxError as error:
            faults.append(syntax_fault(path, error))
            if not go_on:
                return
            continue
        if quad is None:
            return
        yield quad


def syntax_fault(path: Path, error: SyntaxError, line: int | None = None) -> FormatError:
    """Return a parser's error as ours, with file and line."""
    said = " ".join(str(error.msg).split()).rstrip(".")
    if _REMOTE_CONTEXT in said:
        return FormatError(
            f"{path} has a JSON-LD context that would be fetched from the network, which kgfm does not do; "
            "write the context into the file, or give --allow-network."
        )
    number = line or error.lineno
    place = f", line {number}" if number else ""
    reason = _PLACE.sub(r"\1: ", said)
    return FormatError(f"{path}{place}: {reason}.")
