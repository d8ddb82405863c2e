"""Folders to files: which files under a SOURCE are read, in which order, and which are passed over."""

import os
import stat
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from kgfm.corpus.encoding import encodable
from kgfm.errors import SourceError


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read, and the names that its document gets."""

    path: Path
    id: str  # relative to the SOURCE, with forward slashes; the file's name if it is the SOURCE
    origin: str  # the SOURCE as the user gave it

    @property
    def place(self) -> str:
        """How messages and citations call the file."""
        return encodable(str(self.path))

    @property
    def suffix(self) -> str:
        """The suffix in lower case, with its dot."""
        return self.path.suffix.lower()

    def read(self) -> bytes:
        """Return the file's bytes. Raises SourceError where they cannot be had."""
        self.check()
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise self.unreadable(error) from error

    def check(self) -> None:
        """Raise SourceError unless this is a regular file: reading a pipe or device could last for ever."""
        try:
            mode = self.path.stat().st_mode
        except OSError as error:
            raise self.unreadable(error) from error
        if not stat.S_ISREG(mode):
            raise SourceError(self.place, "this is not a regular file. Pipe it in and read `-` instead.")

    def unreadable(self, error: OSError) -> SourceError:
        """Say in plain English why the operating system would not hand the file over."""
        reason = error.strerror or type(error).__name__
        return SourceError(
            self.place, f"cannot be read ({reason.lower()}). Check that it exists and its permissions."
        )


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder that was passed over."""

    path: Path
    reason: str  # "hidden", or the suffix that no reader knows, or "no suffix"


def walk(folder: Path, suffixes: Collection[str]) -> Iterator[SourceFile | Skipped | SourceError]:
    """Yield the files under `folder` that have one of the `suffixes`, sorted by name in each folder.

    The order depends on nothing but the names. Links to folders are followed where they lead out of
    `folder`; one that leads back into it adds nothing. A folder that cannot be listed is a SourceError.
    """
    yield from _walk(folder, folder, frozenset(suffixes), {_identity(folder)})


def _walk(
    folder: Path, root: Path, suffixes: frozenset[str], visited: set[tuple[int, int]]
) -> Iterator[SourceFile | Skipped | SourceError]:
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 - names alone are smaller than paths
    except OSError as error:
        yield SourceFile(folder, "", str(root)).unreadable(error)
        return
    for name in names:
        path = folder / name
        if name.startswith("."):
            yield Skipped(path, "hidden")
        elif path.is_dir():
            if path.is_symlink() and path.resolve().is_relative_to(root.resolve()):
                continue
            identity = _identity(path)
            if identity not in visited:
                visited.add(identity)
                yield from _walk(path, root, suffixes, visited)
        elif path.suffix.lower() in suffixes:
            yield SourceFile(path, encodable(path.relative_to(root).as_posix()), encodable(str(root)))
        else:
            yield Skipped(path, path.suffix.lower() or "no suffix")


def _identity(folder: Path) -> tuple[int, int]:
    status = folder.stat()
    return status.st_dev, status.st_ino


@dataclass(frozen=True, slots=True)
class Survey:
    """What lies under a SOURCE, counted without opening a file."""

    files: int  # files that a reader knows
    size: int  # their bytes
    skipped: tuple[tuple[str, int], ...]  # (reason, files passed over), most frequent first

    def __str__(self) -> str:
        reasons = ", ".join(f"{count} {reason}" for reason, count in self.skipped)
        return f"{self.files} readable files" + (f"; passed over: {reasons}" if reasons else "")


def survey_folder(folder: Path, suffixes: Collection[str]) -> Survey:
    """Count the files under `folder`, their bytes, and what would be passed over."""
    files = size = 0
    skipped: Counter[str] = Counter()
    for found in walk(folder, suffixes):
        if isinstance(found, SourceFile):
            files += 1
            size += _size(found.path)
        elif isinstance(found, Skipped):
            skipped[found.reason] += 1
    return Survey(files, size, tuple(sorted(skipped.items(), key=lambda item: (-item[1], item[0]))))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # a broken link: reading it will say so
        return 0
