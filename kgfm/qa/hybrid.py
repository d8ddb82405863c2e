"""One searchable list of texts: BM25 and vectors, fused.

Sources: Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond";
Lù 2024, "BM25S", arXiv:2407.03618 (the sparse scores kept on disk).
"""

import json
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import bm25s
import numpy as np
import numpy.typing as npt

from kgfm.encoders.text import TextEncoder, Vectors
from kgfm.qa.words import content_stems

logging.getLogger("bm25s").setLevel(logging.WARNING)  # it turns debugging on when it is imported

# Measured on the training halves of MuSiQue, HotpotQA and 2WikiMultihopQA: the share of .3 finds
# more gold paragraphs than reciprocal ranks (k of 10 or 60) and than shares of .5 or .7.
LEXICAL_SHARE: Final = 0.3
_CANDIDATES: Final = 48  # texts that are encoded at question time where vectors are not kept

Scores = npt.NDArray[np.float32]


class HybridIndex:
    """Texts by number, ranked for a query by `LEXICAL_SHARE` of BM25 and the rest of cosine.

    Either score is divided by the best of its kind for the query, so a fused score lies in [-1, 1].
    Where `vectors` is None the best lexical candidates alone are encoded, when the query comes.
    """

    def __init__(self, size: int, lexical: bm25s.BM25 | None, vectors: Vectors | None) -> None:
        self.size = size
        self._lexical = lexical
        self.vectors = vectors

    @classmethod
    def build(cls, texts: Sequence[str], vectors: Vectors | None) -> "HybridIndex":
        """Index `texts`; `vectors` [texts, channels] are theirs, of unit length."""
        tokens = [content_stems(text) for text in texts]
        lexical = None
        if any(tokens):
            lexical = bm25s.BM25(backend="numpy")
            lexical.index(tokens, show_progress=False)
        return cls(len(texts), lexical, vectors)

    def save(self, folder: Path) -> None:
        """Write the index into a new folder."""
        folder.mkdir(parents=True)
        (folder / "index.json").write_text(
            json.dumps({"size": self.size, "lexical": self._lexical is not None})
        )
        if self._lexical is not None:
            self._lexical.save(folder / "bm25", show_progress=False)
        if self.vectors is not None:
            np.save(folder / "vectors.npy", self.vectors)

    @classmethod
    def load(cls, folder: Path) -> "HybridIndex":
        """Open what `save` wrote by memory map. Raises OSError or ValueError where it is damaged."""
        head = json.loads((folder / "index.json").read_text())
        lexical = None
        if head["lexical"]:
            lexical = bm25s.BM25.load(folder / "bm25", mmap=True, show_progress=False)
        file = folder / "vectors.npy"
        vectors = np.load(file, mmap_mode="r") if file.exists() else None
        return cls(head["size"], lexical, vectors)

    def lexical_scores(self, query: str) -> Scores:
        """Return the BM25 scores [texts] of a query, 0 where no word is shared."""
        known = [] if self._lexical is None else self._lexical.get_tokens_ids(content_stems(query))
        if self._lexical is None or not known:
            return np.zeros(self.size, dtype=np.float32)
        return np.asarray(self._lexical.get_scores_from_ids(known), dtype=np.float32)

    def weight(self, word: str) -> float:
        """Return how much a folded word tells, in (0, 1], by the share of the texts that use it.

        1 for at most one of a thousand texts, and for a word that none uses.
        """
        if self._lexical is None:
            return 1.0
        scores = self.lexical_scores(word)
        used = max(int(np.count_nonzero(scores)), 1)
        return float(min(max(-np.log10(used / max(self.size, 1)) / 3, 0.1), 1.0))

    def search(
        self,
        query: str,
        query_vector: Vectors,
        count: int,
        encoder: TextEncoder,
        text_of: Callable[[int], str],
    ) -> list[tuple[int, float]]:
        """Return at most `count` (number, fused score), best first; ties in the texts' order."""
        lexical = self.lexical_scores(query)
        if self.vectors is not None:
            chosen = np.arange(self.size)
            dense = np.asarray(self.vectors @ query_vector, dtype=np.float32)
        else:
            chosen = np.sort(np.argsort(-lexical, kind="stable")[: max(count, _CANDIDATES)])
            chosen = chosen[lexical[chosen] > 0]
            dense = encoder.encode([text_of(int(number)) for number in chosen]) @ query_vector
        fused = LEXICAL_SHARE * _relative(lexical[chosen]) + (1 - LEXICAL_SHARE) * _relative(dense)
        best = np.argsort(-fused, kind="stable")[:count]
        return [(int(chosen[place]), float(fused[place])) for place in best]


def _relative(scores: Scores) -> Scores:
    best = float(scores.max(initial=0))
    return scores / best if best > 0 else np.zeros_like(scores)
