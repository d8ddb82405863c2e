"""Our terms as pyoxigraph's, and back."""

import re
from functools import lru_cache
from typing import Final

import pyoxigraph as ox

from kgfm.errors import FormatError
from kgfm.kg.namespaces import RDF, XSD
from kgfm.kg.terms import IRI, BlankNode, Literal, Term, Triple

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

# What RDF 1.1 makes implicit: plain and language-tagged literals carry no datatype here.
_IMPLICIT: Final = frozenset({XSD + "string", RDF + "langString"})
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def well_formed(text: str) -> str:
    """Put U+FFFD for each lone surrogate, which UTF-8 cannot carry; offsets stay as they were."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def to_term(node: Node) -> Term:
    """Return pyoxigraph's node as ours; raises FormatError for a quoted triple (RDF-star)."""
    if isinstance(node, ox.NamedNode):
        return IRI(node.value)
    if isinstance(node, ox.Literal):
        if node.language:
            return Literal(node.value, language=node.language)
        datatype = node.datatype.value
        return Literal(node.value, "" if datatype in _IMPLICIT else datatype)
    if isinstance(node, ox.BlankNode):
        return BlankNode(node.value)
    raise FormatError(f"{node} is a quoted triple, which kgfm does not read; write it as a plain statement.")


def to_triple(quad: ox.Quad | ox.Triple) -> Triple:
    """Return the subject, predicate and object of a quad or triple as ours."""
    subject = to_term(quad.subject)
    if isinstance(subject, Literal):
        raise FormatError(f"{subject} is a literal and cannot be a subject.")
    return Triple(subject, IRI(quad.predicate.value), to_term(quad.object))


def to_iri_node(iri: IRI) -> ox.NamedNode:
    """Return an IRI as pyoxigraph's; raises FormatError where it is not absolute."""
    try:
        return ox.NamedNode(iri.value)
    except ValueError:
        return _escaped_node(iri)


def _escaped_node(iri: IRI) -> ox.NamedNode:
    """Return an IRI with what may not stand in one escaped."""
    try:
        return ox.NamedNode(str(iri)[1:-1])
    except ValueError as error:
        raise FormatError(f"'{iri.value}' is not an absolute IRI ({error}).") from None


def to_subject_node(term: IRI | BlankNode) -> ox.NamedNode | ox.BlankNode:
    """Return a subject as pyoxigraph's."""
    return to_iri_node(term) if isinstance(term, IRI) else ox.BlankNode(term.value)


def to_node(term: Term) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """Return our term as pyoxigraph's; raises FormatError where an IRI or language tag is malformed."""
    if not isinstance(term, Literal):
        return to_subject_node(term)
    value = well_formed(term.value)
    try:
        if term.language:
            return ox.Literal(value, language=term.language)
        return ox.Literal(value, datatype=ox.NamedNode(term.datatype)) if term.datatype else ox.Literal(value)
    except ValueError as error:
        raise FormatError(f"{term} is not a valid literal ({error}).") from None


def to_quad(triple: Triple, graph: IRI | None = None) -> ox.Quad:
    """Return a triple as a quad of `graph`; None is the default graph."""
    return ox.Quad(
        to_subject_node(triple.subject),
        to_iri_node(triple.predicate),
        to_node(triple.object),
        ox.DefaultGraph() if graph is None else to_iri_node(graph),
    )


@lru_cache(maxsize=65536)
def stored_literal(literal: Literal) -> Literal:
    """Return a literal as Oxigraph gives it back: "01"^^xsd:integer as "1", language tags in lower case.

    Oxigraph keeps numbers and dates by value, so their spelling is lost; whoever names a thing by a
    hash of its literal must hash this form.
    """
    plain = not literal.language and literal.datatype in ("", *_IMPLICIT)
    if plain:
        return Literal(well_formed(literal.value))
    scratch = ox.Store()
    place = ox.NamedNode("urn:kgfm:scratch")
    scratch.add(ox.Quad(place, place, to_node(literal)))
    kept = to_term(next(scratch.quads_for_pattern(None, None, None)).object)
    return kept if isinstance(kept, Literal) else literal
