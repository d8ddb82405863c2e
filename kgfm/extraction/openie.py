"""Open extraction: what each clause says, in the sentence's own words, nothing resolved or mapped.

It shares the clause rules with the extractor proper, and shows how much of a text these reach.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kgfm.extraction.clauses import Clause, Phrase, clauses, is_infinitive
from kgfm.extraction.pipeline import parse
from kgfm.extraction.tree import Sentence, Word, sentences
from kgfm.extraction.windows import readable

_ASIDES: Final = ("punct", "cc", "preconj", "relcl", "advcl", "appos", "parataxis", "conj")
_RELATION_PARTS: Final = ("aux", "auxpass", "neg", "prt")
_WRITTEN_ASIDES: Final = ("relcl", "appos", "advcl", "parataxis")
_LONGEST_SENTENCE: Final = 150  # words


@dataclass(frozen=True, slots=True)
class OpenExtraction:
    """Subject, relation and one or more further arguments, as written; `confidence` in [0, 1]."""

    subject: str
    relation: str
    arguments: tuple[str, ...]
    confidence: float


def open_extractions(text: str) -> list[OpenExtraction]:
    """Return what the clauses of `text` say, in order, each once."""
    found: dict[OpenExtraction, None] = {}
    parsed, starts = next(parse([readable(text)]))
    for sentence in sentences(parsed, starts, text):
        if len(sentence.words) <= _LONGEST_SENTENCE:
            found_clauses = clauses(sentence)
            chained = {clause.verb.index for clause in found_clauses if _governor(clause.verb) is not None}
            for clause in found_clauses:
                if not any(c.index in chained for c in clause.verb.all("xcomp")):
                    found.update(dict.fromkeys(_of_clause(sentence, clause)))
            found.update(dict.fromkeys(_of_nouns(sentence)))
    return list(found)


def _of_clause(sentence: Sentence, clause: Clause) -> Iterator[OpenExtraction]:
    verb = clause.verb
    relation = _relation(clause)
    extras = [f"{p.preposition} {_span(sentence, p.target)}" for p in clause.phrases if not p.through_object]
    extras += [_span(sentence, word) for word in clause.times]
    extras += [_span(sentence, word) for word in verb.all("npadvmod") if word not in clause.times]
    score = 0.8 - 0.1 * clause.inherited - 0.002 * len(sentence.words)
    for subject_word in clause.subjects:
        subject = _span(sentence, subject_word, without=verb)
        objects = clause.objects + clause.attributes + clause.adjectives
        if clause.datives and clause.objects:
            extras = [_span(sentence, word) for word in clause.datives] + extras
        for target in objects:
            yield OpenExtraction(subject, relation, (_span(sentence, target), *extras), score)
        if not objects:
            yield from _without_object(sentence, clause, subject, relation, score)


def _without_object(
    sentence: Sentence, clause: Clause, subject: str, relation: str, score: float
) -> Iterator[OpenExtraction]:
    complement = clause.verb.child("ccomp", "xcomp")
    if complement is not None:
        yield OpenExtraction(subject, relation, (_whole(sentence, complement),), score - 0.1)
        return
    phrases = [phrase for phrase in clause.phrases if not phrase.through_object]
    agents = [Phrase("by", word, word) for word in clause.agents]
    ordered = agents + phrases
    if ordered:
        first, rest = ordered[0], ordered[1:]
        others = tuple(f"{phrase.preposition} {_span(sentence, phrase.target)}" for phrase in rest)
        others += tuple(_span(sentence, word) for word in clause.times)
        yield OpenExtraction(
            subject, f"{relation} {first.preposition}", (_span(sentence, first.target), *others), score
        )
    elif clause.times:
        yield OpenExtraction(subject, relation, (_span(sentence, clause.times[0]),), score)


def _of_nouns(sentence: Sentence) -> Iterator[OpenExtraction]:
    """Read appositions as "is": "Bush, the president"."""
    for word in sentence.words:
        if word.dep == "appos" and word.head is not None and word.is_noun and word.head.is_noun:
            yield OpenExtraction(_span(sentence, word.head), "is", (_span(sentence, word),), 0.5)


def _relation(clause: Clause) -> str:
    """Return the verb with auxiliaries, inner adverbs and the verbs that govern it: "sought to obtain"."""
    parts = _verb_group(clause.verb)
    governor = _governor(clause.verb)
    while governor is not None:
        parts += _verb_group(governor)
        governor = _governor(governor)
    text = " ".join(word.text for word in sorted(parts, key=lambda word: word.index))
    if clause.passive and clause.verb.dep == "acl":
        return f"was {text}"
    return text


def _verb_group(verb: Word) -> list[Word]:
    parts = [verb, *(child for child in verb.children if child.dep in _RELATION_PARTS)]
    parts += [child for child in verb.all("advmod") if child.index == verb.index - 1 and not child.children]
    if not any(child.dep in ("aux", "auxpass") for child in verb.children):
        parts += _shared_auxiliaries(verb)
    return parts


def _governor(verb: Word) -> Word | None:
    """Return the verb whose infinitive this is, where both have one subject and nothing stands between."""
    head = verb.head
    if verb.dep != "xcomp" or head is None or not head.is_verb or verb.tag not in ("VB", "VBN"):
        return None
    between = head.child("dobj", "dative", "attr", "acomp")
    return head if between is None and is_infinitive(verb) and head.index < verb.index else None


def _shared_auxiliaries(verb: Word) -> list[Word]:
    """Return the auxiliaries that "was born and raised" writes once."""
    head = verb.head
    if verb.dep != "conj" or head is None or head.tag != verb.tag or verb.tag not in ("VBN", "VB", "VBG"):
        return []
    return [child for child in head.children if child.dep in ("aux", "auxpass")]


def _span(sentence: Sentence, word: Word, without: Word | None = None) -> str:
    """Return a noun phrase with its complements, asides and coordinated phrases left out.

    `without` is the verb of a clause that says something of the noun: it is no part of the noun's name.
    """
    first, last = word.index, word.index
    for child in reversed([c for c in word.children if c.index < word.index]):
        if child.dep in _ASIDES and child.right != first - 1:
            break
        if child.dep not in ("punct", "cc", "preconj", "mark"):
            first = child.left
    for child in (c for c in word.children if c.index > word.index):
        if child is without or (
            child.dep in _ASIDES and not (child.dep == "punct" and child.text in ("-", "'s"))
        ):
            break
        last = child.right
    return sentence.between(first, _before_aside(sentence, word.index, last))


def _before_aside(sentence: Sentence, first: int, last: int) -> int:
    """Cut what follows a comma deep inside a phrase: "head of the group, which sought ..."."""
    for word in sentence.words[first + 1 : last + 1]:
        if word.text != "," or word.head is None:
            continue
        aside = any(
            child.dep in _WRITTEN_ASIDES and child.left == word.index + 1 for child in word.head.children
        )
        if aside or word.index == last:
            return max(first, word.index - 1)
    return last


def _whole(sentence: Sentence, word: Word) -> str:
    return sentence.between(word.left, word.right)
