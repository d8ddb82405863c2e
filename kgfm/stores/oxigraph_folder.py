"""The folder of a knowledge base: its marker, its format's version, its writer lock."""

import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from kgfm.errors import NotAStoreError, StoreError, StoreLockedError, StoreVersionError

FORMAT: Final = "kgfm knowledge base"
FORMAT_VERSION: Final = 1
_MARKER: Final = "kgfm.json"
_LOCK: Final = "writer.lock"
_HOLDER: Final = "writer.pid"
# What a first opening that was cut short may leave behind.
_REMAINS: Final = frozenset({_LOCK, _HOLDER, f"{_MARKER}.new", "store", "cache"})


@dataclass(frozen=True, slots=True)
class Folder:
    """A knowledge base on disk: `kgfm.json`, `store/` (Oxigraph's files), `cache/` (can be deleted)."""

    path: Path

    @property
    def store(self) -> Path:
        """Where Oxigraph keeps its files."""
        return self.path / "store"

    def prepare(self, *, create: bool) -> None:
        """Make the folder ready to open; raises NotAStoreError where it is something else."""
        if (self.path / _MARKER).is_file():
            return
        if self.path.exists() and (
            not self.path.is_dir() or {one.name for one in self.path.iterdir()} - _REMAINS
        ):
            raise NotAStoreError(
                f"{self.path} exists and is not a knowledge base; name another folder with --kb."
            )
        if not create:
            raise NotAStoreError(f"there is no knowledge base at {self.path}; make one with `kgfm build`.")
        try:
            self.store.mkdir(parents=True, exist_ok=True)
            (self.path / "cache").mkdir(exist_ok=True)
            self.write_version(FORMAT_VERSION)
        except OSError as error:
            raise StoreError(f"no knowledge base can be made at {self.path}: {error.strerror}.") from error

    def check_whole(self) -> None:
        """Raise StoreError where Oxigraph's first file is gone: it would found a new store over the old."""
        remains = (*self.store.glob("MANIFEST-*"), *self.store.glob("*.sst"))
        if remains and not (self.store / "CURRENT").exists():
            raise StoreError(
                f"the knowledge base at {self.path} is damaged (store/CURRENT is gone); save what can be "
                f"read with `kgfm repair {self.path} --to NEW`."
            )

    def version(self) -> int:
        """Return the format's version; raises StoreVersionError where it is newer than this program."""
        try:
            marker = json.loads((self.path / _MARKER).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise NotAStoreError(
                f"{self.path / _MARKER} cannot be read ({error}); name another folder."
            ) from error
        if not isinstance(marker, Mapping) or marker.get("format") != FORMAT:
            raise NotAStoreError(f"{self.path / _MARKER} is not of a knowledge base; name another folder.")
        version = int(marker["version"])
        if version > FORMAT_VERSION:
            raise StoreVersionError(
                f"the knowledge base at {self.path} has format {version}, newer than this kgfm's "
                f"{FORMAT_VERSION}; upgrade kgfm."
            )
        return version

    def write_version(self, version: int) -> None:
        """Write the marker, whole or not at all."""
        fresh = self.path / f"{_MARKER}.new"
        fresh.write_text(json.dumps({"format": FORMAT, "version": version}) + "\n", encoding="utf-8")
        fresh.replace(self.path / _MARKER)

    def lock(self) -> FileLock:
        """Become the one writer; raises StoreLockedError where another process is."""
        lock = FileLock(self.path / _LOCK, thread_local=False)
        try:
            lock.acquire(timeout=0)
            (self.path / _HOLDER).write_text(str(os.getpid()), encoding="ascii")
        except Timeout:
            raise StoreLockedError(
                f"process {self._holder()} is writing to the knowledge base at {self.path}; "
                "wait until it is done, or stop it."
            ) from None
        except OSError as error:
            raise StoreError(
                f"the knowledge base at {self.path} cannot be written: {error.strerror}."
            ) from error
        return lock

    def _holder(self) -> str:
        with contextlib.suppress(OSError):
            return (self.path / _HOLDER).read_text(encoding="ascii") or "(unknown)"
        return "(unknown)"
