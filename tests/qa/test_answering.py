"""Questions over a small text, from the building of the graph to the citation."""

from pathlib import Path

import pytest

from kgfm.extraction.build import BuildConfig, build
from kgfm.kg import IRI
from kgfm.ontology.schema import Schema
from kgfm.qa.answering import QuestionAnswerer
from kgfm.qa.evaluation import GoldQuestion, evaluate
from kgfm.qa.knowledge import StoreSource
from kgfm.qa.question import read_question
from kgfm.qa.search import SearchIndex
from kgfm.stores.oxigraph import OxigraphStore

from .worlds import BagEncoder

TEXT = """Ada Brook was born in Lisbon in 1901. She married Tom Vale in 1925.
Tom Vale was born in Bergen. Tom Vale founded the Harbour Institute in 1930.
Vera Lund works at the Harbour Institute.
Her father, Olaf Lund, was a clockmaker in Oslo.
Vera Lund went to the island of Hven to recover from hay fever.
Tom Vale died in the Hotel Meridian at the age of fourteen."""


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> QuestionAnswerer:
    folder = tmp_path_factory.mktemp("texts")
    Path(folder, "people.txt").write_text(TEXT)
    store = OxigraphStore.in_memory()
    build(store, [folder], BuildConfig(workers=0))
    encoder = BagEncoder()
    index = SearchIndex.open(StoreSource(store), encoder, None)
    return QuestionAnswerer(store, index, encoder, Schema.default())


def test_a_stated_fact_is_answered_with_the_sentence_that_says_it(answerer: QuestionAnswerer) -> None:
    answer = answerer.ask("Where was Ada Brook born?", min_confidence=0)
    first = answer.answers[0]
    assert first.text == "Lisbon"
    assert isinstance(first.term, IRI)
    assert any("Lisbon" in evidence.sentence for evidence in first.evidence)
    for evidence in first.evidence:
        assert TEXT[evidence.start : evidence.end] == evidence.sentence


def test_a_description_is_resolved_before_what_is_asked_of_it(answerer: QuestionAnswerer) -> None:
    answer = answerer.ask("Where was the founder of the Harbour Institute born?", min_confidence=0)
    assert answer.answers[0].text == "Bergen"
    assert len(answer.answers[0].evidence) == 2


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What trade did Olaf Lund practise?", "clockmaker"),
        ("What did Olaf Lund do for a living?", "clockmaker"),
        ("From what did Vera Lund recover on Hven?", "hay fever"),
        ("At which hotel did Tom Vale die?", "Hotel Meridian"),
        ("In which hotel did Tom Vale's life end?", "Hotel Meridian"),
        ("At what age did Tom Vale die?", "fourteen"),
    ],
)
def test_common_nouns_numbers_and_names_with_their_noun_answer(
    answerer: QuestionAnswerer, question: str, expected: str
) -> None:
    assert answerer.ask(question, min_confidence=0).answers[0].text == expected


def test_what_no_text_says_is_declined_with_a_reason(answerer: QuestionAnswerer) -> None:
    answer = answerer.ask("What was the salary of Vera Lund?")
    assert answer.abstained
    assert not answer.answers
    assert answer.reason


def test_words_without_letters_are_declined(answerer: QuestionAnswerer) -> None:
    assert answerer.ask("  ").abstained


def test_no_more_answers_come_than_are_asked_for(answerer: QuestionAnswerer) -> None:
    assert len(answerer.ask("Where was Ada Brook born?", top=1, min_confidence=0).answers) <= 1


@pytest.mark.parametrize(
    "question", ["Where was Ada Brook born?", "Where did Tom Vale die?", "Who was Vera Lund's father?"]
)
def test_the_best_answer_does_not_hang_on_how_many_are_asked_for(
    answerer: QuestionAnswerer, question: str
) -> None:
    many, one = (answerer.ask(question, top=top, min_confidence=0).answers for top in (5, 1))
    assert many
    assert one[0] == many[0]


def test_answers_that_are_not_weighed_come_behind_and_are_not_lost(
    answerer: QuestionAnswerer, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = "Where did Tom Vale die?"
    whole = answerer.ask(question, top=5, min_confidence=0).answers
    monkeypatch.setattr("kgfm.qa.rereading.WEIGHED", 1)
    some = answerer.ask(question, top=5, min_confidence=0).answers
    assert len(some) == len(whole) > 1
    confidences = [answer.confidence for answer in some]
    assert confidences == sorted(confidences, reverse=True)


def test_an_evaluation_counts_right_answers_and_declined_questions(answerer: QuestionAnswerer) -> None:
    questions = [
        GoldQuestion("Where was Ada Brook born?", ("the Lisbon",)),
        GoldQuestion("  ", ()),
    ]
    report = evaluate(lambda text: answerer.ask(text, min_confidence=0), questions)
    assert (report.accuracy, report.declined, report.cited) == (1, 1, 1)
    assert report.seconds >= 0


def test_what_a_sure_reader_points_at_is_weighed_whatever_its_sentence_speaks_of(
    answerer: QuestionAnswerer,
) -> None:
    question = read_question("What trade did Olaf Lund practise?", answerer._linker)
    vectors = answerer._vectors(question)
    number = next(n for n, passage in enumerate(answerer.index.passages) if "Bergen" in passage.text)
    start = answerer.index.passages[number].text.index("Bergen")

    def ends(likelihood: float) -> dict[str, float]:
        pointed = {number: (start, start + len("Bergen"), likelihood)}
        trails = answerer._chains.trails(question, vectors, pointed)
        return {trail.end.text: trail.end.features.pointed for trail in trails}

    assert ends(0.9)["Bergen"] == 1.0
    assert "Bergen" not in ends(0.5)
    assert ends(0.9)["clockmaker"] == 0.0


def _steps_read(answerer: QuestionAnswerer, text: str, end: str) -> list[tuple[str, str, str]]:
    """Return for each step of the best trail to an end its question, its sentence, and what is to answer."""
    question = read_question(text, answerer._linker)
    trails = answerer._chains.trails(question, answerer._vectors(question))
    trail = next(trail for trail in trails if trail.end.text == end)
    read = []
    for step in answerer._rereader._pairs.steps(question, trail):
        assert step is not None
        assert step.span is not None
        start, stop = step.span
        read.append((step.pair.question, step.pair.sentence, step.pair.sentence[start:stop]))
    return read


def test_every_step_is_read_as_a_question(answerer: QuestionAnswerer) -> None:
    assert _steps_read(answerer, "Where was the founder of the Harbour Institute born?", "Bergen") == [
        (
            "who was the founder of the Harbour Institute?",
            "Tom Vale founded the Harbour Institute in 1930.",
            "Tom Vale",
        ),
        ("Where was Tom Vale born?", "Tom Vale was born in Bergen.", "Bergen"),
    ]


def test_a_pronoun_that_stands_for_the_answer_is_read_as_its_name(answerer: QuestionAnswerer) -> None:
    (step,) = _steps_read(answerer, "Who married Tom Vale in 1925?", "Ada Brook")
    assert step == ("Who married Tom Vale in 1925?", "Ada Brook married Tom Vale in 1925.", "Ada Brook")
