"""Ranks written down as they are found, so that a long evaluation may be cut off and go on."""

from pathlib import Path

import numpy as np
from jaxtyping import Float, Int

from kgfm.errors import TrainingError


class RankJournal:
    """A small text file: its first line says whose ranks these are, each other line holds one query's two.

    Whoever opens it must give the same key: the hash of everything that the ranks follow from.
    """

    def __init__(self, path: Path, key: str) -> None:
        self.path, self.key = path, key

    def kept(self, queries: int) -> tuple[Float[np.ndarray, " kept"], Int[np.ndarray, " kept"]]:
        """Return the ranks of the first queries, as many as were found; none yet where there is no file.

        Raises TrainingError where the file belongs to other work.
        """
        if not self.path.exists():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_text(f"{self.key}\n", encoding="ascii")
        first, *lines = self.path.read_text(encoding="ascii", errors="replace").split("\n")
        if first != self.key:
            raise TrainingError(
                f"{self.path} holds the ranks of other work; remove it or choose another folder."
            )
        # What follows the last line break was cut off while it was written.
        whole = lines[:-1][:queries]
        self.path.write_text("".join(f"{line}\n" for line in (first, *whole)), encoding="ascii")
        pairs = [line.split() for line in whole]
        return (
            np.array([float(mean) for mean, _ in pairs], dtype=np.float64),
            np.array([int(worst) for _, worst in pairs], dtype=np.int64),
        )

    def add(self, mean: Float[np.ndarray, " queries"], worst: Int[np.ndarray, " queries"]) -> None:
        """Write down the ranks of the next queries."""
        with self.path.open("a", encoding="ascii") as file:
            file.writelines(f"{one} {two}\n" for one, two in zip(mean.tolist(), worst.tolist(), strict=True))

    def remove(self) -> None:
        """Take the file away: the evaluation is complete."""
        self.path.unlink(missing_ok=True)
