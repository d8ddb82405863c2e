"""Which words mean nearly the same: by stem, by the schema's aliases, by vectors.

"wedding" meets "married" because both name the property "spouse", or because their vectors are near.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from kgfm.encoders.text import Vectors
from kgfm.extraction.pipeline import lemma
from kgfm.qa.kin import is_reverse
from kgfm.qa.thesaurus import kinship_by_groups
from kgfm.qa.words import FUNCTION_WORDS, content_stems, stem, words

_FAMILY: Final = 5  # letters that words of one family share at least
_MOST_ALIASES: Final = 8  # a property that goes by more names is too general for these to mean the same
_ALIAS_KINSHIP: Final = 0.8
_FAMILY_KINSHIP: Final = 0.9
_REVERSE_KINSHIP: Final = 0.75
_VECTOR_KINSHIP: Final = 0.7  # vectors put opposites near each other as well
_NEAR, _FAR = 0.8, 0.45  # cosine of single words: at the first they are akin, at the second not at all


class Vocabulary:
    """Content words of the passages with vectors [words, channels], and the schema's synonyms."""

    def __init__(self, known: Sequence[str], vectors: Vectors, names: Mapping[str, Sequence[str]]) -> None:
        self.words = tuple(known)
        self._row = {word: row for row, word in enumerate(known)}
        self._vectors = np.asarray(vectors)  # rows of a memory map are slow to take
        self._learnt: dict[str, Vectors] = {}
        self._properties = _properties_of_stems(names)
        self.kinship = lru_cache(maxsize=200_000)(self._kinship)

    def vector(self, word: str) -> Vectors | None:
        """Return a known word's vector [channels]."""
        row = self._row.get(word)
        return self._learnt.get(word) if row is None else self._vectors[row]

    def learn(self, word: str, vector: Vectors) -> None:
        """Remember the vector [channels] of a word that the passages do not use."""
        self._learnt[word] = vector

    def _kinship(self, one: str, other: str) -> float:
        """Return how near two folded words are in meaning, in [0, 1]; 1 is the same stem."""
        first, second = stems_of(one), stems_of(other)
        if first & second:
            return 1.0
        best = max((_pair_kinship(left, right) for left in first for right in second), default=0.0)
        if any(self._properties_of(left) & self._properties_of(right) for left in first for right in second):
            best = max(best, _ALIAS_KINSHIP)
        left, right = self.vector(one), self.vector(other)
        if left is not None and right is not None:
            cosine = float(np.dot(left, right))
            best = max(best, _VECTOR_KINSHIP * min(max((cosine - _FAR) / (_NEAR - _FAR), 0), 1))
        return best

    def _properties_of(self, stemmed: str) -> frozenset[str]:
        return self._properties.get(stemmed, frozenset())


@lru_cache(maxsize=65536)
def stems_of(word: str) -> frozenset[str]:
    """Return the stems of a word and of the verb that it may be a form of: "hid" is "hide"."""
    return frozenset(stem(form) for form in (word, lemma(word, "VBD"), lemma(word, "VBN")))


def _pair_kinship(first: str, second: str) -> float:
    if same_family(first, second):
        return _FAMILY_KINSHIP
    if is_reverse(first, second):
        return _REVERSE_KINSHIP
    return kinship_by_groups(first, second)


def same_family(first: str, second: str) -> bool:
    """Whether two stems are one word with different endings: discoverer, discovery."""
    shortest = min(len(first), len(second))
    shared = next((i for i in range(shortest) if first[i] != second[i]), shortest)
    return shared >= _FAMILY and shared >= 0.65 * max(len(first), len(second))


def frequent_words(texts: Iterable[str], limit: int) -> list[str]:
    """Return the `limit` most frequent content words, folded; ties in alphabetical order."""
    counts = Counter(word for text in texts for word in words(text) if word.isalpha() and len(word) > 2)
    kept = [word for word in counts if word not in FUNCTION_WORDS]
    return sorted(kept, key=lambda word: (-counts[word], word))[:limit]


def _properties_of_stems(names: Mapping[str, Sequence[str]]) -> dict[str, frozenset[str]]:
    """Map each stem to the properties that are called so in one word, particles aside."""
    found: dict[str, set[str]] = defaultdict(set)
    for property_, aliases in names.items():
        for alias in aliases:
            stems = content_stems(alias)
            if len(stems) == 1 and len(aliases) <= _MOST_ALIASES:
                found[stems[0]].add(property_)
    return {stem_: frozenset(properties) for stem_, properties in found.items()}
