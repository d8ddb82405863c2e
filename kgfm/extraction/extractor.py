"""Documents -> document graphs: the extraction's one door."""

import hashlib
import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from kgfm.corpus.document import Document, Span
from kgfm.extraction.assembly import Weighed, assemble
from kgfm.extraction.config import ExtractionConfig
from kgfm.extraction.identities import topic_name
from kgfm.extraction.names import KnownNames, Name
from kgfm.extraction.pipeline import load_pipeline, parse
from kgfm.extraction.propositions import Proposition
from kgfm.extraction.reading import read
from kgfm.extraction.tree import sentences
from kgfm.extraction.windows import readable, windows
from kgfm.kg.statement import DocumentGraph, Entity

if TYPE_CHECKING:
    from kgfm.ontology.schema import Schema

log = logging.getLogger(__name__)

_DEFAULTS = ExtractionConfig()
_BATCH_CHARACTERS = 200_000  # of text parsed before spaCy's memory is freed


@dataclass(slots=True)
class _Reading:
    """What has been read of one document so far."""

    document: Document
    known: KnownNames
    names: list[Name] = field(default_factory=list)
    propositions: list[Proposition] = field(default_factory=list)
    sentences: int = 0


class Extractor:
    """Reads documents with spaCy and our clause rules. Not thread-safe; one for each process."""

    name = "clauses/1.1"

    def __init__(self, config: ExtractionConfig = _DEFAULTS, schema: "Schema | None" = None) -> None:
        self.config = config
        self.schema = schema
        settings = json.dumps(asdict(config), sort_keys=True) + _schema_key(schema)
        self._settings = hashlib.sha256(f"{self.name}\n{settings}".encode()).hexdigest()

    def fingerprint(self, document: Document) -> str:
        """Return a hash of the document's content, this extractor's version and its settings."""
        regions = "".join(f"{span.start}-{span.end};" for span in document.prose)
        said = f"{document.content_hash}\n{self._settings}\n{regions}"
        return hashlib.sha256(said.encode()).hexdigest()

    def extract(self, documents: Iterable[Document]) -> Iterator[DocumentGraph]:
        """Yield each document's graph, in order; documents are parsed in batches of 200,000 characters."""
        for reading in self._readings(documents):
            document = reading.document
            entities, weighed = assemble(
                document, reading.names, reading.propositions, self.name, self.schema
            )
            kept = tuple(
                each.statement for each in weighed if each.statement.confidence >= self.config.min_confidence
            )
            log.debug("%s: %d sentences, %d statements", document.id, reading.sentences, len(kept))
            yield DocumentGraph(
                id=document.id,
                title=document.title,
                source=document.source,
                origin=document.origin,
                content_hash=document.content_hash,
                fingerprint=self.fingerprint(document),
                text=document.text,
                sentences=reading.sentences,
                metadata=document.metadata,
                entities=entities,
                statements=kept,
            )

    def weigh(
        self, documents: Iterable[Document]
    ) -> Iterator[tuple[tuple[Entity, ...], tuple[Weighed, ...]]]:
        """Yield each document's entities and its statements with the evidence for them."""
        for reading in self._readings(documents):
            yield assemble(reading.document, reading.names, reading.propositions, self.name, self.schema)

    def _readings(self, documents: Iterable[Document]) -> Iterator[_Reading]:
        batch: list[tuple[_Reading, Span]] = []
        waiting: list[_Reading] = []
        size = 0
        for document in documents:
            reading = _Reading(document, KnownNames(tuple(topic_name(document.title).split())))
            waiting.append(reading)
            for window in windows(document, self.config.window_characters):
                batch.append((reading, window))
                size += window.end - window.start
                if size >= _BATCH_CHARACTERS:
                    self._parse(batch)
                    batch, size = [], 0
            if not batch:
                yield from waiting
                waiting = []
        self._parse(batch)
        yield from waiting

    def _parse(self, batch: list[tuple[_Reading, Span]]) -> None:
        if not batch:
            return
        texts = (readable(window.of(reading.document.text)) for reading, window in batch)
        with load_pipeline().memory_zone():
            for (reading, window), (parsed, starts) in zip(batch, parse(texts), strict=True):
                places = [window.start + start for start in starts]
                for sentence in sentences(parsed, places, reading.document.text):
                    sentence.number = reading.sentences
                    reading.sentences += 1
                    said = read(sentence, self.config.sentence_words, reading.known)
                    reading.names += said.ends.names
                    reading.propositions += said.found


def _schema_key(schema: "Schema | None") -> str:
    if schema is None:
        return ""
    return "\n".join(sorted(str(iri) for iri in (*schema.properties, *schema.classes)))
