"""How entities are called: over all documents, and where they have no label."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kgfm.kg import IRI, Entity, Literal, Term
from kgfm.kg.namespaces import ENTITY_CLASSES, relation_iri
from kgfm.stores.layout import label_key
from kgfm.stores.quad_source import QuadSource

_NAMES = """
SELECT ?entity ?class ?label (SUM(?count) AS ?mentions) (COUNT(*) AS ?documents) WHERE { GRAPH ?graph {
  ?entity kgfm:mentions ?count ; a ?class ; rdfs:label ?label . } } GROUP BY ?entity ?class ?label"""
_OTHER_NAMES = """
SELECT DISTINCT ?entity ?name WHERE {
  GRAPH ?graph { ?entity kgfm:mentions ?count ; skos:altLabel ?name . } }"""
_KINDS = {iri: kind for kind, iri in ENTITY_CLASSES.items()}


def entity_names(quads: QuadSource) -> Iterator[Entity]:
    """Yield each entity as all documents together name it, before merges, in the order of IRIs."""
    names = (
        Naming(entity, _KINDS[class_], label.value, int(count.value), int(documents.value))
        for entity, class_, label, count, documents in quads.rows(_NAMES)
        if isinstance(entity, IRI) and isinstance(class_, IRI) and class_ in _KINDS
        if label and count and documents
    )
    others = (
        (entity, name.value) for entity, name in quads.rows(_OTHER_NAMES) if isinstance(entity, IRI) and name
    )
    return joined(names, others)


class Naming(NamedTuple):
    """What some documents together say of an entity."""

    entity: IRI
    kind: str
    label: str
    mentions: int
    documents: int  # how many give it this kind and label


def joined(namings: Iterable[Naming], alt_labels: Iterable[tuple[IRI, str]]) -> Iterator[Entity]:
    """Yield each entity as all namings together have it, in the order of IRIs."""
    kinds: dict[IRI, str] = {}
    mentions: Counter[IRI] = Counter()
    labels: dict[IRI, Counter[str]] = defaultdict(Counter)
    for entity, kind, label, count, documents in namings:
        kinds[entity] = kind
        labels[entity][label] += documents
        mentions[entity] += count
    others: dict[IRI, set[str]] = defaultdict(set)
    for entity, name in alt_labels:
        others[entity].add(name)
    for entity in sorted(kinds):
        # Most documents first; of equally common labels the first in the alphabet.
        best = min(labels[entity].items(), key=lambda item: (-item[1], item[0]))[0]
        names = (others[entity] | labels[entity].keys()) - {best}
        yield Entity(entity, kinds[entity], best, tuple(sorted(names)), mentions[entity])


def label_order(label: Term) -> tuple[bool, str]:
    """The key by which labels of one kind are sorted: English and unmarked ones first."""
    language = label.language if isinstance(label, Literal) else ""
    return language.partition("-")[0] not in ("", "en"), label.value


def relation_named(phrase: str) -> IRI:
    """Return the relation that would bear this phrase as its name."""
    return relation_iri(label_key(phrase))
