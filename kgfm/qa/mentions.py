"""Which passages mention which entities: two sparse tables, opened by memory map."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kgfm.qa.linking import EntityLinker
from kgfm.qa.passages import Passage

_READINGS = 3  # entities taken for one ambiguous name


class MentionTable:
    """`passages[starts[e] : starts[e + 1]]` are the numbers of the passages that name entity e, in order."""

    def __init__(self, starts: npt.NDArray[np.int64], passages: npt.NDArray[np.int32]) -> None:
        self._starts = starts
        self._passages = passages

    @classmethod
    def build(cls, passages: Iterable[Passage], linker: EntityLinker, entities: int) -> "MentionTable":
        """Link every passage by the dictionary of names."""
        pairs = sorted(
            {
                (candidate.number, number)
                for number, passage in enumerate(passages)
                for link in linker.links(passage.text)
                for candidate in link.candidates[:_READINGS]
            }
        )
        owners = np.array([owner for owner, _ in pairs], dtype=np.int64)
        starts = np.searchsorted(owners, np.arange(entities + 1))
        return cls(starts.astype(np.int64), np.array([number for _, number in pairs], dtype=np.int32))

    def of(self, entity: int) -> Sequence[int]:
        """Return the numbers of the passages that name an entity."""
        found: list[int] = self._passages[self._starts[entity] : self._starts[entity + 1]].tolist()
        return found

    def save(self, file: Path) -> None:
        """Write both tables as one array: its first element is the length of `starts`."""
        np.save(file, np.concatenate([[len(self._starts)], self._starts, self._passages]).astype(np.int64))

    @classmethod
    def load(cls, file: Path) -> "MentionTable":
        """Open what `save` wrote. Raises OSError or ValueError where it is damaged."""
        both = np.load(file, mmap_mode="r")
        return cls(both[1 : 1 + both[0]], both[1 + both[0] :])
