"""Documents in Neo4j: a node a document, a node a statement, relationships to what they name."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple
from typing import Any, Final

from kgfm.errors import StoreError
from kgfm.kg import (
    IRI,
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
)
from kgfm.kg.namespaces import document_iri
from kgfm.kg.oxigraph_terms import well_formed
from kgfm.stores.neo4j_connection import Connection, Row
from kgfm.stores.neo4j_names import hashed, key_of, parse_term, relationship_type, term_of
from kgfm.stores.provenance import in_order

# The fields of DocumentGraph that are properties of the node as they are.
_TEXTS: Final = ("id", "title", "source", "origin", "content_hash", "fingerprint", "text")
_CREATE_DOCUMENT: Final = "CREATE (d:Document {key: $key}) SET d += $properties"
_CREATE_MENTIONS: Final = """
MATCH (d:Document {key: $key})
UNWIND $rows AS row
MATCH (t:Term {key: row.key})
CREATE (d)-[m:MENTIONS]->(t) SET m = row.properties"""
_CREATE_STATEMENTS: Final = """
MATCH (d:Document {key: $key})
UNWIND $rows AS row
MATCH (s:Term {key: row.subject})
MATCH (o:Term {key: row.object})
CREATE (d)<-[:IN]-(n:Statement)-[:SUBJECT]->(s), (n)-[:OBJECT]->(o)
SET n = row.properties"""
_DELETE: Final = """
MATCH (d:Document {key: $key})
OPTIONAL MATCH (d)<-[:IN]-(n:Statement)
DETACH DELETE n
WITH DISTINCT d DETACH DELETE d"""
_TERMS: Final = """
MATCH (d:Document {key: $key})-[:MENTIONS]->(t:Term) RETURN t.key AS key
UNION MATCH (d:Document {key: $key})<-[:IN]-(:Statement)-[:SUBJECT|OBJECT]->(t:Term) RETURN t.key AS key"""
_MENTIONS: Final = "MATCH (d:Document {key: $key})-[m:MENTIONS]->(t:Term) RETURN t.iri AS iri, m AS mention"
_STATEMENTS: Final = """
MATCH (d:Document {key: $key})<-[:IN]-(n:Statement)
MATCH (n)-[:SUBJECT]->(s:Term)
MATCH (n)-[:OBJECT]->(o:Term)
RETURN n AS statement, s.iri AS subject, o AS object"""


def document_key(kb: str, graph: IRI) -> str:
    """Return the key of a document's node, given the name of its graph."""
    return hashed(kb, "document", graph.value)


def statement_name(kb: str, statement: IRI) -> str:
    """Return what the nodes of one statement have in common, in whatever documents they stand."""
    return hashed(kb, "statement", statement.value)


def named_terms(graph: DocumentGraph) -> set[Term]:
    """Return the terms whose nodes a document's relationships need."""
    found: set[Term] = {entity.iri for entity in graph.entities}
    for statement in graph.statements:
        found |= {statement.subject, statement.object}
    return found


def create(connection: Connection, kb: str, graph: DocumentGraph) -> None:
    """Write a document; the nodes of its terms are there already."""
    key = document_key(kb, document_iri(graph.id))
    connection.run(_CREATE_DOCUMENT, key=key, properties=_document_properties(kb, graph))
    mentions = [
        {
            "key": key_of(kb, entity.iri),
            "properties": {
                "kind": entity.kind,
                "label": well_formed(entity.label),
                "alt_labels": [well_formed(name) for name in entity.alt_labels],
                "mentions": entity.mentions,
            },
        }
        for entity in graph.entities
    ]
    connection.run(_CREATE_MENTIONS, key=key, rows=mentions)
    statements = [
        {
            "subject": key_of(kb, statement.subject),
            "object": key_of(kb, statement.object),
            "properties": _statement_properties(kb, graph.id, statement),
        }
        for statement in graph.statements
    ]
    connection.run(_CREATE_STATEMENTS, key=key, rows=statements)


def _document_properties(kb: str, graph: DocumentGraph) -> Row:
    texts = {name: well_formed(getattr(graph, name)) for name in _TEXTS}
    return {
        **texts,
        "kb": kb,
        "iri": document_iri(graph.id).value,
        "metadata": json.dumps(dict(graph.metadata), ensure_ascii=False, sort_keys=True),
        "sentences": graph.sentences,
        "entities": len(graph.entities),
        "statements": len(graph.statements),
    }


def _statement_properties(kb: str, document: str, statement: Statement) -> Row:
    return {
        "kb": kb,
        "key": hashed(kb, document_iri(document).value, statement.iri.value),
        "name": statement_name(kb, statement.iri),
        "document": document_iri(document).value,
        "relation": relationship_type(statement.predicate),
        "predicate": statement.predicate.value,
        "polarity": statement.polarity.value,
        "modality": statement.modality.value,
        "raw_confidence": statement.raw_confidence,
        "confidence": statement.confidence,
        "supports": [" ".join(map(str, astuple(support))) for support in statement.supports],
        "qualifiers": [f"{one.kind.value} {one.value}" for one in statement.qualifiers],
    }


def delete(connection: Connection, kb: str, graph: IRI) -> set[str]:
    """Take a document out; return the keys of the terms that it named and that may stand alone now."""
    key = document_key(kb, graph)
    terms = {record["key"] for record in connection.rows(_TERMS, key=key)}
    connection.run(_DELETE, key=key)
    return terms


def read(connection: Connection, kb: str, graph: IRI) -> DocumentGraph | None:
    """Read a document back, sorted; None where there is none."""
    key = document_key(kb, graph)
    node = next(
        (one["d"] for one in connection.rows("MATCH (d:Document {key: $key}) RETURN d", key=key)), None
    )
    if node is None:
        return None
    return in_order(
        DocumentGraph(
            **{name: node[name] for name in _TEXTS},
            sentences=node["sentences"],
            metadata=json.loads(node["metadata"]),
            entities=tuple(_entities(connection.rows(_MENTIONS, key=key))),
            statements=tuple(
                decoded(one["statement"], one["subject"], term_of(one["object"]))
                for one in connection.rows(_STATEMENTS, key=key)
            ),
        )
    )


def _entities(rows: Iterable[Mapping[str, Any]]) -> Iterator[Entity]:
    for row in rows:
        mention = row["mention"]
        names = tuple(mention["alt_labels"])
        yield Entity(IRI(row["iri"]), mention["kind"], mention["label"], names, mention["mentions"])


def decoded(node: Mapping[str, Any], subject: str, object_: Term) -> Statement:
    """Read a statement from its node's properties and the terms that it points to."""
    if not isinstance(object_, IRI | Literal):
        raise StoreError(f"the statement {node['key']} has no proper object; build its document again.")
    return Statement(
        subject=IRI(subject),
        predicate=IRI(node["predicate"]),
        object=object_,
        polarity=Polarity(node["polarity"]),
        modality=Modality(node["modality"]),
        raw_confidence=node["raw_confidence"],
        confidence=node["confidence"],
        supports=tuple(sorted(map(_support, node["supports"]), key=astuple)),
        qualifiers=tuple(
            sorted(map(_qualifier, node["qualifiers"]), key=lambda one: (one.kind, str(one.value)))
        ),
    )


def _support(text: str) -> Support:
    *offsets, extractor = text.split(" ", 6)
    return Support(*(int(one) for one in offsets), extractor)  # type: ignore[call-arg, arg-type]


def _qualifier(text: str) -> Qualifier:
    kind, _, value = text.partition(" ")
    term = parse_term(value)
    if not isinstance(term, IRI | Literal):
        raise StoreError(f"the qualifier {text} has no proper value; build its document again.")
    return Qualifier(QualifierKind(kind), term)
