"""Questions about sentences of the training texts whose answer is what the text is about.

People mostly ask what a text says of its topic, so a reader learns that a title never answers. The first
step of a question such as "Where did the author of Walden die?" asks for just that: "Who was the author of
Walden?" A pronoun that stands for the topic is written out.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from reading.examples import Example, Text, occurrences
from reading.sentences import clauses

_AGENTS: Final = {
    "discovered": "discoverer", "invented": "inventor", "founded": "founder", "wrote": "author",
    "composed": "composer", "directed": "director", "designed": "designer", "built": "builder",
    "created": "creator", "won": "winner", "led": "leader", "painted": "painter", "succeeded": "successor",
    "edited": "editor", "produced": "producer", "developed": "developer", "established": "founder",
    "proposed": "proposer", "introduced": "introducer", "translated": "translator", "coached": "coach",
    "published": "publisher", "owned": "owner", "commanded": "commander", "supervised": "supervisor",
    "taught": "teacher", "hosted": "host", "managed": "manager", "assassinated": "assassin",
    "conquered": "conqueror", "ruled": "ruler", "defeated": "conqueror", "constructed": "builder",
    "sculpted": "sculptor", "explored": "explorer", "photographed": "photographer", "sponsored": "sponsor",
}  # fmt: skip
_DID: Final = re.compile(
    rf"\b({'|'.join(_AGENTS)}) ((?!by |in |and |of |from |on |as )[^.,;:()]{{3,60}}?)(?= in \d|[.,;:(]| and )"
)
_WAS: Final = re.compile(
    r"(?:was|is|became|served as|appointed) (the [^.,;:()]{8,80}?)(?=[.,;:(]| and | who )"
)
_WHO: Final = re.compile(r"\b([a-z]+),? (?:who|that|which) ((?!(?:is|was|has|had)\b)[a-z]+[^.,;:()]{8,80})")
_SUBJECT: Final = re.compile(r"^(?:He|She|It)\b|(?<=[,\d] )(?:he|she)\b")
_LONGEST: Final = 300  # characters of a sentence
_A_TEXT: Final = 8  # examples


def about_topics(texts: Sequence[Text], draw: random.Random) -> Iterator[Example]:
    """Yield questions that the topic answers, the same of other sentences, and like ones that it does not."""
    places = [(text, place) for text in texts for text, place in _spoken_out(text)]
    asker, trees = clauses(places, draw)
    for text, place, words in trees:
        name = text.title.split(" (")[0]
        spans = occurrences(name, text.sentences[place])
        asked = [*_by_form(text.sentences[place], name, draw)]
        for each in asker.ask(words, text.title):
            if set(name.split()) & set(each.question.rstrip("?").split()):
                continue
            if each.span is None or set(text.sentences[place][slice(*each.span)].split()) <= set(
                name.split()
            ):
                asked.append((each.question, each.span is not None))
        draw.shuffle(asked)
        for question, answered in asked[:_A_TEXT]:
            yield Example(question, text, place, spans if answered else (), "asked for the topic")
            others = [other for other in range(len(text.sentences)) if other != place]
            if answered and others and draw.random() < 0.4:
                yield Example(question, text, draw.choice(others), (), "asked for the topic elsewhere")


def _spoken_out(text: Text) -> Iterator[tuple[Text, int]]:
    """Yield sentences that name their topic, by itself or where a pronoun stood."""
    name = text.title.split(" (")[0]
    if not name or not name[0].isupper():
        return
    for place, said in enumerate(text.sentences):
        if len(said) > _LONGEST:
            continue
        if name not in said:
            said, changed = _SUBJECT.subn(name, said, count=1)
            if not changed:
                continue
        kept = (*text.sentences[:place], said, *text.sentences[place + 1 :])
        yield replace(text, sentences=kept), place


def _by_form(said: str, name: str, draw: random.Random) -> Iterator[tuple[str, bool]]:
    """Yield questions by the sentence's form, and whether the name answers them."""
    at = said.find(name)
    after = said[at + len(name) :] if at >= 0 else ""
    who = "who" if re.search(r"\b(?:he|she|his|her|who|born)\b", said, re.IGNORECASE) else "what"
    for did in _DID.finditer(after[:120]):
        agent, what = _AGENTS[did[1]], did[2]
        yield draw.choice((f"{who} was the {agent} of {what}?", f"{who} {did[1]} {what}?")), True
        if what[0].isupper():
            yield draw.choice((f"{who} was the {agent} of {name}?", f"{who} {did[1]} {name}?")), False
    if was := _WAS.search(after[:140]):
        yield f"{who} was {was[1]}?", True
    if which := _WHO.search(after[:160]):
        yield draw.choice((f"which {which[1]} {which[2]}?", f"who {which[2]}?")), True
