from pathlib import Path

import pytest

from kgfm.errors import ConfigError
from kgfm.qa.search import SearchConfig, SearchIndex

from .worlds import BagEncoder, TextSource

TEXTS = {
    "curie.md": "Marie Curie was born in Warsaw. She discovered polonium with her husband.",
    "bohr.md": "Niels Bohr founded an institute. The institute stands in Copenhagen.",
    "empty.md": "",
}
NAMES = {"Marie Curie": ("Maria Skłodowska",), "Niels Bohr": ()}


def source() -> TextSource:
    return TextSource(dict(TEXTS), dict(NAMES))


@pytest.mark.parametrize("limit", [0, 1000])
def test_search_finds_the_sentence_and_the_entity(limit: int) -> None:
    index = SearchIndex.open(source(), BagEncoder(), config=SearchConfig(dense_limit=limit))
    results = index.search("who discovered polonium?", 2)
    best = results.passages[0]
    assert best.text == "She discovered polonium with her husband."
    assert TEXTS[best.document][best.start : best.end] == best.text
    assert index.search("sklodowska", 1).entities[0].label == "Marie Curie"


def test_a_saved_index_answers_as_the_built_one_and_encodes_no_passage_again(tmp_path: Path) -> None:
    built = SearchIndex.open(source(), BagEncoder(), tmp_path)
    encoder = BagEncoder()
    opened = SearchIndex.open(source(), encoder, tmp_path)
    assert encoder.encoded == []
    assert opened.search("institute in Copenhagen", 5) == built.search("institute in Copenhagen", 5)
    assert list(opened.passages) == list(built.passages)


def test_a_change_of_the_source_is_seen_and_only_new_texts_are_encoded(tmp_path: Path) -> None:
    SearchIndex.open(source(), BagEncoder(), tmp_path)
    changed = source()
    changed.texts["new.md"] = "Lise Meitner explained fission."
    encoder = BagEncoder()
    index = SearchIndex.open(changed, encoder, tmp_path)
    assert encoder.encoded == [
        "New.Md. Lise Meitner explained fission.",
        *"explained fission lise meitner".split(),
    ]
    assert index.search("fission", 1).passages[0].document == "new.md"


@pytest.mark.parametrize(
    "damaged", ["key.json", "entities.json", "passages/rows.npy", "passage_index/vectors.npy"]
)
def test_a_damaged_index_is_built_anew(tmp_path: Path, damaged: str) -> None:
    SearchIndex.open(source(), BagEncoder(), tmp_path)
    (tmp_path / "search" / damaged).write_bytes(b"{")
    index = SearchIndex.open(source(), BagEncoder(), tmp_path)
    assert index.search("polonium", 1).passages[0].document == "curie.md"


def test_an_empty_knowledge_base_and_an_empty_query_find_nothing(tmp_path: Path) -> None:
    for _ in range(2):
        index = SearchIndex.open(TextSource({}), BagEncoder(), tmp_path)
        assert index.search("anything").passages == ()
    assert SearchIndex.open(source(), BagEncoder()).search("  ").entities == ()
    assert SearchIndex.open(source(), BagEncoder()).search("of the").passages != ()


def test_indexing_and_searching_are_silent(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    SearchIndex.open(source(), BagEncoder(), tmp_path)
    SearchIndex.open(source(), BagEncoder(), tmp_path).search("Bohr")
    assert capfd.readouterr() == ("", "")


def test_a_negative_limit_is_refused() -> None:
    with pytest.raises(ConfigError, match="dense_limit"):
        SearchConfig(dense_limit=-1)
