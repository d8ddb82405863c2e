"""JSON lines, JSON lists and CSV tables to documents: one record, one document."""

import csv
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Final

from kgfm.corpus.document import Document
from kgfm.corpus.encoding import decode, encodable
from kgfm.corpus.lines import decoded_lines
from kgfm.corpus.walk import SourceFile
from kgfm.errors import EmptySourceError, SourceError

_LONGEST_CELL: Final = 2**31 - 1  # characters; the csv module would stop at 131,072
_DELIMITERS: Final = ",;\t"
_OWN_FIELDS: Final = ("id", "title", "text")
_REMEDY: Final = "Each record needs a string 'text'; 'id' and 'title' are optional."


@dataclass(frozen=True, slots=True)
class Record:
    """A document taken from part of a file, and where: ids of records can clash."""

    document: Document
    place: str


def read_json_lines(file: SourceFile) -> Iterator[Record | SourceError]:
    """Yield the records of a file with one JSON object a line; blank lines are passed over.

    A line that is no record is a SourceError that names it. Raises SourceError where the file
    cannot be read at all.
    """
    file.check()
    try:
        with file.path.open("rb") as stream:
            yield from records_of_lines(stream, file.place, file.place, file.origin)
    except OSError as error:
        raise file.unreadable(error) from error


def records_of_lines(
    stream: BinaryIO, place: str, source: str, origin: str, first: bytes = b""
) -> Iterator[Record | SourceError]:
    """Yield the records of a stream of JSON lines, of which no more than one is held at a time.

    `first` is what was already taken from the stream. Raises SourceError where it holds no text.
    """
    found = False
    for number, (line, notes) in enumerate(decoded_lines(stream, place, first), start=1):
        if not line.strip():
            continue
        found = True
        where = f"{place}, line {number}"
        try:
            yield Record(_document(_object(line, where), where, source, origin, notes), where)
        except SourceError as error:
            yield error
    if not found:
        raise EmptySourceError(place, "the file holds no records. Fill it or leave it out.")


def read_json_list(file: SourceFile) -> Iterator[Record | SourceError]:
    """Yield the records of a JSON file that holds a list of objects; the whole file is held in memory."""
    text, notes = decode(file.read(), file.place)
    try:
        items = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourceError(file.place, f"is not valid JSON ({_json_fault(error)}). Mend it.") from error
    if not isinstance(items, list) or not items:
        raise SourceError(file.place, f"holds no list of records. {_REMEDY}")
    for number, item in enumerate(items, start=1):
        where = f"{file.place}, item {number}"
        try:
            if not isinstance(item, dict):
                raise SourceError(where, f"is not a JSON object. {_REMEDY}")
            yield Record(_document(item, where, file.place, file.origin, notes), where)
        except SourceError as error:
            yield error


def read_table(file: SourceFile) -> Iterator[Record | SourceError]:
    """Yield the rows of a CSV or TSV file, whose first row names the columns, `text` among them.

    Comma, semicolon and tab all serve as delimiter. A row that is no record is a SourceError that
    names its line. Raises SourceError where the file has no such column or cannot be read at all.
    """
    file.check()
    try:
        with file.path.open("rb") as stream:
            yield from _rows(stream, file)
    except OSError as error:
        raise file.unreadable(error) from error


def document_hash(title: str, text: str) -> str:
    """Return 16 hex digits that tell a text without an id from others."""
    return hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()[:16]


def _rows(stream: BinaryIO, file: SourceFile) -> Iterator[Record | SourceError]:
    csv.field_size_limit(_LONGEST_CELL)
    notes: set[str] = set()
    lines = _noting(decoded_lines(stream, file.place), notes)
    number, header = next(((number, line) for number, line in enumerate(lines, 2) if line.strip()), (0, ""))
    if not header:
        raise EmptySourceError(file.place, "the table is empty. Fill it or leave it out.")
    delimiter, columns = _columns(header, file.place)
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        where = f"{file.place}, line {rows.line_num + number}"
        notes.clear()
        try:
            row = next(rows)
            if any(cell.strip() for cell in row):
                yield Record(
                    _document(
                        _cells(columns, row, where), where, file.place, file.origin, tuple(sorted(notes))
                    ),
                    where,
                )
        except StopIteration:
            return
        except csv.Error as error:
            yield SourceError(
                where, f"is malformed ({error}). Quote the cells that hold quotes or line ends."
            )
        except SourceError as error:
            yield error


def _columns(header: str, place: str) -> tuple[str, list[str]]:
    for delimiter in _DELIMITERS:
        names = [name.strip() for name in next(csv.reader([header], delimiter=delimiter))]
        names = [name.lower() if name.lower() in _OWN_FIELDS else name for name in names]
        if "text" in names:
            return delimiter, names
    widest = max((next(csv.reader([header], delimiter=mark)) for mark in _DELIMITERS), key=len)
    found = ", ".join(repr(name.strip()) for name in widest)
    raise SourceError(
        place, f"has no column 'text'; its columns are {found}. Rename the one that holds the text."
    )


def _cells(columns: list[str], row: list[str], where: str) -> dict[str, str]:
    if any(cell.strip() for cell in row[len(columns) :]):
        raise SourceError(
            where,
            f"has {len(row)} cells, the header {len(columns)}. Quote the cells that hold the delimiter.",
        )
    return dict(zip(columns, row, strict=False))


def _object(line: str, where: str) -> dict[str, object]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise SourceError(
            where, f"is not valid JSON ({_json_fault(error)}). Mend or remove the line."
        ) from error
    if not isinstance(value, dict):
        raise SourceError(where, f"is not a JSON object. {_REMEDY}")
    return value


def _json_fault(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg.lower().removesuffix(' at')} at column {error.colno}"
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)


def _document(
    fields: Mapping[str, object], where: str, source: str, origin: str, notes: tuple[str, ...]
) -> Document:
    text = fields.get("text")
    if not isinstance(text, str):
        names = ", ".join(repr(encodable(name)) for name in fields) or "none"
        raise SourceError(where, f"has no text; its fields are {names}. {_REMEDY}")
    if not text or text.isspace():
        raise EmptySourceError(where, "its 'text' is empty. Fill it or remove the record.")
    text = encodable(text)
    title = " ".join(_as_text(fields.get("title") or "").split())
    identifier = fields.get("id")
    if not isinstance(identifier, str | int | float | None) or isinstance(identifier, bool):
        raise SourceError(where, "its 'id' is neither a string nor a number. Make it one, or leave it out.")
    name = "" if identifier is None else _as_text(identifier).strip()
    return Document(
        id=name or f"{_slug(title)}-{document_hash(title, text)}",
        title=title or name or "record",
        text=text,
        source=source,
        origin=origin,
        metadata={
            encodable(key): _as_text(value) for key, value in fields.items() if key not in _OWN_FIELDS and key
        },
        notes=notes,
    )


def _as_text(value: object) -> str:
    return encodable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _slug(title: str) -> str:
    return re.sub(r"\W+", "-", title.lower())[:40].strip("-") or "record"


def _noting(lines: Iterable[tuple[str, tuple[str, ...]]], notes: set[str]) -> Iterator[str]:
    """Hand the lines on, and gather their notes: a row can span several lines."""
    for line, remarks in lines:
        notes.update(remarks)
        yield line
