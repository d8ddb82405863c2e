"""Property graphs that other programs made, as triples: labels and relationship types become terms.

- A node is named by its property `iri` or `uri` if that is one, by its id if that is one, else
  `urn:kgfm:node:ID`.
- A label is a class: `Person` is schema:Person, as for the other kinds that kgfm knows, `Kind` is
  `urn:kgfm:class:Kind`. `name`, `title` or `label` is the node's rdfs:label.
- A relationship type is a relation: LIVES_IN is `rel:lives_in`, another spelling is kept; an IRI or
  prefixed name is that. Other properties are relations to literals, a list's items one by one.
- A relationship with properties is also described by a node of its own, `urn:kgfm:edge:...`, an
  rdf:Statement that has them.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Final
from urllib.parse import quote

from kgfm.kg.namespaces import ENTITY_CLASSES, KGFM, LABEL, RDF, TYPE, XSD, expand, relation_iri
from kgfm.kg.terms import IRI, BlankNode, Literal, Term, Triple

Properties = Mapping[str, object]

NODE: Final = KGFM + "node:"
EDGE: Final = KGFM + "edge:"
CLASS: Final = KGFM + "class:"
_NAMES: Final = ("name", "title", "label")  # the first of these that a node has is its label
_IRIS: Final = ("iri", "uri")
_UPPER_CASE: Final = re.compile(r"[A-Z0-9]+(_[A-Z0-9]+)*")
_PARTS: Final = {IRI(RDF + part): part for part in ("subject", "predicate", "object")}
_STATEMENT: Final = IRI(RDF + "Statement")


def node_iri(identifier: str, properties: Properties) -> IRI:
    """Name a node."""
    for key in _IRIS:
        if isinstance(value := properties.get(key), str) and (iri := expand(value)) is not None:
            return iri
    return expand(identifier) or IRI(NODE + quote(identifier, safe=""))


def class_iri(label: str) -> IRI:
    """Name the class that a node's label stands for."""
    return ENTITY_CLASSES.get(label.lower()) or expand(label) or IRI(CLASS + quote(label, safe=""))


def type_iri(name: str) -> IRI:
    """Name the relation that a relationship's type, or a property's key, stands for."""
    words = name.lower().replace("_", " ") if _UPPER_CASE.fullmatch(name) else name
    return expand(name) or relation_iri(words)


def node_triples(node: IRI, labels: list[str], properties: Properties) -> Iterator[Triple]:
    """Yield what a node says: its classes, its label, its properties."""
    for label in labels:
        yield Triple(node, TYPE, class_iri(label))
    named = next((key for key in _NAMES if isinstance(properties.get(key), str)), None)
    for key, value in properties.items():
        if key in _IRIS and value == node.value:
            continue
        yield from _property(node, LABEL if key == named else type_iri(key), value)


def relationship_triples(head: IRI | BlankNode, name: str, tail: Term, said: Properties) -> Iterator[Triple]:
    """Yield a relationship, and what it says of itself."""
    triple = Triple(head, type_iri(name), tail)
    yield triple
    if not said:
        return
    # By content: two relationships of one kind between two nodes differ in what they say.
    whole = f"{triple}\n{sorted((key, repr(value)) for key, value in said.items())}"
    edge = IRI(EDGE + hashlib.sha256(whole.encode(errors="surrogatepass")).hexdigest()[:32])
    yield Triple(edge, TYPE, _STATEMENT)
    for predicate, part in _PARTS.items():
        yield Triple(edge, predicate, getattr(triple, part))
    for key, value in said.items():
        yield from _property(edge, type_iri(key), value)


def _property(node: IRI, predicate: IRI, value: object) -> Iterator[Triple]:
    for one in value if isinstance(value, list | tuple) else (value,):
        if one is not None:
            yield Triple(node, predicate, _literal(one))


def _literal(value: object) -> Literal:
    if isinstance(value, str):
        return Literal(value)
    if isinstance(value, bool):
        return Literal(str(value).lower(), XSD + "boolean")
    if isinstance(value, int):
        return Literal(str(value), XSD + "integer")
    if isinstance(value, float):
        text = {"inf": "INF", "-inf": "-INF", "nan": "NaN"}.get(repr(value), repr(value))
        return Literal(text, XSD + "double")
    written = value.iso_format() if hasattr(value, "iso_format") else None
    kinds = (("DateTime", datetime, "dateTime"), ("Date", date, "date"), ("Time", time, "time"))
    for name, kind, datatype in kinds:
        if type(value).__name__ == name or isinstance(value, kind):
            return Literal(written or value.isoformat(), XSD + datatype)  # type: ignore[attr-defined]
    return Literal(written or str(value))
