"""The names of graphs and predicates that a knowledge base is written with; `base.py` says what they mean."""

import hashlib
from typing import Final

from kgfm.kg import IRI, Modality, Polarity
from kgfm.kg.namespaces import DCTERMS, DOCUMENT, KGFM, RDF, STATEMENT

META: Final = IRI(KGFM + "meta")
MERGES: Final = IRI(KGFM + "merges")
ONTOLOGY: Final = IRI(KGFM + "ontology")
LABEL_KEYS: Final = IRI(KGFM + "labels")
EDITS: Final = IRI(KGFM + "edits")
# Graphs that vouch for nothing: their triples never enter the default graph.
BOOKKEEPING_GRAPHS: Final = frozenset({META, MERGES, ONTOLOGY, LABEL_KEYS})

ONTOLOGIES: Final = KGFM + "ontology:"  # begins the names of imported ontologies' graphs, which do neither
SUPPORT: Final = KGFM + "support:"
BLANK: Final = KGFM + "blank:"
SOURCE: Final = KGFM + "source:"

DOCUMENT_CLASS: Final = IRI(KGFM + "Document")
IDENTIFIER: Final = IRI(DCTERMS + "identifier")
TITLE: Final = IRI(DCTERMS + "title")
SOURCE_NAME: Final = IRI(DCTERMS + "source")
ORIGIN: Final = IRI(KGFM + "origin")
CONTENT_HASH: Final = IRI(KGFM + "contentHash")
FINGERPRINT: Final = IRI(KGFM + "fingerprint")
TEXT: Final = IRI(KGFM + "text")
METADATA: Final = IRI(KGFM + "metadata")
SENTENCE_COUNT: Final = IRI(KGFM + "sentenceCount")
STATEMENT_COUNT: Final = IRI(KGFM + "statementCount")
ENTITY_COUNT: Final = IRI(KGFM + "entityCount")
MENTIONS: Final = IRI(KGFM + "mentions")

STATEMENT_CLASS: Final = IRI(KGFM + "Statement")
SUBJECT: Final = IRI(RDF + "subject")
PREDICATE: Final = IRI(RDF + "predicate")
OBJECT: Final = IRI(RDF + "object")
POLARITY: Final = IRI(KGFM + "polarity")
MODALITY: Final = IRI(KGFM + "modality")
RAW_CONFIDENCE: Final = IRI(KGFM + "rawConfidence")
CONFIDENCE: Final = IRI(KGFM + "confidence")
HAS_SUPPORT: Final = IRI(KGFM + "support")

SUPPORT_CLASS: Final = IRI(KGFM + "Support")
EXTRACTOR: Final = IRI(KGFM + "extractor")
# Predicate -> the field of kg.Support that it writes.
OFFSETS: Final = {
    IRI(KGFM + "start"): "start",
    IRI(KGFM + "end"): "end",
    IRI(KGFM + "subjectStart"): "subject_start",
    IRI(KGFM + "subjectEnd"): "subject_end",
    IRI(KGFM + "objectStart"): "object_start",
    IRI(KGFM + "objectEnd"): "object_end",
}

MERGED_INTO: Final = IRI(KGFM + "mergedInto")
MERGE_REASON: Final = IRI(KGFM + "mergeReason")
KEPT_APART_FROM: Final = IRI(KGFM + "keptApartFrom")
LABEL_KEY: Final = IRI(KGFM + "labelKey")

KB_ID: Final = IRI(KGFM + "id")
STORE_VERSION: Final = IRI(KGFM + "storeVersion")
RESOLUTION_PENDING: Final = IRI(KGFM + "resolutionPending")
IMPORTING: Final = IRI(KGFM + "importing")
LAST_WRITE: Final = IRI(KGFM + "lastWrite")  # the mark of the write before, where writers share a server

POLARITIES: Final = {polarity: IRI(KGFM + polarity.value) for polarity in Polarity}
MODALITIES: Final = {modality: IRI(KGFM + modality.value) for modality in Modality}


def is_support_graph(graph: IRI) -> bool:
    """Whether the triples of a named graph are vouched for by a document, an import or an edit."""
    return graph not in BOOKKEEPING_GRAPHS and not is_ontology_graph(graph)


def is_ontology_graph(graph: IRI) -> bool:
    """Whether a named graph holds the axioms of an imported ontology."""
    return graph.value.startswith(ONTOLOGIES)


def is_document_graph(graph: IRI) -> bool:
    """Whether a named graph holds what one document says."""
    return graph.value.startswith(DOCUMENT)


def is_bookkeeping(subject: str, predicate: IRI) -> bool:
    """Whether a triple of a document's graph is about the document, a statement or a support.

    All others are plain triples: they say something of an entity.
    """
    return subject.startswith((DOCUMENT, STATEMENT, SUPPORT)) or predicate == MENTIONS


def support_iri(document: str, statement: IRI, place: str) -> IRI:
    """Name one support of one statement in one document; `place` spells its offsets and extractor."""
    said = f"{document}\n{statement}\n{place}"
    return IRI(SUPPORT + hashlib.sha256(said.encode(errors="surrogatepass")).hexdigest()[:32])


def blank_iri(graph: IRI, label: str) -> IRI:
    """Name a blank node of an imported file: stores cannot take back what has no name.

    Source: RDF 1.1 Concepts, section 3.5 (skolemization).
    """
    return IRI(f"{BLANK}{hashlib.sha256(graph.value.encode()).hexdigest()[:16]}:{label}")


def label_key(label: str) -> str:
    """What two labels share that differ only in case or white space."""
    return " ".join(label.split()).casefold()
