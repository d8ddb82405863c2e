"""Passages on disk, read one at a time by memory map."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import overload

import numpy as np
import numpy.typing as npt

from kgfm.qa.passages import Passage


class PassageTable(Sequence[Passage]):
    """Passages by number; `rows` [passages, 5] int64: document, start, end, and where its text lies."""

    def __init__(
        self, documents: list[list[str]], rows: npt.NDArray[np.int64], text: npt.NDArray[np.uint8]
    ) -> None:
        self._documents = documents
        self._rows = rows
        self._text = text

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, number: int) -> Passage: ...
    @overload
    def __getitem__(self, number: slice) -> tuple[Passage, ...]: ...
    def __getitem__(self, number: int | slice) -> Passage | tuple[Passage, ...]:
        if isinstance(number, slice):
            return tuple(self[place] for place in range(*number.indices(len(self))))
        document, start, end, text_start, text_end = map(int, self._rows[number])
        text = bytes(self._text[text_start:text_end]).decode(errors="surrogatepass")
        identifier, title = self._documents[document]
        return Passage(identifier, title, start, end, text)

    def __iter__(self) -> Iterator[Passage]:
        return (self[number] for number in range(len(self)))


def save_table(passages: Sequence[Passage], folder: Path) -> None:
    """Write passages into a new folder."""
    folder.mkdir(parents=True)
    documents: dict[tuple[str, str], int] = {}
    rows, texts, position = [], [], 0
    for passage in passages:
        number = documents.setdefault((passage.document, passage.title), len(documents))
        texts.append(passage.text.encode(errors="surrogatepass"))
        rows.append((number, passage.start, passage.end, position, position + len(texts[-1])))
        position += len(texts[-1])
    np.save(folder / "rows.npy", np.array(rows, dtype=np.int64).reshape(-1, 5))
    # One byte more: an empty file cannot be mapped.
    np.save(folder / "text.npy", np.frombuffer(b"".join(texts) + b"\n", dtype=np.uint8))
    (folder / "documents.json").write_text(json.dumps(list(documents)))


def load_table(folder: Path) -> PassageTable:
    """Open what `save_table` wrote. Raises OSError or ValueError where it is damaged."""
    rows = np.load(folder / "rows.npy", mmap_mode="r" if (folder / "rows.npy").stat().st_size > 128 else None)
    text = np.load(folder / "text.npy", mmap_mode="r")
    return PassageTable(json.loads((folder / "documents.json").read_text()), rows, text)
