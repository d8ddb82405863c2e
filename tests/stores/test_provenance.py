"""A document's graph survives the way into triples and back."""

from dataclasses import replace

import pytest
from hypothesis import given

from kgfm.errors import StoreError
from kgfm.kg import DocumentGraph, Support
from kgfm.stores import layout
from kgfm.stores.provenance import decode, encode, in_order
from tests import strategies as draw
from tests.laws import document, statement


@given(graph=draw.documents())
def test_what_is_encoded_is_decoded(graph: DocumentGraph) -> None:
    triples = list(encode(in_order(graph)))
    assert len(set(triples)) == len(triples)
    assert decode(triples) == decode(triples[::-1]) == in_order(graph)


def test_a_statement_said_twice_becomes_one_with_both_supports() -> None:
    elsewhere = Support(28, 51, 28, 31, 38, 50, "clauses/1.0")
    twin = replace(statement(confidence=0.9), supports=(elsewhere,))
    (joined,) = in_order(document("x", statement(confidence=0.8), twin)).statements
    assert joined.confidence == 0.9
    assert joined.supports == (*statement().supports, elsewhere)


def test_an_incomplete_graph_is_refused() -> None:
    triples = list(encode(document()))
    for missing in (layout.TEXT, layout.SUBJECT, layout.EXTRACTOR):
        with pytest.raises(StoreError, match="build"):
            decode(one for one in triples if one.predicate != missing)
    with pytest.raises(StoreError, match="document node"):
        decode([])
