"""Questions taken apart: what is asked for, from where, in how many steps."""

import pytest

from kgfm.kg.namespaces import entity_iri
from kgfm.qa.entities import NamedEntity
from kgfm.qa.linking import EntityLinker
from kgfm.qa.question import Hop, Question, read_question
from kgfm.qa.roles import OBJECT, OBLIQUE, SAME, SUBJECT

NAMES = {
    "Marie Curie": "person", "Gustav Kirchhoff": "person", "Segrè": "person", "Solvay": "place",
    "The Solvay Conferences": "event", "Radium Institute": "organization", "neutron": "concept",
    "The Nature of the Chemical Bond": "work", "Chemical": "organization", "Edwin Powell Hubble": "person",
}  # fmt: skip


@pytest.fixture(scope="module")
def linker() -> EntityLinker:
    return EntityLinker([NamedEntity(entity_iri(kind, name), kind, name) for name, kind in NAMES.items()])


def first(question: Question) -> tuple[Hop, ...]:
    return question.chains[0]


@pytest.mark.parametrize(
    ("text", "word", "part"),
    [
        ("Who succeeded Gustav Kirchhoff?", "succeeded", SUBJECT),
        ("Which element did Segrè discover?", "discover", OBJECT),
        ("Whom did Marie Curie marry?", "marry", OBJECT),
        ("Where was Marie Curie born?", "born", OBLIQUE),
        ("In which city did Marie Curie die?", "die", OBLIQUE),
        ("Who was the wife of Gustav Kirchhoff?", "wife", SAME),
        ("Who was the founder of the Radium Institute?", "founder", SUBJECT),
    ],
)
def test_the_gap_plays_the_part_that_the_question_word_asks_for(
    linker: EntityLinker, text: str, word: str, part: str
) -> None:
    gap = first(read_question(text, linker))[-1].gap
    assert (gap.word, gap.part) == (word, part)


def test_a_description_is_a_step_of_its_own(linker: EntityLinker) -> None:
    hops = first(read_question("Where was the founder of the Radium Institute born?", linker))
    assert [hop.words for hop in hops] == [("founder",), ("born",)]
    assert hops[0].expects.kinds[0] == "person"
    assert hops[1].expects.kinds[0] == "place"


@pytest.mark.parametrize(
    ("text", "described", "asked"),
    [
        ("Where was the head of the Radium Institute from?", "the head of the Radium Institute", "from"),
        ("Of which city was the wife of Segrè a native?", "the wife of Segrè", "Of a native"),
    ],
)
def test_what_is_said_of_a_description_is_no_part_of_it(
    linker: EntityLinker, text: str, described: str, asked: str
) -> None:
    assert [hop.query for hop in first(read_question(text, linker))] == [described, asked]


def test_middle_names_may_be_left_out(linker: EntityLinker) -> None:
    (link,) = read_question("Whom did Edwin Hubble marry?", linker).links
    assert link.text == "Edwin Hubble"
    assert link.candidates[0].score < 1


def test_a_word_in_lower_case_is_no_name_but_says_something(linker: EntityLinker) -> None:
    (hop,) = first(read_question("Who discovered the neutron?", linker))
    assert hop.names == ()
    assert "neutron" in hop.words
    assert [link.text for link in hop.concepts] == ["neutron"]


def test_part_of_a_longer_name_is_not_the_thing_that_is_called_so(linker: EntityLinker) -> None:
    read = read_question("In which hotel was the first Solvay Conference held?", linker)
    assert [link.text for link in read.links] == ["Solvay Conference"]
    assert read.links[0].candidates[0].number == list(NAMES).index("The Solvay Conferences")


def test_a_title_is_one_name_over_its_small_words(linker: EntityLinker) -> None:
    read = read_question("Who is the author of The Nature of the Chemical Bond?", linker)
    numbers = {candidate.number for link in read.links for candidate in link.candidates}
    assert list(NAMES).index("The Nature of the Chemical Bond") in numbers


def test_names_that_nobody_knows_are_told(linker: EntityLinker) -> None:
    read = read_question("Where was Alan Turing born?", linker)
    assert read.unknown == ("Alan Turing",)
    assert set(first(read)[-1].exact) == {"alan", "turing"}


def test_did_has_a_verb_though_the_tagger_sees_nouns(linker: EntityLinker) -> None:
    hops = first(
        read_question("At which university did the discoverer of the neutron study physics?", linker)
    )
    assert hops[-1].gap.word == "study"
    assert "discoverer" in hops[0].words


def test_a_clause_may_stand_apart_from_its_noun(linker: EntityLinker) -> None:
    inner, outer = first(read_question("Where did the man die who married Marie Curie?", linker))
    assert inner.gap.part == SUBJECT
    assert "married" in inner.words
    assert outer.words == ("die",)


def test_a_noun_that_only_names_a_kind_is_no_relation(linker: EntityLinker) -> None:
    *_, whole = read_question("What was the occupation of Marie Curie's father?", linker).chains
    assert [(hop.words, hop.expects.kinds, hop.gap.word) for hop in whole] == [
        (("father",), ("occupation",), "father")
    ]
