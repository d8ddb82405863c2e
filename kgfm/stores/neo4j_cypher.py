"""What Cypher gives, as terms: for `QueryResult`."""

import json
from typing import Final

from neo4j import graph

from kgfm.kg import IRI, Literal, Term
from kgfm.kg.namespaces import XSD
from kgfm.stores.base import QueryResult
from kgfm.stores.neo4j_names import term_of

_DATATYPES: Final = {bool: "boolean", int: "integer", float: "double"}


def result_of(names: tuple[str, ...], rows: list[list[object]]) -> QueryResult:
    """Return rows of a driver's values as a result."""
    return QueryResult(names, tuple(tuple(_term(value) for value in row) for row in rows))


def _term(value: object) -> Term | None:
    if value is None:
        return None
    if isinstance(value, str):
        return Literal(value)
    if type(value) in _DATATYPES:
        text = str(value).lower() if isinstance(value, bool) else repr(value)
        return Literal(text, XSD + _DATATYPES[type(value)])
    if isinstance(value, graph.Node) and "Term" in value.labels:
        return term_of(value)
    if isinstance(value, graph.Relationship) and "predicate" in value:
        return IRI(value["predicate"])
    return Literal(json.dumps(_plain(value), ensure_ascii=False, default=str))


def _plain(value: object) -> object:
    """Return a value that JSON can hold: nodes and relationships as their properties, paths as lists."""
    if isinstance(value, graph.Path):
        return [_plain(one) for one in (*value.nodes, *value.relationships)]
    if isinstance(value, graph.Entity):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    return value
