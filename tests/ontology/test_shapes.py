"""The quick test of shapes never passes what pyshacl refuses, and passes what it accepts."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgfm.kg import IRI, BlankNode, DocumentGraph, Literal, Term, Triple
from kgfm.kg.namespaces import KGFM, TYPE, XSD
from kgfm.ontology.shapes import SH, Shapes
from kgfm.ontology.validation import validate
from kgfm.resources import shared_folder
from kgfm.stores import layout
from kgfm.stores.provenance import encode, in_order
from tests import strategies as draw
from tests.laws import document

OURS = Shapes.read(shared_folder("ontologies") / "kgfm" / "shapes.ttl")
odd_terms = st.sampled_from(
    [
        IRI(KGFM + "affirmed"),
        IRI(KGFM + "Support"),
        BlankNode("b"),
        Literal(""),
        Literal("7"),
        Literal("-1", XSD + "integer"),
        Literal("3", XSD + "integer"),
        Literal("9999", XSD + "integer"),
        Literal("1.5", XSD + "double"),
        Literal("0.5", XSD + "decimal"),
        Literal("x", XSD + "integer"),
    ]
)


@st.composite
def damaged(draw_: st.DrawFn) -> list[Triple]:
    """A document's graph with one triple taken out, changed or doubled."""
    triples = sorted(encode(document()), key=str)
    place = draw_(st.integers(0, len(triples) - 1))
    triple = triples[place]
    value: Term | None = draw_(st.one_of(st.none(), odd_terms))
    if value is None:
        del triples[place]
    elif draw_(st.booleans()):
        triples[place] = Triple(triple.subject, triple.predicate, value)
    else:
        triples.append(Triple(triple.subject, triple.predicate, value))
    return triples


@given(triples=damaged())
@settings(max_examples=40, deadline=None)
def test_the_quick_test_agrees_with_pyshacl(triples: list[Triple]) -> None:
    import pyshacl
    from rdflib import Graph

    shapes = Graph().parse(shared_folder("ontologies") / "kgfm" / "shapes.ttl")
    data = Graph().parse(data="\n".join(map(str, triples)), format="nt")
    conforms, _, _ = pyshacl.validate(data, shacl_graph=shapes)
    assert OURS.met_by(triples) == conforms


@given(graph=draw.documents())
@settings(deadline=None)
def test_whatever_is_encoded_meets_the_shapes(graph: DocumentGraph) -> None:
    assert OURS.met_by(encode(in_order(graph)))


def test_shapes_with_other_constraints_are_left_to_pyshacl(tmp_path: Path) -> None:
    path = tmp_path / "shapes.ttl"
    for asked in ("sh:not [ sh:class <urn:x> ]", "sh:property [ sh:path <urn:p> ; sh:uniqueLang true ]"):
        path.write_text(f"@prefix sh: <{SH}> . <urn:s> a sh:NodeShape ; sh:targetClass <urn:c> ; {asked} .")
        assert not Shapes.read(path).met_by([])


@pytest.mark.parametrize("number", [1, 45])
def test_a_violation_names_its_document_and_is_counted_once(number: int) -> None:
    good = list(encode(document()))
    bad = [one for one in good if one.predicate != layout.POLARITY]
    seen: list[int] = []
    report = validate([*(("good", good) for _ in range(number)), ("bad", bad)], progress=seen.append)
    assert not report.conforms
    assert report.documents == number + 1 == seen[-1]
    assert [(one.document, one.path) for one in report.violations] == [("bad", layout.POLARITY.value)]
    assert report.violations[0].focus == next(
        one.subject.value for one in bad if one.object == layout.STATEMENT_CLASS
    )
    assert {TYPE} <= {one.predicate for one in bad}
