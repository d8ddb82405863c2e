"""Search over a knowledge base's passages and entities, lexical and dense together.

In: a `SearchSource`. Out: `SearchResults`. The index is a cache in a folder beside the knowledge base:
built when first asked for, opened by memory map while the version stays, built anew when it changes
(only texts that are new are encoded again).
"""

import json
import logging
import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from kgfm.encoders.cache import CachedEncoder
from kgfm.encoders.text import TextEncoder, Vectors
from kgfm.errors import ConfigError
from kgfm.kg import IRI
from kgfm.qa.entities import NamedEntity
from kgfm.qa.hybrid import HybridIndex
from kgfm.qa.linking import EntityLinker
from kgfm.qa.mentions import MentionTable
from kgfm.qa.passages import Passage
from kgfm.qa.tables import load_table, save_table
from kgfm.qa.vocabulary import frequent_words

log = logging.getLogger(__name__)

_FORMAT: Final = 1  # of the files; another one is built anew
_ENCODED_AT_ONCE: Final = 1024  # texts between two reports of progress

Progress = Callable[[str, float, float | None], None]  # what is being done, how much, of how much


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchConfig:
    """How the search index is made."""

    # Up to so many texts have vectors of their own; beyond, the best lexical candidates are encoded
    # when a question comes. Ten thousand take about a minute on two cores, once.
    dense_limit: int = 10_000
    words: int = 6_000  # most frequent content words that have vectors, to tell which mean the same

    def __post_init__(self) -> None:
        if self.dense_limit < 0:
            raise ConfigError(f"search.dense_limit is {self.dense_limit}; it must be 0 or more.")
        if self.words < 0:
            raise ConfigError(f"search.words is {self.words}; it must be 0 or more.")


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A sentence that fits the query: characters `start` to `end` (exclusive) of the document's text."""

    score: float  # relative to the best possible one of this query, 1
    document: str  # its id
    title: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class FoundEntity:
    """An entity whose names fit the query."""

    score: float  # as for passages
    term: IRI
    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class SearchResults:
    """What a search found, best first."""

    entities: tuple[FoundEntity, ...]
    passages: tuple[FoundPassage, ...]


class SearchSource(Protocol):
    """What the index is built from."""

    @property
    def version(self) -> str:
        """Differs whenever the passages or entities may differ."""
        ...

    def passages(self) -> Iterable[Passage]:
        """Yield all sentences of all documents, in a fixed order."""
        ...

    def entities(self) -> Iterable[NamedEntity]:
        """Yield all entities, in a fixed order."""
        ...


class SearchIndex:
    """Passages and entities, searchable; made by `SearchIndex.open`."""

    def __init__(
        self,
        passages: Sequence[Passage],
        entities: Sequence[NamedEntity],
        passage_index: HybridIndex,
        entity_index: HybridIndex,
        mentions: MentionTable,
        words: tuple[Sequence[str], Vectors],
        encoder: TextEncoder,
    ) -> None:
        self.passages = passages
        self.entities = entities
        self.mentions = mentions
        self.words = words  # frequent content words of the passages, and their vectors [words, channels]
        self.encoder = encoder
        self._passage_index = passage_index
        self._entity_index = entity_index

    @classmethod
    def open(
        cls,
        source: SearchSource,
        encoder: TextEncoder,
        folder: Path | None = None,
        config: SearchConfig | None = None,
        progress: Progress = lambda *_: None,
    ) -> "SearchIndex":
        """Open the index in `folder`, or build it (in memory where there is no folder)."""
        config = config or SearchConfig()
        key = {
            "format": _FORMAT,
            "version": source.version,
            "encoder": encoder.name,
            "limits": [config.dense_limit, config.words],
        }
        place = folder / "search" if folder else None
        if place and (opened := _opened(place, key, encoder)):
            return opened
        built = _built(source, encoder, folder, config, progress)
        if place:
            try:
                _save(built, place, key)
            except OSError as error:  # it may be read only, or the disk full
                log.warning("the search index cannot be kept (%s); it is built again each time", error)
        return built

    def search(self, text: str, count: int = 10) -> SearchResults:
        """Return the `count` best entities and passages for `text`. An empty text finds nothing."""
        if not text.strip() or count < 1:
            return SearchResults((), ())
        vector = self.encoder.encode([text])[0]
        entities = self._entity_index.search(
            text, vector, count, self.encoder, lambda number: self.entities[number].label
        )
        named = [(self.entities[number], score) for number, score in entities]
        found = [(self.passages[number], score) for number, score in self.passages_for(text, vector, count)]
        return SearchResults(
            tuple(FoundEntity(score, entity.iri, entity.label, entity.kind) for entity, score in named),
            tuple(
                FoundPassage(score, one.document, one.title, one.start, one.end, one.text)
                for one, score in found
            ),
        )

    def passages_for(self, text: str, vector: Vectors, count: int) -> list[tuple[int, float]]:
        """Return (number, score) of the best passages for a text whose vector [channels] is known."""
        return self._passage_index.search(
            text, vector, count, self.encoder, lambda number: self.passages[number].in_context
        )

    def weight(self, word: str) -> float:
        """Return how much a folded word tells, in (0, 1]: 1 for one that a thousandth of the passages use."""
        return self._passage_index.weight(word)

    def passage_similarities(self, vector: Vectors, numbers: Sequence[int]) -> list[float]:
        """Return the cosines of these passages with a vector [channels]; 0 where no vectors are kept."""
        vectors = self._passage_index.vectors
        if vectors is None or not numbers:
            return [0.0] * len(numbers)
        return [float(cosine) for cosine in vectors[list(numbers)] @ vector]


def _built(
    source: SearchSource,
    encoder: TextEncoder,
    folder: Path | None,
    config: SearchConfig,
    progress: Progress,
) -> SearchIndex:
    passages, entities = tuple(source.passages()), tuple(source.entities())
    texts = [passage.in_context for passage in passages]
    names = [" ; ".join(entity.names) for entity in entities]
    dense_texts = texts if len(texts) <= config.dense_limit else []
    dense_names = [entity.label for entity in entities] if len(entities) <= config.dense_limit else []
    words = frequent_words((passage.text for passage in passages), config.words)
    cached = CachedEncoder(encoder, folder)
    wanted = [*dense_texts, *dense_names, *words]
    for start in range(0, len(wanted), _ENCODED_AT_ONCE):
        progress("encoding", start, len(wanted))
        cached.encode(wanted[start : start + _ENCODED_AT_ONCE])
    cached.save(keep=wanted)
    log.info("indexed %d passages and %d entities", len(passages), len(entities))
    return SearchIndex(
        passages,
        entities,
        HybridIndex.build(texts, cached.encode(dense_texts) if len(dense_texts) == len(texts) else None),
        HybridIndex.build(names, cached.encode(dense_names) if len(dense_names) == len(names) else None),
        MentionTable.build(passages, EntityLinker(entities), len(entities)),
        (words, cached.encode(words)),
        encoder,
    )


def _save(index: SearchIndex, place: Path, key: dict[str, object]) -> None:
    """Write aside and move into place, so that no half-written index is ever opened."""
    aside = place.with_name(f"search.{os.getpid()}.tmp")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    save_table(index.passages, aside / "passages")
    (aside / "entities.json").write_text(
        json.dumps(
            [
                [item.iri.value, item.kind, item.mentions, item.label, *item.alt_labels]
                for item in index.entities
            ]
        )
    )
    index._passage_index.save(aside / "passage_index")
    index._entity_index.save(aside / "entity_index")
    index.mentions.save(aside / "mentions.npy")
    (aside / "words.json").write_text(json.dumps(list(index.words[0])))
    np.save(aside / "words.npy", index.words[1])
    (aside / "key.json").write_text(json.dumps(key))
    shutil.rmtree(place, ignore_errors=True)
    aside.replace(place)


def _opened(place: Path, key: dict[str, object], encoder: TextEncoder) -> SearchIndex | None:
    try:
        if json.loads((place / "key.json").read_text()) != key:
            return None
        entities = tuple(
            NamedEntity(IRI(iri), kind, label, tuple(others), mentions)
            for iri, kind, mentions, label, *others in json.loads((place / "entities.json").read_text())
        )
        return SearchIndex(
            load_table(place / "passages"),
            entities,
            HybridIndex.load(place / "passage_index"),
            HybridIndex.load(place / "entity_index"),
            MentionTable.load(place / "mentions.npy"),
            (json.loads((place / "words.json").read_text()), np.load(place / "words.npy")),
            encoder,
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
        log.warning("%s cannot be read (%s); it is built anew", place, error)
        return None
