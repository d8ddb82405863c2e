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
    text = Text("Re-DocRED", record["title"], tuple(" ".join(words) for words in record["sents"]))
    places = [_spans(mentions, record["sents"]) for mentions in record["vertexSet"]]
    names = [max((m["name"] for m in mentions), key=len) for mentions in record["vertexSet"]]
    kinds = [mentions[0]["type"] for mentions in record["vertexSet"]]
    facts = defaultdict(set)  # (way, property, known) -> what answers
    for label in record["labels"]:
        facts[">", label["r"], label["h"]].add(label["t"])
        facts["<", label["r"], label["t"]].add(label["h"])
    for label in record["labels"]:
        if len(label["evidence"]) != 1:
            continue
        place = label["evidence"][0]
        for way, known, end in ((">", label["h"], label["t"]), ("<", label["t"], label["h"])):
            answers = facts[way, label["r"], known]
            spans = tuple(span for one in answers for at, span in places[one] if at == place)
            if not any(at == place for at, _ in places[end]):
                continue
            about = names[known]
            for question in asked(label["r"], way, about, draw, _PHRASINGS_A_FACT):
                yield Example(question, text, place, spans, "fact")
            yield from _others(text, place, known, about, facts, kinds, draw)
            elsewhere = [
                at
                for at in range(len(text.sentences))
                if not any(at == p for one in answers for p, _ in places[one])
            ]
            if elsewhere:
                for question in asked(label["r"], way, about, draw, 1):
                    yield Example(question, text, draw.choice(elsewhere), (), "fact elsewhere")
            same_kind = [
                o
                for o in range(len(names))
                if kinds[o] == kinds[known]
                and o != known
                and not facts.get((way, label["r"], o))
                and names[o] != about
            ]
            if same_kind:
                for question in asked(label["r"], way, names[draw.choice(same_kind)], draw, 1):
                    yield Example(question, text, place, (), "fact of another")


def _others(text, place, known, about, facts, kinds, draw) -> Iterator[Example]:
    """Yield questions about the same thing for properties that the document does not tell of it."""
    fitting = _COMMON[kinds[known]]
    for _ in range(_OTHERS_A_FACT):
        way, property_ = draw.choice(fitting)
        if not facts.get((way, property_, known)):
            for question in asked(property_, way, about, draw, 1):
                yield Example(question, text, place, (), "other property")


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
