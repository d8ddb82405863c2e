"""Questions for annotated facts, in many phrasings: Re-DocRED's, and those behind 2WikiMultihopQA."""

import gzip
import itertools
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from reading.examples import Example, Text, data, lines, occurrences, sentences_of

_PHRASINGS_A_FACT: Final = 5
_OTHERS_A_FACT: Final = 3  # questions for the same thing that its sentence does not answer
_WIKI_RELATIONS: Final = {
    "director": "P57", "country of citizenship": "P27", "date of birth": "P569", "country": "P17",
    "date of death": "P570", "place of birth": "P19", "father": "P22", "publication date": "P577",
    "country of origin": "P495", "place of death": "P20", "performer": "P175", "composer": "P86",
    "spouse": "P26", "mother": "P25", "cause of death": "P509", "award received": "P166",
    "educated at": "P69", "child": "P40", "sibling": "P3373", "founded by": "P112", "publisher": "P123",
    "employer": "P108",
}  # fmt: skip


@cache
def phrasings() -> dict[tuple[str, str], tuple[str, ...]]:
    """Map a property and ">" (its object is asked for) or "<" to the questions, X for the known end."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    properties: list[str] = []
    text = Path(__file__).with_name("phrasings.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("P"):
            properties = line.split()
        elif line[:1] in "<>":
            for property_ in properties:
                found[property_, line[0]] += _expanded(line[2:])
    return {key: tuple(value) for key, value in found.items()}


def _expanded(pattern: str) -> list[str]:
    parts = [
        part[1:-1].split("|") if part[:1] == "(" else [part] for part in re.split(r"(\([^)]*\))", pattern)
    ]
    return [" ".join("".join(choice).split()).replace(" ?", "?") for choice in itertools.product(*parts)]


def asked(property_: str, way: str, known: str, draw: random.Random, count: int) -> list[str]:
    """Return questions about a thing, drawn from the phrasings without repeating one."""
    choices = phrasings().get((property_, way), ())
    chosen = draw.sample(choices, min(count, len(choices)))
    return [re.sub(r"\bX\b", lambda _: known, each) for each in chosen]


def re_docred(draw: random.Random) -> Iterator[Example]:
    with gzip.open(data("text/redocred/dev_revised.json.gz"), "rt", encoding="utf-8") as file:
        records = json.load(file)
    for record in records:
        yield from _of_record(record, draw)


def _of_record(record: dict, draw: random.Random) -> Iterator[Example]:
    annotated = _Annotated(record)
    for label in record["labels"]:
        if len(label["evidence"]) == 1:
            for way, known, end in ((">", label["h"], label["t"]), ("<", label["t"], label["h"])):
                if any(at == label["evidence"][0] for at, _ in annotated.places[end]):
                    yield from annotated.examples(way, label["r"], known, label["evidence"][0], draw)


class _Annotated:
    """A document of Re-DocRED: its things by number, and what answers each question about them."""

    def __init__(self, record: dict) -> None:
        self.text = Text("Re-DocRED", record["title"], tuple(" ".join(words) for words in record["sents"]))
        self.places = [_spans(mentions, record["sents"]) for mentions in record["vertexSet"]]
        self.names = [max((m["name"] for m in mentions), key=len) for mentions in record["vertexSet"]]
        self.kinds = [mentions[0]["type"] for mentions in record["vertexSet"]]
        self.answers: dict[tuple[str, str, int], set[int]] = defaultdict(set)
        for label in record["labels"]:
            self.answers[">", label["r"], label["h"]].add(label["t"])
            self.answers["<", label["r"], label["t"]].add(label["h"])

    def examples(
        self, way: str, relation: str, known: int, at: int, draw: random.Random
    ) -> Iterator[Example]:
        """Yield a fact's questions with its sentence, and like ones that the sentence does not answer."""
        text, about = self.text, self.names[known]
        answers = self.answers[way, relation, known]
        spans = tuple(span for one in answers for place, span in self.places[one] if place == at)
        for question in asked(relation, way, about, draw, _PHRASINGS_A_FACT):
            yield Example(question, text, at, spans, "fact")
        yield from self._other_properties(known, at, draw)
        named = {place for one in answers for place, _ in self.places[one]}
        if elsewhere := [place for place in range(len(text.sentences)) if place not in named]:
            for question in asked(relation, way, about, draw, 1):
                yield Example(question, text, draw.choice(elsewhere), (), "fact elsewhere")
        if others := [
            other for other in range(len(self.names)) if self._is_like(other, known, way, relation)
        ]:
            for question in asked(relation, way, self.names[draw.choice(others)], draw, 1):
                yield Example(question, text, at, (), "fact of another")

    def _other_properties(self, known: int, at: int, draw: random.Random) -> Iterator[Example]:
        """Yield questions for properties that the document does not tell of a thing."""
        for _ in range(_OTHERS_A_FACT):
            way, property_ = draw.choice(_COMMON[self.kinds[known]])
            if not self.answers.get((way, property_, known)):
                for question in asked(property_, way, self.names[known], draw, 1):
                    yield Example(question, self.text, at, (), "other property")

    def _is_like(self, other: int, known: int, way: str, relation: str) -> bool:
        """Whether another thing is of the same type, without an answer of its own."""
        same = self.kinds[other] == self.kinds[known] and self.names[other] != self.names[known]
        return same and not self.answers.get((way, relation, other))


def _asking(way: str, numbers: str) -> list[tuple[str, str]]:
    return [(way, f"P{number}") for number in numbers.split()]


_PERSON: Final = [
    *_asking(">", "569 570 19 20 22 25 26 40 3373 69 108 166 551 54 102 607 463 800 509 140"),
    *_asking("<", "50 57 178 112 161 175"),
]
_THING: Final = _asking(">", "57 50 86 175 577 571 112 178 264 161 162 170 127 159 123 400 364 155 156")
_PLACE: Final = [*_asking(">", "571 6 206 112 127 35 37 36"), *_asking("<", "19 20 551 159 69")]
_BODY: Final = [
    *_asking(">", "175 577 571 112 178 264"), *_asking("<", "69 108"),
    *_asking(">", "159 488 112"), *_asking("<", "463"),
]  # fmt: skip
# What is commonly asked of a thing, by its type in Re-DocRED.
_COMMON: Final = {
    "PER": _PERSON, "ORG": _BODY, "MISC": _THING, "LOC": _PLACE, "TIME": _asking("<", "569 570"),
    "NUM": _PLACE,
}  # fmt: skip


def _spans(mentions: list[dict], sentences: list[list[str]]) -> list[tuple[int, tuple[int, int]]]:
    """Return each mention's sentence and characters there, words joined by single spaces."""
    found = []
    for mention in mentions:
        words, (first, last) = sentences[mention["sent_id"]], mention["pos"]
        start = sum(len(word) + 1 for word in words[:first])
        found.append((mention["sent_id"], (start, start + len(" ".join(words[first:last])))))
    return found


def two_wiki(draw: random.Random) -> Iterator[Example]:
    """Yield questions for the facts behind 2WikiMultihopQA's, whose sentences it names."""
    for record in lines("qa/multihop/2wiki_train500.jsonl.gz"):
        texts = {p["title"]: Text("2Wiki", p["title"], sentences_of(p["text"])) for p in record["paragraphs"]}
        for subject, relation, object_ in record["evidences"]:
            property_ = _WIKI_RELATIONS.get(relation)
            for text in texts.values():
                if property_ and text.title.split(" (")[0] == subject.split(" (")[0]:
                    yield from _of_fact(text, property_, subject.split(" (")[0], object_, draw)


def _of_fact(
    text: Text, property_: str, subject: str, object_: str, draw: random.Random
) -> Iterator[Example]:
    spans = [occurrences(object_, sentence) for sentence in text.sentences]
    for place, found in enumerate(spans[:4]):
        first = found and not any(spans[:place])
        if found and not first:
            continue  # the fact was said before
        for question in asked(property_, ">", subject, draw, _PHRASINGS_A_FACT if first else 1):
            yield Example(question, text, place, found, "fact" if first else "fact elsewhere")
