"""Files that may be compressed, by suffix: .gz and .zst are read and written as what they hold."""

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, cast

from kgfm.errors import FormatError

_READ_TOGETHER: Final = 1 << 17  # bytes
COMPRESSIONS: Final = (".gz", ".zst")


def bare_name(path: Path) -> Path:
    """Return a path without the suffix of its compression: `facts.ttl` for `facts.ttl.gz`."""
    return path.with_suffix("") if path.suffix.lower() in COMPRESSIONS else path


def packing_of(path: Path) -> str:
    """Return the suffix of a path's compression; "" where it has none."""
    return path.suffix.lower() if path.suffix.lower() in COMPRESSIONS else ""


@contextmanager
def opened_to_read(path: Path) -> Iterator[IO[bytes]]:
    """Open a file to read what it holds; raises FormatError where it is damaged or cut short."""
    kind = path.suffix.lower()
    try:
        with path.open("rb") as file:
            if kind == ".gz":
                with gzip.GzipFile(fileobj=file) as unpacked:
                    yield cast(IO[bytes], unpacked)
            elif kind == ".zst":
                yield io.BufferedReader(_Unpacked(file), _READ_TOGETHER)
            else:
                yield file
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise FormatError(
            f"{path} is damaged or no {kind} file ({' '.join(str(error).split())}); fetch it again."
        ) from error


@contextmanager
def opened_to_write(path: Path, like: Path) -> Iterator[IO[bytes]]:
    """Open a file to write, compressed as the name of `like` says."""
    kind = like.suffix.lower()
    with path.open("wb") as file:
        if kind == ".gz":
            # Without time and name: equal content makes equal files.
            with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
                yield cast(IO[bytes], packed)
        elif kind == ".zst":
            import zstandard

            with zstandard.ZstdCompressor(level=3).stream_writer(file, closefd=False) as packed_:
                yield packed_
        else:
            yield file


class _Unpacked(io.RawIOBase):
    """What a Zstandard file holds; unlike the library's own reader, it notices a file that is cut short."""

    def __init__(self, file: IO[bytes]) -> None:
        import zstandard

        self._file = file
        self._library = zstandard
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._begun = False
        self._rest = b""

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer with what comes next; 0 at the end."""
        while not self._rest:
            packed = self._frame.unused_data if self._frame.eof else b""
            packed = packed or self._file.read(_READ_TOGETHER)
            if not packed:
                if self._begun and not self._frame.eof:
                    raise EOFError("it ends in the middle")
                return 0
            if self._frame.eof:
                self._frame = self._library.ZstdDecompressor().decompressobj()
            self._begun = True
            try:
                self._rest = self._frame.decompress(packed)
            except self._library.ZstdError as error:
                raise EOFError(str(error)) from error
        part, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)
