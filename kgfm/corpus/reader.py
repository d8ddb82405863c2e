"""The door to the corpus: any SOURCE to a stream of documents."""

import json
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from kgfm.corpus.document import Document
from kgfm.corpus.encoding import decode, encodable
from kgfm.corpus.html import read_html
from kgfm.corpus.markdown import read_markdown
from kgfm.corpus.pdf import read_pdf
from kgfm.corpus.records import (
    Record,
    document_hash,
    read_json_lines,
    read_json_list,
    read_table,
    records_of_lines,
)
from kgfm.corpus.text import read_text, title_and_prose
from kgfm.corpus.walk import Skipped, SourceFile, Survey, survey_folder, walk
from kgfm.errors import EmptySourceError, SourceError

log = logging.getLogger(__name__)

STANDARD_INPUT: Final = "-"

DOCUMENT_READERS: Final[dict[str, Callable[[SourceFile], Document]]] = {
    ".txt": read_text,
    ".text": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
    ".pdf": read_pdf,
}
RECORD_READERS: Final[dict[str, Callable[[SourceFile], Iterator[Record | SourceError]]]] = {
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".csv": read_table,
    ".tsv": read_table,
    ".json": read_json_list,
}
# A .json file is read only when it is named: in a folder it is settings more often than documents.
FOLDER_SUFFIXES: Final = (DOCUMENT_READERS.keys() | RECORD_READERS.keys()) - {".json"}


def read_source(source: str | Path, *, stdin: BinaryIO | None = None) -> Iterator[Document | SourceError]:
    """Yield the documents under `source`: a file, a folder, or "-" for `stdin` (the process's own if None).

    The order is that of the names, whatever the file system's. What cannot be read is yielded as a
    SourceError and the rest goes on. A record whose id another one under this source has is such
    an error too, unless title and text are the same: then it is passed over.

    Raises SourceError at the first `next` where `source` does not exist, and EmptySourceError where
    it is a folder in which nothing can be read.
    """
    first_places: dict[str, tuple[str, str]] = {}  # id -> where it was first seen, content hash
    for found in _records(source, stdin):
        if isinstance(found, SourceError):
            yield found
            continue
        document = found.document
        content = document.content_hash
        place, known = first_places.setdefault(document.id, (found.place, content))
        if place == found.place:
            yield document
        elif content != known:
            yield SourceError(
                found.place,
                f"the id '{document.id}' stands for another text already at {place}. Give each its own id.",
            )


def survey(source: str | Path) -> Survey:
    """Count what `read_source` would open under `source`, and what it would pass over.

    Raises SourceError where `source` does not exist. Standard input counts as nothing.
    """
    if str(source) == STANDARD_INPUT:
        return Survey(0, 0, ())
    path = _existing(source)
    return survey_folder(path, FOLDER_SUFFIXES) if path.is_dir() else Survey(1, path.stat().st_size, ())


def source_bytes(source: str | Path) -> int:
    """Return how many bytes `read_source` would read; 0 for standard input.

    Raises SourceError where `source` does not exist.
    """
    return survey(source).size


def _records(source: str | Path, stdin: BinaryIO | None) -> Iterator[Record | SourceError]:
    if str(source) == STANDARD_INPUT:
        yield from _guarded(_read_standard_input(stdin or sys.stdin.buffer))
        return
    path = _existing(source)
    if path.is_dir():
        yield from _read_folder(path)
        return
    file = SourceFile(path, encodable(path.name), encodable(str(source)))
    if file.suffix in DOCUMENT_READERS or file.suffix in RECORD_READERS:
        yield from _read_file(file)
    else:
        known = " ".join(sorted(DOCUMENT_READERS.keys() | RECORD_READERS.keys()))
        yield SourceError(
            file.place, f"no reader knows this suffix. Known are {known}; plain text can come in by `-`."
        )


def _existing(source: str | Path) -> Path:
    path = Path(source)
    if not path.exists():
        raise SourceError(encodable(str(source)), "does not exist. Check the path.")
    return path


def _read_folder(folder: Path) -> Iterator[Record | SourceError]:
    nothing, skipped = True, 0
    for found in walk(folder, FOLDER_SUFFIXES):
        if isinstance(found, Skipped):
            skipped += 1
            log.debug("passed over %s: %s", found.path, found.reason)
            continue
        nothing = False
        if isinstance(found, SourceError):
            yield found
        else:
            yield from _read_file(found)
    if nothing:
        raise EmptySourceError(
            encodable(str(folder)),
            f"no file to read in this folder ({survey_folder(folder, FOLDER_SUFFIXES)}). "
            f"Known suffixes are {' '.join(sorted(FOLDER_SUFFIXES))}.",
        )
    if skipped:
        log.info(
            "passed over %d files or folders in %s that are hidden or of no known suffix", skipped, folder
        )


def _read_file(file: SourceFile) -> Iterator[Record | SourceError]:
    if file.suffix in RECORD_READERS:
        yield from _guarded(RECORD_READERS[file.suffix](file))
        return
    try:
        yield Record(DOCUMENT_READERS[file.suffix](file), file.place)
    except SourceError as error:
        yield error


def _guarded(records: Iterator[Record | SourceError]) -> Iterator[Record | SourceError]:
    try:
        yield from records
    except SourceError as error:
        yield error


def _read_standard_input(stdin: BinaryIO) -> Iterator[Record | SourceError]:
    """Read JSON lines where the first line is a record, else one plain text."""
    place = "standard input"
    first = stdin.readline()
    if _is_record(first):
        yield from records_of_lines(stdin, place, place, STANDARD_INPUT, first=first)
        return
    text, notes = decode(first + stdin.read(), place)
    if not text or text.isspace():
        raise EmptySourceError(place, "nothing came in. Pipe a text into this command.")
    title, prose = title_and_prose(text)
    title = title or place
    identifier = f"stdin-{document_hash(title, text)}"
    yield Record(
        Document(
            id=identifier,
            title=title,
            text=text,
            source=place,
            origin=STANDARD_INPUT,
            notes=notes,
            prose=prose,
        ),
        place,
    )


def _is_record(line: bytes) -> bool:
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and "text" in value
