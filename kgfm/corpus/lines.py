"""Bytes to lines of text, one at a time, for files that may be larger than memory."""

import codecs
import io
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO, Final

from kgfm.corpus.encoding import decode, detect_encoding
from kgfm.errors import EncodingError

_SAMPLE: Final = 1 << 20  # bytes from which the encoding of a whole file is told
_CHUNK: Final = 1 << 16  # bytes


def decoded_lines(stream: BinaryIO, place: str, first: bytes = b"") -> Iterator[tuple[str, tuple[str, ...]]]:
    r"""Yield each line with its "\n", and notes on how it was read.

    `first` is what was already taken from the stream. No other character ends a line. The encoding
    is told from the file's beginning, and a line that is valid UTF-8 is read as such all the same:
    such files are often pasted together. Raises EncodingError, which names `place`, where the
    beginning is no text.
    """
    head = first + stream.read(_SAMPLE)
    head += stream.readline()
    encoding, mark = detect_encoding(head, place)
    head = head[mark:]
    if encoding.startswith(("utf-16", "utf-32")):
        notes = (f"read as {encoding}",)
        for line in _wide_lines(head, stream, encoding):
            yield line, notes
        return
    for data in chain(io.BytesIO(head), stream):
        try:
            yield data.decode(), ()
        except UnicodeDecodeError:
            yield _legacy_line(data, place, encoding)


def _legacy_line(data: bytes, place: str, encoding: str) -> tuple[str, tuple[str, ...]]:
    if encoding == "utf-8":
        try:
            return decode(data, place)
        except EncodingError:  # one bad line must not cost the others
            pass
    return data.decode(encoding, errors="replace"), (f"read as {encoding}",)


def _wide_lines(head: bytes, stream: BinaryIO, encoding: str) -> Iterator[str]:
    r"""Yield lines of an encoding in which the byte "\n" can be half of another character."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    pieces: list[str] = []
    data = head
    while data:
        *lines, rest = decoder.decode(data).split("\n")
        for line in lines:
            yield "".join([*pieces, line, "\n"])
            pieces = []
        pieces.append(rest)
        data = stream.read(_CHUNK)
    if last := "".join([*pieces, decoder.decode(b"", final=True)]):
        yield last
