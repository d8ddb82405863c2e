"""Lemmas asked once agree with the pipeline's own; settings are checked at the door."""

import subprocess
import sys

import pytest

from kgfm.errors import ConfigError
from kgfm.extraction.config import ExtractionConfig
from kgfm.extraction.lexicon import word_list
from kgfm.extraction.pipeline import lemma, load_pipeline


def test_lemmas_are_the_pipelines() -> None:
    text = "The chemists who discovered elements were awarded prizes and had been working in cities."
    for token in load_pipeline()(text):
        assert lemma(token.lower_, token.tag_) == token.lemma_.lower()


@pytest.mark.parametrize(
    "setting", [{"min_confidence": 1.5}, {"window_characters": 10}, {"sentence_words": 1}]
)
def test_settings_out_of_range_are_refused(setting: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match=next(iter(setting))):
        ExtractionConfig(**setting)  # type: ignore[arg-type]


def test_settings_import_neither_spacy_nor_torch() -> None:
    code = "import sys, kgfm.extraction.config; print([m for m in ('spacy', 'torch') if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "[]"


@pytest.mark.parametrize(
    "name", ["nouns", "keywords", "titles", "first_names", "demonyms", "traits", "months_days"]
)
def test_word_lists_are_read(name: str) -> None:
    assert word_list(name)
