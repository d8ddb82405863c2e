"""What a document says: statements with confidence and the sentences that carry them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kgfm.kg.namespaces import KGFM, STATEMENT
from kgfm.kg.terms import IRI, Literal, Term, Triple


class Polarity(StrEnum):
    """Whether the text affirms or denies."""

    AFFIRMED = "affirmed"
    NEGATED = "negated"


class Modality(StrEnum):
    """Whether the text commits itself ("was") or not ("may have been", "is said to have been")."""

    ASSERTED = "asserted"
    HEDGED = "hedged"


@dataclass(frozen=True, slots=True)
class Support:
    """One place that says it. Offsets are characters of the document's text, end exclusive.

    `subject_*` and `object_*` span the mentions as written ("she"), wherever these lie;
    `start` and `end` span the whole sentence.
    """

    start: int
    end: int
    subject_start: int
    subject_end: int
    object_start: int
    object_end: int
    extractor: str  # name and version, such as "clauses/1.0"


class QualifierKind(StrEnum):
    """What a qualifier says of its statement."""

    TIME = "time"  # when it held or happened, no finer said
    START = "start"
    END = "end"
    PLACE = "place"
    QUANTITY = "quantity"

    @property
    def iri(self) -> IRI:
        """The predicate that writes it, such as `urn:kgfm:qualifierTime`."""
        return IRI(f"{KGFM}qualifier{self.value.title()}")


@dataclass(frozen=True, slots=True)
class Qualifier:
    """A time, place or quantity that holds of the statement, not of its subject."""

    kind: QualifierKind
    value: IRI | Literal


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that one document says, once, with every sentence of it that says so.

    `confidence` is calibrated: of statements with .8, about 80 % are right; `raw_confidence` is the
    extractor's own score. Both lie in [0, 1]. Only an affirmed, asserted statement becomes a triple.
    """

    subject: IRI
    predicate: IRI
    object: IRI | Literal
    polarity: Polarity
    modality: Modality
    raw_confidence: float
    confidence: float
    supports: tuple[Support, ...]
    qualifiers: tuple[Qualifier, ...] = ()

    @property
    def triple(self) -> Triple:
        """The statement without its circumstances."""
        return Triple(self.subject, self.predicate, self.object)

    @property
    def holds(self) -> bool:
        """Whether the document vouches for it: affirmed and asserted."""
        return self.polarity is Polarity.AFFIRMED and self.modality is Modality.ASSERTED

    @property
    def iri(self) -> IRI:
        """The statement's name: the same in every document that says the same of the same names."""
        return statement_iri(self.subject, self.predicate, self.object, self.polarity, self.modality)


def statement_iri(
    subject: IRI,
    predicate: IRI,
    object_: Term,
    polarity: Polarity = Polarity.AFFIRMED,
    modality: Modality = Modality.ASSERTED,
) -> IRI:
    """Hash what is said; documents, sentences and confidences stay out of it."""
    said = f"{subject} {predicate} {object_} {polarity} {modality}"
    return IRI(STATEMENT + hashlib.sha256(said.encode()).hexdigest()[:32])


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity as one document knows it. `iri` names it by kind and its fullest name there."""

    iri: IRI
    kind: str  # a key of namespaces.ENTITY_CLASSES
    label: str
    alt_labels: tuple[str, ...] = ()  # other names that the document gives it; never pronouns
    mentions: int = 1  # how often the document mentions it by name


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentGraph:
    """All that one document contributes; enters or leaves a store whole.

    `entities` and `statements` are sorted, so that equal documents give equal graphs.
    """

    id: str
    title: str
    source: str  # path or name of what it was read from, as the user gave it
    origin: str  # the SOURCE argument under which it was found
    content_hash: str  # SHA-256 of the text, hex
    fingerprint: str  # content hash, extractor version and settings: equal means nothing to do
    text: str
    sentences: int = 0  # how many were read
    metadata: Mapping[str, str] = field(default_factory=dict)
    entities: tuple[Entity, ...] = ()
    statements: tuple[Statement, ...] = ()
