"""The shipped reader: what it must read, what it must not, and what it does with odd input."""

from collections.abc import Sequence

import pytest

from kgfm.qa.reader import Pair, Reading, SpanReader, context_of

SENTENCE = "Ada Brook was born in Lisbon in 1901 and wrote The Silent Harbour."


def read(question: str, sentence: str = SENTENCE, title: str = "Ada Brook") -> Reading:
    return SpanReader().read([Pair(question, title, sentence)])[0]


def share(reading: Reading, words: str, sentence: str = SENTENCE) -> float:
    start = sentence.index(words)
    return reading.share(start, start + len(words))


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Where was Ada Brook born?", "Lisbon"),
        ("In which city did Ada Brook first see the light of day?", "Lisbon"),
        ("In which year was Ada Brook born?", "1901"),
        ("Who penned The Silent Harbour?", "Ada Brook"),
    ],
)
def test_a_stated_fact_is_read_however_it_is_asked_for(question: str, words: str) -> None:
    reading = read(question)
    assert reading.answers > 0.5
    others = {"Lisbon", "1901", "Ada Brook", "The Silent Harbour"} - {words}
    assert share(reading, words) > max(share(reading, other) for other in others)


def test_another_question_about_the_same_person_is_not_answered() -> None:
    for question in ("Whom did Ada Brook marry?", "When did Ada Brook die?"):
        assert read(question).answers < 0.5


@pytest.mark.parametrize(
    "question",
    [
        "Where was Clara Brook born?",
        "Where was Ada Vale born?",
        "Where was Ada Brook's sister born?",
        "Who wrote The Silent Harbour in 1911?",
    ],
)
def test_a_question_with_one_thing_changed_is_not_answered(question: str) -> None:
    assert read(question).answers < 0.5


def test_probabilities_fit_the_tokens_of_the_sentence() -> None:
    reading = read("Where was Ada Brook born?")
    assert len(reading.offsets) == len(reading.first) == len(reading.last)
    assert 0 <= reading.answers <= 1
    assert sum(reading.first) <= 1 + 1e-5
    assert sum(reading.last) <= 1 + 1e-5
    assert reading.share(0, len(SENTENCE)) <= 1
    assert reading.share(0, 0) == 0


def test_the_likeliest_span_begins_before_it_ends() -> None:
    offsets = ((0, 3), (4, 9), (10, 12))
    reading = Reading(0.9, offsets, first=(0.2, 0.7, 0.0), last=(0.6, 0.3, 0.0))
    start, end, likelihood = reading.likeliest() or (0, 0, 0.0)
    assert (start, end) == (4, 9)
    assert likelihood == pytest.approx(0.21**0.5)
    assert Reading(0.0, (), (), ()).likeliest() is None


def test_the_likeliest_words_of_a_sentence_answer() -> None:
    start, end, likelihood = read("Where was Ada Brook born?").likeliest() or (0, 0, 0.0)
    assert SENTENCE[start:end] == "Lisbon"
    assert likelihood > 0.5


def test_what_was_read_is_remembered_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Pair] = []

    def reading(pairs: Sequence[Pair]) -> list[Reading]:
        read.extend(pairs)
        return [Reading(0.5, (), (), ()) for _ in pairs]

    monkeypatch.setattr("kgfm.qa.reader._read", reading)
    reader = SpanReader()
    pairs = [Pair(str(number), "", "") for number in range(600)]
    assert len(reader.read([*pairs, pairs[0]])) == 601
    assert len(read) == 600
    reader.read(pairs[-2:])
    assert len(read) == 600
    reader.read(pairs[:1])
    assert len(read) == 601


def test_nothing_to_read_gives_nothing_and_empty_texts_no_answer() -> None:
    assert SpanReader().read([]) == []
    empty = read("", "", "")
    assert empty.offsets == ()
    assert empty.answers < 1e-3
    assert empty.share(0, 10) == 0


def test_a_long_sentence_is_read_in_part() -> None:
    sentence = "word " * 500 + "Lisbon."
    reading = read("Where was Ada Brook born?", sentence)
    assert len(reading.offsets) == 64
    assert share(reading, "Lisbon", sentence) == 0


def test_a_pair_is_read_the_same_alone_and_among_others() -> None:
    one = Pair("Where was Ada Brook born?", "Ada Brook", SENTENCE)
    others = [Pair("Who?", "", f"A {'very ' * place}short one, by Tom Vale.") for place in range(1, 20, 2)]
    together, alone = SpanReader().read([*others, one])[-1], SpanReader().read([one])[0]
    assert together.offsets == alone.offsets
    assert together.first == pytest.approx(alone.first, abs=1e-4)
    assert together.answers == pytest.approx(alone.answers, abs=1e-4)


def test_the_sentence_before_is_read_along_where_a_pronoun_leans_on_it() -> None:
    assert context_of("Lund", "Vera Lund left.", "She died.") == "Lund : Vera Lund left."
    assert context_of("Lund", "Vera Lund left.", "Lund died.") == "Lund"
    assert context_of("Lund", "", "She died.") == "Lund"
