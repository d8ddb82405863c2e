"""The extractor's promises: exact offsets, one text one graph, nothing lost, nothing crashes."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgfm.corpus.document import Document, Span
from kgfm.extraction.config import ExtractionConfig
from kgfm.extraction.extractor import Extractor
from kgfm.kg.statement import DocumentGraph
from kgfm.kg.terms import IRI, Literal
from tests.extraction.reading import document, extractor, graph_of, said

TEXTS = (
    "Marie Curie was born in Warsaw. She discovered radium.",
    "Niels Bohr (7 October 1885 – 18 November 1962) was a Danish physicist who founded an institute.",
    "The film was released in 1994. It was directed by Agnès Varda and stars Jane Birkin.",
    "Some accounts claim that Columbus discovered Iceland, but he never lived there.",
    "",
)


def check_spans(graph: DocumentGraph) -> None:
    size = len(graph.text)
    for statement in graph.statements:
        assert 0 <= statement.confidence <= 1
        assert 0 <= statement.raw_confidence <= 1
        assert statement.supports
        for support in statement.supports:
            assert 0 <= support.start < support.end <= size
            assert 0 <= support.subject_start < support.subject_end <= size
            assert 0 <= support.object_start < support.object_end <= size


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=st.text(max_size=300))
def test_any_text_is_read_without_a_crash_and_with_spans_inside_it(text: str) -> None:
    check_spans(graph_of(text))


WORDS = st.sampled_from(
    "Marie Curie Paris founded was born in the University of Prize ( ) , . ? \" 's"
    " and not who 1905 – he it by to film".split()
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(words=st.lists(WORDS, max_size=40))
def test_any_order_of_words_is_read_without_a_crash(words: list[str]) -> None:
    check_spans(graph_of(" ".join(words)))


def test_spans_show_the_mentions() -> None:
    text = "Intro.\n\n  Marie   Curie\nwas born in Warsaw on 7 November 1867.\t She moved to Paris."
    graph = graph_of(text)
    spans = {
        (text[s.subject_start : s.subject_end], text[s.object_start : s.object_end])
        for statement in graph.statements
        for s in statement.supports
    }
    assert {("Marie   Curie", "Warsaw"), ("Marie   Curie", "7 November 1867"), ("She", "Paris")} <= spans


def test_one_text_gives_one_graph_whatever_stands_beside_it() -> None:
    documents = [document(text, identifier=str(number)) for number, text in enumerate(TEXTS)]
    together = list(extractor().extract(documents))
    assert together == [next(extractor().extract([each])) for each in documents]
    assert together[::-1] == list(extractor().extract(documents[::-1]))


def test_entities_and_statements_are_sorted_and_told_once() -> None:
    for text in TEXTS:
        graph = graph_of(text)
        assert list(graph.entities) == sorted(graph.entities, key=lambda entity: entity.iri)
        assert len({statement.iri for statement in graph.statements}) == len(graph.statements)


def test_every_end_that_is_no_literal_is_an_entity_of_the_document() -> None:
    for text in TEXTS:
        graph = graph_of(text)
        known = {entity.iri for entity in graph.entities}
        ends = {end for s in graph.statements for end in (s.subject, s.object) if isinstance(end, IRI)}
        assert ends <= known


def test_a_fact_in_the_last_sentence_of_300_pages_is_found() -> None:
    page = "The committee met again. It discussed the agenda at length, and nobody objected to anything.\n\n"
    text = "Marie Curie was a physicist.\n\n" + (page * 2 + "\f") * 300 + "Curie was born in Warsaw."
    graph = graph_of(text)
    (birth,) = (s for s in graph.statements if s.predicate.value.endswith("P19"))
    assert birth.subject.value.endswith("person:Marie_Curie")
    assert birth.supports[0].end == len(text)


def test_only_prose_is_read() -> None:
    text = (
        "Marie Curie was born in Warsaw. | Alan Turing was born in London. | Ada Lovelace was born in Paris."
    )
    first, last = text.index("|"), text.rindex("|") + 2
    read = Document(
        id="d", title="t", text=text, source="s", origin="o", prose=(Span(0, first), Span(last, len(text)))
    )
    graph = next(extractor().extract([read]))
    people = {entity.label for entity in graph.entities if entity.kind == "person"}
    assert people == {"Marie Curie", "Ada Lovelace"}


@pytest.mark.parametrize(
    "text",
    [
        "x" * 10_000 + " Marie Curie was born in Warsaw.",
        "😀 Marie Curie was born in Warsaw 😀. 👩‍👩‍👧 \u202eمرحبا بالعالم\u202c שלום.",
        "Marie\x00Curie was\x07 born in Warsaw.\x1b[31m",
        "\ud800 Marie Curie was born in Warsaw.",
        "(" * 5_000 + "Marie Curie was born in Warsaw." + ")" * 5_000,
    ],
    ids=["long token", "emoji", "control", "surrogate", "brackets"],
)
def test_hostile_text_is_read_in_reasonable_time(text: str) -> None:
    graph_of("Warm up.")
    started = time.perf_counter()
    check_spans(graph_of(text))
    assert time.perf_counter() - started < 10


def test_a_single_line_of_a_megabyte_is_read_with_exact_offsets() -> None:
    said = "Marie Curie was born in Warsaw."
    text = "\u017c" + "x" * 99 + (" " + "\u017c" * 99) * 10_000 + f" 😀 {said}"
    started = time.perf_counter()
    (birth,) = graph_of(text).statements
    assert time.perf_counter() - started < 20
    (support,) = birth.supports
    assert text[support.start : support.end].endswith(said)
    assert text[support.object_start : support.object_end] == "Warsaw"


def test_equal_content_and_settings_give_equal_fingerprints() -> None:
    one, other = document("Marie Curie was born."), document("Pierre Curie was born.")
    assert extractor().fingerprint(one) == Extractor().fingerprint(one)
    assert extractor().fingerprint(one) != extractor().fingerprint(other)
    assert extractor().fingerprint(one) != Extractor(ExtractionConfig(min_confidence=0.5)).fingerprint(one)
    assert extractor().fingerprint(one) == next(extractor().extract([one])).fingerprint


def test_statements_below_the_least_confidence_are_dropped() -> None:
    strict = Extractor(ExtractionConfig(min_confidence=1.0))
    assert next(strict.extract([document("Marie Curie was born in Warsaw.")])).statements == ()


def test_dates_and_years_are_typed() -> None:
    graph = graph_of("Marie Curie was born on 7 November 1867. Microsoft was founded in 1975.")
    values = {
        s.object.value: s.object.datatype.rpartition("#")[2]
        for s in graph.statements
        if isinstance(s.object, Literal)
    }
    assert values == {"1867-11-07": "date", "1975": "gYear"}


def test_a_name_has_one_kind_in_a_document() -> None:
    text = "Washington was born in Virginia. Washington lived in Boston. Washington died in 1799."
    kinds = {entity.kind for entity in graph_of(text).entities if entity.label == "Washington"}
    assert kinds == {"person"}


def test_sentences_repeat_support_not_statements() -> None:
    graph = graph_of("Marie Curie was born in Warsaw. Marie Curie was born in Warsaw.")
    (statement,) = graph.statements
    assert len(statement.supports) == 2
    once = graph_of("Marie Curie was born in Warsaw.").statements[0]
    assert statement.confidence >= once.confidence
    assert said("Marie Curie was born in Warsaw.") == {"person:Marie_Curie P19 place:Warsaw"}
