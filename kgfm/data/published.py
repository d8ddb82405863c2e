"""Readers of published graphs, from the folder that the environment variable KGFM_DATA names."""

import gzip
import io
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kgfm.data.triples import TripleSet
from kgfm.errors import FormatError

Names = tuple[str, str, str]

_GRAIL: Final = tuple(
    f"{family}_v{version}{part}"
    for family in ("fb237", "WN18RR", "nell")
    for version in (1, 2, 3, 4)
    for part in ("", "_ind")
)

# Graph -> its folder below KGFM_DATA/kg.
FOLDERS: Final = {
    **{name: f"grail/{name}" for name in _GRAIL},
    "codex-s": "CoDEx/codex-s",
    "codex-m": "CoDEx/codex-m",
    "ilpc-small": "ilpc/small",
    "FB15k-237": "FB15k-237",
    "WN18RR": "WN18RR",
    **{name: name for name in ("umls", "kinships", "nations", "family")},
    **{f"countries-{part}": f"countries/{part}" for part in ("S1", "S2", "S3")},
}


def data_folder() -> Path | None:
    """Return KGFM_DATA's folder of graphs; None where it is not set or not there."""
    named = os.environ.get("KGFM_DATA")
    folder = Path(named) / "kg" if named else None
    return folder if folder is not None and folder.is_dir() else None


def read_names(graph: str, part: str) -> list[Names]:
    """Read a part ("train", "valid", "test", or a file's own stem) of a graph in FOLDERS as labels.

    Raises FormatError where KGFM_DATA is not set or the part is missing.
    """
    folder = data_folder()
    if folder is None:
        raise FormatError("Set KGFM_DATA to the folder with the published data sets.")
    place = folder / FOLDERS[graph]
    names: list[Names] = []
    for line in _lines(place, part):
        fields = line.rstrip("\r\n").split("\t")
        if len(fields) == 3:
            names.append((fields[0], fields[1], fields[2]))
        elif line.strip():
            raise FormatError(f"{place}, {part}: expected three fields by tab, found '{line.strip()}'.")
    return names


def read_graph(graph: str, *parts: str) -> TripleSet:
    """Read one or more parts of a graph as one TripleSet."""
    return TripleSet.from_labels([names for part in parts for names in read_names(graph, part)])


def _lines(place: Path, part: str) -> Iterator[str]:
    archive = next(iter(place.glob("*.tar.gz")), None)
    if archive is not None:
        with tarfile.open(archive) as packed:
            member = packed.extractfile(f"{part}.txt")
            if member is not None:
                yield from io.TextIOWrapper(member, encoding="utf-8")
        return
    for name in (f"{part}.txt", f"{part}.txt.gz", f"{part}.tsv", f"{part}.tsv.gz"):
        if (place / name).exists():
            raw = (place / name).read_bytes()
            text = gzip.decompress(raw) if name.endswith(".gz") else raw
            yield from io.StringIO(text.decode("utf-8"))
            return
    raise FormatError(f"{place} holds no {part}.txt or {part}.tsv, gzipped or not.")
