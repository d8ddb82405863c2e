"""Documents are checked one by one, however many are checked together and in however many processes."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyshacl import validate as check
from rdflib import Graph
from rdflib.namespace import SH

from kgfm.kg import IRI, Literal, Term, Triple
from kgfm.kg.namespaces import LABEL, document_iri
from kgfm.ontology import validation
from kgfm.ontology.validation import DocumentTriples, validate
from kgfm.resources import shared_folder
from kgfm.stores import layout
from kgfm.stores.provenance import encode
from tests.laws import MARIE, document

WRONG: dict[IRI, Term] = {
    layout.CONFIDENCE: Literal("2"),
    layout.POLARITY: layout.STATEMENT_CLASS,
    LABEL: MARIE,
    layout.HAS_SUPPORT: MARIE,
    layout.CONTENT_HASH: Literal("no hash"),
}


def graph(identifier: str) -> list[Triple]:
    return list(encode(document(identifier)))


@st.composite
def damaged(draw: st.DrawFn, identifier: str) -> DocumentTriples:
    """A document's graph with some triples missing and some values wrong."""
    whole = sorted(graph(identifier), key=str)
    kept = [one for one in whole if draw(st.integers(0, 12)) != 1]
    return identifier, [
        Triple(one.subject, one.predicate, WRONG[one.predicate])
        if one.predicate in WRONG and draw(st.booleans())
        else one
        for one in kept
    ]


def naive(documents: list[DocumentTriples]) -> list[tuple[str, str, str]]:
    """What pyshacl says of each document by itself: document, node, property of each violation."""
    shapes = Graph().parse(shared_folder("ontologies") / "kgfm" / "shapes.ttl")
    found = []
    for identifier, triples in documents:
        data = Graph().parse(data="\n".join(map(str, triples)), format="nt")
        _, report, _ = check(data, shacl_graph=shapes)
        for result in report.objects(None, SH.result):
            path = report.value(result, SH.resultPath) or ""
            found.append((identifier, str(report.value(result, SH.focusNode)), str(path)))
    return sorted(found)


@settings(max_examples=15, deadline=None)
@given(documents=st.tuples(damaged("a"), damaged("b"), damaged("c")).map(list))
def test_together_is_as_one_by_one(documents: list[DocumentTriples]) -> None:
    report = validate(documents)
    found = sorted((one.document, one.focus, one.path) for one in report.violations)
    assert found == naive(documents)
    assert report.conforms == (not found)
    assert not any(validation._OWN in text for text in (report.turtle, *map(str, report.violations)))


def test_whole_documents_conform_also_where_they_say_the_same() -> None:
    report = validate((name, graph(name)) for name in ("a", "b"))
    assert report.conforms
    assert report.documents == 2
    assert report.turtle == ""


def test_another_documents_label_does_not_stand_in_for_a_missing_one() -> None:
    lacking = [one for one in graph("a") if (one.subject, one.predicate) != (MARIE, LABEL)]
    (violation,) = validate([("a", lacking), ("b", graph("b"))]).violations
    assert (violation.document, violation.focus, violation.path) == ("a", MARIE.value, LABEL.value)


def test_processes_find_the_same_and_tell_how_far_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validation, "_BATCH_TRIPLES", 1)
    names = [f"d{number}" for number in range(9)]
    texts = {name: Triple(document_iri(name), layout.TEXT, Literal("again")) for name in names[::4]}

    def documents() -> Iterator[DocumentTriples]:
        yield from ((name, graph(name) + ([texts[name]] if name in texts else [])) for name in names)

    done: list[int] = []
    together = validate(documents(), progress=done.append, workers=2)
    assert [one.document for one in together.violations] == ["d0", "d4", "d8"]
    assert together == validate(documents(), workers=0)
    assert done == list(range(1, 10))
