"""Questions written by hand, one by one, about sentences of the training texts.

`written.jsonl` names a text by its title and the CRC-32 of its words, a sentence by its number, and the words
that answer; where these are empty, the sentence only seems to answer, and nothing else of its text does.
"""

import gzip
import json
import random
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from reading.examples import Example, Text, data, occurrences, sentences_of
from reading.examples import lines as lines_of

from kgfm.qa.words import FUNCTION_WORDS, words

FILE: Final = Path(__file__).with_name("written.jsonl")
_PARAGRAPHS: Final = ("musique_train100", "hotpotqa_train100", "2wiki_train500")


def texts() -> Iterator[Text]:
    """Yield the texts that were written about, and others of their sources."""
    with gzip.open(data("text/redocred/dev_revised.json.gz"), "rt", encoding="utf-8") as file:
        for record in json.load(file):
            yield Text("Re-DocRED", record["title"], tuple(" ".join(said) for said in record["sents"]))
    for source in _PARAGRAPHS:
        for record in lines_of(f"qa/multihop/{source}.jsonl.gz"):
            for one in record["paragraphs"]:
                yield Text(source, one["title"], sentences_of(one["text"]))


def checksum(text: Text) -> str:
    return f"{zlib.crc32(' '.join(text.sentences).encode()):08x}"


def by_hand(draw: random.Random, latest: int = 0) -> Iterator[Example]:
    """Yield each question with its sentence and, if that answers, with one or two others of the text.

    With `latest`, only so many of the last ones and as many of those before, drawn.
    """
    known = {(text.title, checksum(text)): text for text in texts()}
    lines = FILE.read_text(encoding="utf-8").splitlines()
    if latest:
        lines = draw.sample(lines[:-latest], latest) + lines[-latest:]
    for line in lines:
        row = json.loads(line)
        text = known[row["title"], row["text"]]
        place, answer, question = row["sentence"], row["answer"], row["question"]
        if not answer:
            yield Example(question, text, place, (), "asked in vain")
            continue
        yield Example(question, text, place, occurrences(answer, text.sentences[place]), "asked by hand")
        others = [other for other, said in enumerate(text.sentences) if answer.lower() not in said.lower()]
        for other in _elsewhere(question, text.sentences, others, draw):
            yield Example(question, text, other, (), "asked elsewhere")


def _elsewhere(
    question: str, sentences: Sequence[str], others: list[int], draw: random.Random
) -> Iterator[int]:
    """Yield the sentence that shares most words with the question, and now and then any other."""
    if not others:
        return
    asked = set(words(question)) - FUNCTION_WORDS
    nearest = max(others, key=lambda place: len(asked & set(words(sentences[place]))))
    yield nearest
    rest = [place for place in others if place != nearest]
    if rest and draw.random() < 0.5:
        yield draw.choice(rest)
