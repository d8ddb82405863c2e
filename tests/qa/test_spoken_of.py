"""Whom a sentence speaks of: pronouns over several sentences, and whose kin one is."""

from pathlib import Path

import pytest

from kgfm.extraction.build import BuildConfig, build
from kgfm.ontology.schema import Schema
from kgfm.qa.answering import QuestionAnswerer
from kgfm.qa.knowledge import StoreSource
from kgfm.qa.search import SearchIndex
from kgfm.stores.oxigraph import OxigraphStore

from .worlds import BagEncoder

TEXT = """The town of Sandvik lies in Norway. James Moe taught in Bergen. He left school early.
He wrote three books. He married Clara Hill. His house still stands. He died at Halden.
Clara Hill was often ill. She discussed the house with her nephew Robert Berg.
Her first teacher was Martin Vik.
Ellen Dahl was a singer. Her mother was a weaver. Ellen Dahl never won the Grieg Prize.
"""


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> QuestionAnswerer:
    folder = tmp_path_factory.mktemp("texts")
    Path(folder, "notes.txt").write_text(TEXT)
    store = OxigraphStore.in_memory()
    build(store, [folder], BuildConfig(workers=0))
    encoder = BagEncoder()
    index = SearchIndex.open(StoreSource(store), encoder, None)
    return QuestionAnswerer(store, index, encoder, Schema.default())


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Where did James Moe die?", "Halden"),
        ("Who was the aunt of Robert Berg?", "Clara Hill"),
        ("What was the occupation of Ellen Dahl's mother?", "weaver"),
        ("Where did the man die who married Clara Hill?", "Halden"),
    ],
)
def test_sentences_are_read_as_speaking_of_whom_they_mean(
    answerer: QuestionAnswerer, question: str, expected: str
) -> None:
    assert answerer.ask(question, min_confidence=0).answers[0].text == expected


def test_the_first_is_not_the_second(answerer: QuestionAnswerer) -> None:
    first = answerer.ask("Who was Clara Hill's first teacher?", min_confidence=0).answers[0]
    second = answerer.ask("Who was Clara Hill's second teacher?", min_confidence=0).answers[0]
    assert first.text == "Martin Vik"
    assert second.text != "Martin Vik" or second.confidence < 0.5 * first.confidence
