"""The steps of a question written out as questions of their own, for a reader."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from kgfm.qa.expectation import DATE
from kgfm.qa.question import Hop
from kgfm.qa.sentence import ReadSentence
from kgfm.qa.steps import Span
from kgfm.qa.words import fold

_PREPOSITIONS: Final = frozenset("in at from under to of on by with out through after for about near".split())
_QUESTION_WORDS: Final[Mapping[str, str]] = {DATE: "when", "place": "where", "person": "who"}
_PEOPLE: Final = frozenset("man woman person one girl boy people".split())
_SMALL: Final = _PREPOSITIONS | {"s", "up", "and"}  # may be missing in a step's query
_TOKEN: Final = re.compile(r"[^\W_]+")
_DESCRIBED: Final = re.compile(r"(?:the|an?) (.+?) (?:who|that|which) (.+)", re.IGNORECASE)


def described(question: str, hops: Sequence[Hop]) -> Span | None:
    """Return the characters of a question that describe what its first steps lead to; None where scattered.

    A step's query may lack small words of the question, "'s" or "up", what its end is called, and parts of
    a phrase.
    """
    missing = _SMALL.union(*([fold(hop.expects.noun), *"_".join(hop.words).split("_")] for hop in hops))
    wanted = [word for hop in reversed(hops) for word in _TOKEN.findall(fold(hop.query))]
    while len(wanted) > 1 and wanted[0] in _PREPOSITIONS:
        wanted = wanted[1:]
    said = [(fold(token[0]), token.span()) for token in _TOKEN.finditer(question)]
    for first, (_, (begin, _)) in enumerate(said):
        left = list(wanted)
        for word, (_, end) in said[first:]:
            if left and word == left[0]:
                left = left[1:]
            elif len(left) == len(wanted) or word not in missing:
                break
            if not left:
                return begin, end
    return None


def asked_of(hop: Hop, start: str) -> str:
    """Return a step that leads on from a thing as a question about that thing."""
    first, *rest = hop.query.split() or [""]
    kind = hop.expects.kinds[0] if hop.expects.kinds else ""
    if first.lower() in ("the", "a", "an"):
        if described := _DESCRIBED.fullmatch(hop.query):
            return f"which {described[1]} {described[2]} {start}?"
        return f"{'who' if kind == 'person' else 'what'} was {hop.query} of {start}?"
    asked = f"which {hop.expects.noun}" if hop.expects.noun else _QUESTION_WORDS.get(kind, "what")
    leads = first.lower() in _PREPOSITIONS and rest
    words = rest if leads else [first, *rest]
    lead = f"{first} " if leads and asked not in ("when", "where") else ""
    auxiliary = "was" if hop.gap.word.endswith("ed") or "born" in words else "did"
    return f"{lead}{asked} {auxiliary} {start} {' '.join(words)}?"


def asked_alone(hop: Hop, description: str = "") -> str:
    """Return a first step, which starts from nothing but its own names, as a question.

    Its description in the question's own words is to be preferred to its query.
    """
    words = (description or hop.query).split()
    while len(words) > 1 and words[0].lower() in _PREPOSITIONS:
        words = words[1:]
    query, noun = " ".join(words), hop.expects.noun
    if described := _DESCRIBED.fullmatch(query):
        return f"{'who' if described[1].lower() in _PEOPLE else f'which {described[1]}'} {described[2]}?"
    if noun and noun.lower() not in query.lower():
        if " of " not in query:
            return f"which {noun} was {query}?"
        query = query.replace(" of ", f" {noun} of ", 1)
    return f"{'who' if hop.expects.kinds[:1] in ((), ('person',)) else 'what'} was {query}?"


def with_names(question: str, links: Sequence[tuple[str, set[int]]], sentence: ReadSentence) -> str:
    """Return a question with each name written as the sentence writes it, where it names the same.

    Whom a sentence calls by a name given at birth ("she was born Maria Skłodowska") goes by the title's.
    """
    text = sentence.passage.text
    for name, entities in links:
        written = next((mention.text for mention in sentence.mentions if mention.entity in entities), None)
        if sentence.topic is not None and f" born {written or name}" in text:
            question = question.replace(name, sentence.passage.title)
        elif written and name not in text:
            question = question.replace(name, written)
    return question
