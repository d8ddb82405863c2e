"""All that Neo4j holds of a knowledge base, read subject by subject: rows are what costs a driver time."""

from collections.abc import Iterator
from typing import Any, Final

from kgfm.kg import IRI, Literal, Triple
from kgfm.stores.neo4j_connection import Connection

# Relationships of one subject travel together. A list in them ends in the object: its IRI, or three
# values of a literal.
_SCAN: Final = """
MATCH (s:Term {{kb: $kb}}) WHERE s.iri IS NOT NULL
WITH s, [(s)-[r]->(o:Term) WHERE {wanted} |
  CASE WHEN o.iri IS NULL THEN [{column}, r.predicate, o.value, o.datatype, o.language]
  ELSE [{column}, r.predicate, o.iri] END] AS said
WHERE size(said) > 0 RETURN s.iri, said"""


def scanned(
    connection: Connection, kb: str, *, wanted: str, column: str = "null", **values: object
) -> Iterator[tuple[Triple, Any]]:
    """Yield each relationship `r` between terms (s)-[r]->(o) as a triple, with one column of your choice.

    `wanted` and `column` are Cypher of ours. The memory that it takes grows with what is said of one subject.
    """
    predicates: dict[str, IRI] = {}  # they are few and come again and again
    for subject_iri, said in connection.rows(_SCAN.format(wanted=wanted, column=column), kb=kb, **values):
        subject = IRI(subject_iri)
        for one, predicate, *end in said:
            if (relation := predicates.get(predicate)) is None:
                relation = predicates[predicate] = IRI(predicate)
            object_ = IRI(end[0]) if len(end) == 1 else Literal(*end)
            yield Triple(subject, relation, object_), one
