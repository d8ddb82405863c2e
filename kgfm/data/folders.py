"""A graph as a folder of parts: train, valid and test, one triple a line, names separated by tabs.

A part is PART.txt or PART.tsv, gzipped or not, or lies in the folder's one .tar.gz.
"""

import gzip
import io
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from kgfm.data.triples import TripleSet
from kgfm.errors import FormatError

Names = tuple[str, str, str]

_INDUCTIVE: Final = "_ind"  # ends the name of the folder of an unseen graph, beside that of a seen one


@dataclass(frozen=True, kw_only=True)
class SplitGraph:
    """A graph to reason over, what is asked of it, and what else is known to be true.

    `protocol` is "inductive" for a folder that ends in `_ind`: valid and test are asked together there,
    as published tables do; "transductive" for others: test is asked, and valid filters.
    """

    name: str
    protocol: str
    train: TripleSet
    test: TripleSet
    filters: tuple[TripleSet, ...]


def part_names(folder: Path, part: str) -> list[Names]:
    """Read a part as labels. Raises FormatError, with the line, where it is missing or malformed."""
    names: list[Names] = []
    kept: dict[str, str] = {}  # each name once: a large graph's names would fill the memory else
    for number, line in enumerate(_lines(folder, part), start=1):
        fields = line.rstrip("\r\n").split("\t")
        if len(fields) == 3 and all(fields):
            head, relation, tail = (kept.setdefault(field, field) for field in fields)
            names.append((head, relation, tail))
        elif line.strip():
            raise FormatError(
                f"{folder}, {part}, line {number}: expected head, relation and tail separated by tabs."
            )
    return names


def has_part(folder: Path, part: str) -> bool:
    """Whether a folder has such a part."""
    return any((folder / name).exists() for name in _file_names(part)) or any(folder.glob("*.tar.gz"))


def read_part(folder: Path, part: str) -> TripleSet | None:
    """Read a part as a graph of its own; None where there is none."""
    return TripleSet.from_labels(part_names(folder, part)) if has_part(folder, part) else None


def read_split(folder: Path) -> SplitGraph:
    """Read a folder for evaluation. Raises FormatError where it has no train or no test part."""
    train = TripleSet.from_labels(part_names(folder, "train"))
    test, valid = part_names(folder, "test"), part_names(folder, "valid") if has_part(folder, "valid") else []
    inductive = folder.name.endswith(_INDUCTIVE)
    return SplitGraph(
        name=folder.name,
        protocol="inductive" if inductive else "transductive",
        train=train,
        test=TripleSet.from_labels(valid + test if inductive else test),
        filters=() if inductive or not valid else (TripleSet.from_labels(valid),),
    )


def evaluated_folders(folders: Iterable[Path]) -> list[Path]:
    """Return the folders to evaluate in, each once, in order.

    A folder with a sibling of the same name and `_ind` stands for that unseen graph; one without a
    train part for its subfolders that have one. Raises FormatError where nothing is found.
    """
    found: dict[Path, None] = {}
    for folder in folders:
        if not folder.is_dir():
            raise FormatError(f"{folder}: there is no such folder.")
        inside = [folder] if has_part(folder, "train") else sorted(folder.iterdir())
        graphs = [one for one in inside if one.is_dir() and has_part(one, "train")]
        if not graphs:
            raise FormatError(f"{folder} holds no graph: train.txt or train.tsv is missing, gzipped or not.")
        for graph in graphs:
            unseen = graph.with_name(graph.name + _INDUCTIVE)
            found[unseen if has_part(unseen, "train") else graph] = None
    return list(found)


def line_count(folder: Path, parts: Iterable[str] = ("train", "valid", "test")) -> int:
    """Count the lines of a folder's parts without keeping any: at most so many triples are in it."""
    return sum(1 for part in parts if has_part(folder, part) for _ in _lines(folder, part))


def _lines(folder: Path, part: str) -> Iterator[str]:
    try:
        with _opened(folder, part) as lines:
            yield from lines
    except (UnicodeDecodeError, EOFError, gzip.BadGzipFile, zlib.error, tarfile.TarError) as error:
        raise FormatError(f"{folder}, {part}: the file is damaged or not UTF-8 text ({error}).") from error


def _opened(folder: Path, part: str) -> IO[str]:
    for name in _file_names(part):
        if (folder / name).exists():
            packed_name = name.endswith(".gz")
            return _text(gzip.open(folder / name) if packed_name else (folder / name).open("rb"))
    for archive in folder.glob("*.tar.gz"):
        with tarfile.open(archive) as packed:
            for name in _file_names(part):
                if name in packed.getnames():
                    member = packed.extractfile(name)
                    return _text(io.BytesIO(member.read() if member else b""))
    raise FormatError(f"{folder} holds no {part}.txt or {part}.tsv, gzipped or not.")


def _file_names(part: str) -> Iterator[str]:
    yield from (f"{part}{suffix}" for suffix in (".txt", ".txt.gz", ".tsv", ".tsv.gz"))


def _text(raw: IO[bytes] | gzip.GzipFile) -> IO[str]:
    return io.TextIOWrapper(raw, encoding="utf-8", newline="\n")
