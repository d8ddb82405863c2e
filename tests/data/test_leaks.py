import pytest

from kgfm.data import published
from kgfm.data.leaks import Answers, query2box_answers
from kgfm.data.pretraining_sources import SOURCES, clean_source

needs_data = pytest.mark.skipif(published.data_folder() is None, reason="KGFM_DATA is not set")


def test_answers_are_removed_forwards_and_backwards_and_nothing_else():
    answers = Answers(frozenset({("a", "r", "b")}))
    kept = [("a", "s", "b"), ("a", "r", "c"), ("b", "s", "a")]
    assert answers.removed_from([("a", "r", "b"), ("b", "r", "a"), *kept]) == kept


@needs_data
@pytest.mark.parametrize("source", SOURCES)
def test_no_pretraining_graph_holds_an_answer_or_its_reverse(source):
    asked = set(query2box_answers())
    for family in ("fb237", "WN18RR", "nell"):
        for version in (1, 2, 3, 4):
            for part in ("valid", "test"):
                asked.update(published.read_names(f"{family}_v{version}_ind", part))
    for name in ("FB15k-237", "WN18RR", "codex-s", "codex-m", "umls", "kinships", "nations", "family"):
        for part in ("valid", "test"):
            asked.update(published.read_names(name, part))
    for name in ("countries-S1", "countries-S2", "countries-S3"):
        asked.update(published.read_names(name, "test"))
    for part in ("inference_validation", "inference_test"):
        asked.update(published.read_names("ilpc-small", part))
    kept = clean_source(source, Answers.published())
    assert kept
    assert not any((h, r, t) in asked or (t, r, h) in asked for h, r, t in kept)


@needs_data
def test_one_step_answers_of_query2box_are_missing_from_the_training_graph():
    missing = query2box_answers()
    held_out = {names for part in ("valid", "test") for names in published.read_names("FB15k-237", part)}
    assert missing
    assert missing <= held_out


def test_nothing_of_nell_is_trained_on():
    assert not any("nell" in source.lower() for source in SOURCES)
    assert not any(source.endswith("_ind") for source in SOURCES)
