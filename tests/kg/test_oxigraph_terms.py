"""Terms cross into Oxigraph and back."""

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgfm.errors import FormatError
from kgfm.kg import IRI, BlankNode, Literal, Term, Triple
from kgfm.kg.namespaces import XSD
from kgfm.kg.oxigraph_terms import stored_literal, to_node, to_quad, to_term, to_triple, well_formed
from tests import strategies as draw

terms = st.one_of(
    draw.any_iri, draw.any_literal, st.builds(BlankNode, st.from_regex(r"\A[a-z][a-z0-9é]{0,5}\Z"))
)


@given(term=terms)
def test_terms_come_back(term: Term) -> None:
    assert to_term(to_node(term)) == term
    if isinstance(term, Literal):
        assert stored_literal(term) == term


@given(triple=draw.any_triple)
def test_our_n_triples_are_what_a_parser_reads(triple: Triple) -> None:
    (quad,) = ox.parse(str(triple), ox.RdfFormat.N_TRIPLES)
    assert to_triple(quad) == triple
    assert to_triple(to_quad(triple, IRI("urn:g"))) == triple


@given(text=st.text())
def test_lone_surrogates_are_replaced_one_by_one(text: str) -> None:
    assert len(well_formed(text)) == len(text)
    well_formed(text).encode()


def test_implicit_datatypes_are_left_out() -> None:
    assert to_term(ox.Literal("x")) == Literal("x")
    assert stored_literal(Literal("x", XSD + "string")) == Literal("x")
    assert stored_literal(Literal("01", XSD + "integer")) == Literal("1", XSD + "integer")
    assert stored_literal(Literal("x", language="en-GB")) == Literal("x", language="en-gb")


def test_hostile_iris_cannot_close_their_bracket() -> None:
    assert to_term(to_node(IRI("urn:a> <urn:b"))) == IRI("urn:a%3E%20%3Curn:b")


def test_what_rdf_does_not_allow_is_refused() -> None:
    with pytest.raises(FormatError, match="absolute"):
        to_node(IRI("relative"))
    with pytest.raises(FormatError, match="valid literal"):
        to_node(Literal("x", language="not a tag"))
    node = ox.NamedNode("urn:a")
    with pytest.raises(FormatError, match="quoted triple"):
        to_term(ox.Triple(node, node, node))
