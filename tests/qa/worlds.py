"""Small encoders and sources that the tests of this room share."""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from kgfm.encoders.text import Vectors
from kgfm.kg.namespaces import entity_iri
from kgfm.qa.entities import NamedEntity
from kgfm.qa.passages import Passage, passages
from kgfm.qa.words import content_stems


class BagEncoder:
    """Hashed bags of stems: like texts have like vectors, without any model."""

    name = "bag"
    channels = 64

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.encoded.extend(texts)
        vectors = np.full((len(texts), self.channels), 1e-3, dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in content_stems(text):
                row[zlib.crc32(word.encode()) % self.channels] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)  # type: ignore[no-any-return]


@dataclass
class TextSource:
    """Documents by id, each its text; entities by label."""

    texts: dict[str, str]
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def version(self) -> str:
        return repr((sorted(self.texts.items()), sorted(self.names.items())))

    def passages(self) -> Iterable[Passage]:
        for document, text in sorted(self.texts.items()):
            yield from passages(document, document.title(), text)

    def entities(self) -> Iterable[NamedEntity]:
        for label, others in sorted(self.names.items()):
            yield NamedEntity(entity_iri("person", label), "person", label, others)
