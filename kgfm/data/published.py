"""Readers of published graphs, from the folder that the environment variable KGFM_DATA names."""

import os
from pathlib import Path
from typing import Final

from kgfm.data.folders import Names, part_names
from kgfm.data.triples import TripleSet
from kgfm.errors import FormatError

__all__ = ["FOLDERS", "Names", "data_folder", "read_graph", "read_names"]

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
    return part_names(folder / FOLDERS[graph], part)


def read_graph(graph: str, *parts: str) -> TripleSet:
    """Read one or more parts of a graph as one TripleSet."""
    return TripleSet.from_labels([names for part in parts for names in read_names(graph, part)])
