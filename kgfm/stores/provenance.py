"""A document's graph as triples, and back; `base.py` documents the layout."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, replace

from kgfm.errors import StoreError
from kgfm.kg import (
    IRI,
    BlankNode,
    DocumentGraph,
    Entity,
    Literal,
    Modality,
    Polarity,
    Qualifier,
    QualifierKind,
    Statement,
    Support,
    Term,
    Triple,
)
from kgfm.kg.namespaces import ALT_LABEL, ENTITY_CLASSES, LABEL, TYPE, XSD, document_iri
from kgfm.stores import layout

Node = IRI | BlankNode
Properties = Mapping[IRI, Sequence[Term]]

_KINDS = {iri: kind for kind, iri in ENTITY_CLASSES.items()}
_QUALIFIERS = {kind.iri: kind for kind in QualifierKind}
_POLARITIES = {iri: polarity for polarity, iri in layout.POLARITIES.items()}
_MODALITIES = {iri: modality for modality, iri in layout.MODALITIES.items()}


def in_order(graph: DocumentGraph) -> DocumentGraph:
    """Return the graph with its entities, statements, supports and qualifiers sorted, each once.

    Statements of one name become one: all their supports, the highest confidence.
    """
    statements: dict[IRI, Statement] = {}
    for statement in graph.statements:
        twin = statements.get(statement.iri)
        statements[statement.iri] = _sorted_statement(_joined(twin, statement) if twin else statement)
    return replace(
        graph,
        metadata=dict(graph.metadata),
        entities=tuple(
            replace(entity, alt_labels=tuple(sorted(set(entity.alt_labels))))
            for entity in sorted(graph.entities, key=lambda entity: entity.iri)
        ),
        statements=tuple(sorted(statements.values(), key=statement_order)),
    )


def statement_order(statement: Statement) -> tuple[str, str, str, str, str]:
    """The key by which statements are sorted."""
    return (
        str(statement.subject),
        str(statement.predicate),
        str(statement.object),
        statement.polarity,
        statement.modality,
    )


def _joined(one: Statement, other: Statement) -> Statement:
    return replace(
        one,
        raw_confidence=max(one.raw_confidence, other.raw_confidence),
        confidence=max(one.confidence, other.confidence),
        supports=one.supports + other.supports,
        qualifiers=one.qualifiers + other.qualifiers,
    )


def _sorted_statement(statement: Statement) -> Statement:
    return replace(
        statement,
        supports=tuple(sorted(set(statement.supports), key=astuple)),
        qualifiers=tuple(sorted(set(statement.qualifiers), key=lambda one: (one.kind, str(one.value)))),
    )


def claims(graph: DocumentGraph) -> set[Triple]:
    """Return the triples that the document vouches for, with the names that it uses itself."""
    held = {statement.triple for statement in graph.statements if statement.holds}
    return held | {triple for entity in graph.entities for triple in _entity_triples(entity)}


def encode(graph: DocumentGraph) -> Iterator[Triple]:
    """Yield the triples of a document's named graph."""
    node = document_iri(graph.id)
    yield Triple(node, TYPE, layout.DOCUMENT_CLASS)
    for predicate, value in _document_texts(graph).items():
        yield Triple(node, predicate, Literal(value))
    yield Triple(node, layout.SENTENCE_COUNT, _integer(graph.sentences))
    yield Triple(node, layout.STATEMENT_COUNT, _integer(len(graph.statements)))
    yield Triple(node, layout.ENTITY_COUNT, _integer(len(graph.entities)))
    for entity in graph.entities:
        yield from _entity_triples(entity)
        yield Triple(entity.iri, layout.MENTIONS, _integer(entity.mentions))
    for statement in graph.statements:
        yield from _statement_triples(graph.id, statement)


def _document_texts(graph: DocumentGraph) -> dict[IRI, str]:
    return {
        layout.IDENTIFIER: graph.id,
        layout.TITLE: graph.title,
        layout.SOURCE_NAME: graph.source,
        layout.ORIGIN: graph.origin,
        layout.CONTENT_HASH: graph.content_hash,
        layout.FINGERPRINT: graph.fingerprint,
        layout.TEXT: graph.text,
        layout.METADATA: json.dumps(dict(graph.metadata), ensure_ascii=False, sort_keys=True),
    }


def _entity_triples(entity: Entity) -> Iterator[Triple]:
    yield Triple(entity.iri, TYPE, ENTITY_CLASSES[entity.kind])
    yield Triple(entity.iri, LABEL, Literal(entity.label))
    for name in entity.alt_labels:
        yield Triple(entity.iri, ALT_LABEL, Literal(name))


def _statement_triples(document: str, statement: Statement) -> Iterator[Triple]:
    node = statement.iri
    yield Triple(node, TYPE, layout.STATEMENT_CLASS)
    yield Triple(node, layout.SUBJECT, statement.subject)
    yield Triple(node, layout.PREDICATE, statement.predicate)
    yield Triple(node, layout.OBJECT, statement.object)
    yield Triple(node, layout.POLARITY, layout.POLARITIES[statement.polarity])
    yield Triple(node, layout.MODALITY, layout.MODALITIES[statement.modality])
    yield Triple(node, layout.RAW_CONFIDENCE, _double(statement.raw_confidence))
    yield Triple(node, layout.CONFIDENCE, _double(statement.confidence))
    for qualifier in statement.qualifiers:
        yield Triple(node, qualifier.kind.iri, qualifier.value)
    for support in statement.supports:
        place = layout.support_iri(document, node, repr(astuple(support)))
        yield Triple(node, layout.HAS_SUPPORT, place)
        yield Triple(place, TYPE, layout.SUPPORT_CLASS)
        for predicate, name in layout.OFFSETS.items():
            yield Triple(place, predicate, _integer(getattr(support, name)))
        yield Triple(place, layout.EXTRACTOR, Literal(support.extractor))


def decode(triples: Iterable[Triple]) -> DocumentGraph:
    """Read a document's named graph back; raises StoreError where it is incomplete."""
    nodes: dict[Node, dict[IRI, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        nodes[triple.subject][triple.predicate].append(triple.object)
    by_class: dict[Term, list[Node]] = defaultdict(list)
    for node, properties in nodes.items():
        for class_ in properties.get(TYPE, ()):
            by_class[class_].append(node)
    if len(by_class[layout.DOCUMENT_CLASS]) != 1:
        raise StoreError("a document's graph lacks its document node; build that document again.")
    document = nodes[by_class[layout.DOCUMENT_CLASS][0]]
    graph = DocumentGraph(
        id=_text(document, layout.IDENTIFIER),
        title=_text(document, layout.TITLE),
        source=_text(document, layout.SOURCE_NAME),
        origin=_text(document, layout.ORIGIN),
        content_hash=_text(document, layout.CONTENT_HASH),
        fingerprint=_text(document, layout.FINGERPRINT),
        text=_text(document, layout.TEXT),
        sentences=int(_text(document, layout.SENTENCE_COUNT)),
        metadata=json.loads(_text(document, layout.METADATA)),
        entities=tuple(_entity(node, nodes[node]) for node in nodes if layout.MENTIONS in nodes[node]),
        statements=tuple(
            decode_statement(nodes[node], [nodes[_iri(place)] for place in nodes[node][layout.HAS_SUPPORT]])
            for node in by_class[layout.STATEMENT_CLASS]
        ),
    )
    return in_order(graph)


def decode_statement(properties: Properties, supports: Iterable[Properties]) -> Statement:
    """Read one statement from the properties of its node and of its supports' nodes."""
    object_ = _one(properties, layout.OBJECT)
    if isinstance(object_, BlankNode):
        raise StoreError(f"a statement's object is the blank node {object_}; build its document again.")
    return _sorted_statement(
        Statement(
            subject=_iri(_one(properties, layout.SUBJECT)),
            predicate=_iri(_one(properties, layout.PREDICATE)),
            object=object_,
            polarity=_polarity(_one(properties, layout.POLARITY)),
            modality=_modality(_one(properties, layout.MODALITY)),
            raw_confidence=float(_text(properties, layout.RAW_CONFIDENCE)),
            confidence=float(_text(properties, layout.CONFIDENCE)),
            supports=tuple(_support(one) for one in supports),
            qualifiers=tuple(
                Qualifier(kind, value)
                for predicate, kind in _QUALIFIERS.items()
                for value in properties.get(predicate, ())
                if not isinstance(value, BlankNode)
            ),
        )
    )


def _support(properties: Properties) -> Support:
    offsets = {name: int(_text(properties, predicate)) for predicate, name in layout.OFFSETS.items()}
    return Support(**offsets, extractor=_text(properties, layout.EXTRACTOR))


def _entity(node: Node, properties: Properties) -> Entity:
    kinds = [_KINDS[class_] for class_ in properties[TYPE] if isinstance(class_, IRI) and class_ in _KINDS]
    if not kinds:
        raise StoreError(f"the entity {node} has no known kind; build its document again.")
    return Entity(
        iri=_iri(node),
        kind=kinds[0],
        label=_text(properties, LABEL),
        alt_labels=tuple(one.value for one in properties.get(ALT_LABEL, ()) if isinstance(one, Literal)),
        mentions=int(_text(properties, layout.MENTIONS)),
    )


def _one(properties: Properties, predicate: IRI) -> Term:
    values = properties.get(predicate, ())
    if len(values) != 1:
        raise StoreError(
            f"a node has {len(values)} values of {predicate} instead of one; build its document again."
        )
    return values[0]


def _text(properties: Properties, predicate: IRI) -> str:
    return _one(properties, predicate).value


def _iri(term: Term) -> IRI:
    if not isinstance(term, IRI):
        raise StoreError(f"{term} stands where an IRI must; build its document again.")
    return term


def _polarity(term: Term) -> Polarity:
    return _POLARITIES[_iri(term)]


def _modality(term: Term) -> Modality:
    return _MODALITIES[_iri(term)]


def _integer(value: int) -> Literal:
    return Literal(str(value), XSD + "integer")


def _double(value: float) -> Literal:
    return Literal(repr(float(value)), XSD + "double")
