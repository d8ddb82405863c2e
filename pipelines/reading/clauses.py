"""Questions made from sentences: a clause's subject, object or circumstance is asked for, in other words.

Source of the idea: Lewis et al. 2019, "Unsupervised question answering by cloze translation",
arXiv:1906.04980.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from reading.wording import Verbs, akin, inflected, kinds, others

from kgfm.extraction.tree import Word

_BY_FULL_NAME, _OF_OTHERS = 0.6, 0.3  # shares of the questions
_PRONOUNS: Final = frozenset("he she it they".split())
_RELATIVE: Final = frozenset("who which that whom whose where when".split())
_PLACES: Final = frozenset({"GPE", "LOC", "FAC"})
_NOUNS: Final = {
    "PERSON": "person man woman".split(), "GPE": "city place town country".split(),
    "ORG": "organization company body institution group".split(), "FAC": "building place site".split(),
    "LOC": "place region area".split(), "NORP": "people group nation".split(),
    "WORK_OF_ART": "work book film piece".split(), "EVENT": "event".split(), "LANGUAGE": ["language"],
    "PRODUCT": "product thing".split(), "LAW": ["law"],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the characters of the sentence that answer; none where it does not."""

    question: str
    span: tuple[int, int] | None
    kind: str = "clause"


class ClauseAsker:
    """Asks for the parts of the clauses of parsed sentences."""

    def __init__(self, verbs: Verbs, draw: random.Random) -> None:
        self._verbs = verbs
        self._draw = draw
        self._kept: _Part | None = None  # the complement that every question has to hold
        self._met: dict[str, list[_Part]] = defaultdict(list)  # complements so far, by what they are

    def ask(self, words: Sequence[Word], title: str) -> Iterator[Asked]:
        """Yield questions that a sentence answers, and like ones that it does not."""
        for verb in words:
            if verb.is_verb and verb.lemma not in ("have", "do") and not verb.all("neg"):
                subject = _subject(verb)
                if subject is None or not (named := _named(subject, title)):
                    continue
                if self._draw.random() < _BY_FULL_NAME:
                    named = _full_name(subject, named, title)
                yield from self._of_clause(verb, subject, named, words)
                yield from self._of_others(verb, subject, named, title, words)

    def _of_others(
        self, verb: Word, subject: Word, named: str, title: str, words: Sequence[Word]
    ) -> Iterator[Asked]:
        """Yield the clause's questions with another subject or complement: it does not answer these."""
        topic = title.split(" (")[0]
        if subject.entity in ("PERSON", "ORG") and not set(named.split()) & set(topic.split()):
            for each in self._of_clause(verb, subject, topic, words):
                if each.span and topic in each.question and self._draw.random() < _OF_OTHERS:
                    yield Asked(each.question, None, "other subject")
        parts = _parts(verb)
        for place, part in enumerate(parts):
            other = self._other(part)
            if other is not None:
                changed = [*parts[:place], other, *parts[place + 1 :]]
                for each in self._of_clause(verb, subject, named, words, changed, other):
                    if each.span and self._draw.random() < _OF_OTHERS:
                        yield Asked(each.question, None, "other object")
        for part in parts:
            self._met[part.head.entity or part.head.tag].append(part)

    def _other(self, part: "_Part") -> "_Part | None":
        """Return an earlier complement of the same sort that means something else, to stand in its place."""
        known = self._met[part.head.entity or part.head.tag][-400:]
        if not known or part.head.dep == "prt":
            return None
        other = self._draw.choice(known)
        if akin(other.head.lemma, part.head.lemma) or other.head.lower in {w.lower for w in part.words}:
            return None
        said = other.words[1:] if other.preposition else other.words
        lead = part.words[:1] if part.preposition else ()
        return _Part((*lead, *said), other.head, part.preposition, part.span)

    def _of_clause(
        self,
        verb: Word,
        subject: Word,
        named: str,
        words: Sequence[Word],
        changed: "Sequence[_Part] | None" = None,
        kept: "_Part | None" = None,
    ) -> Iterator[Asked]:
        passive = _is_passive(verb)
        copula = verb.lemma == "be"
        parts = _parts(verb) if changed is None else changed
        self._kept = kept
        if copula and self._draw.random() < 0.6:
            return  # "what was X?" teaches little
        for part in (each for each in parts if each is not kept):
            rest = [each for each in parts if each is not part]
            yield from self._both(
                verb,
                part.head,
                lambda v, part=part, rest=rest: self._complement(v, verb, named, part, rest, passive),
                part.span,
            )
        if parts and not copula:
            yield from self._for_subject(verb, subject, parts, passive)
            if not any(word.entity in ("DATE", "TIME") for word in words) and self._draw.random() < 0.3:
                question = self._complement(verb.lemma, verb, named, None, parts, passive)
                yield Asked(question, None, "unlike clause")

    def _for_subject(
        self, verb: Word, subject: Word, parts: "Sequence[_Part]", passive: bool
    ) -> Iterator[Asked]:
        """Yield the questions that ask who or what did it, or whom it was done to."""
        finite = verb.tag == "VBN" if passive else verb.tag in ("VBD", "VBZ", "VBP")
        if subject.lower in _PRONOUNS | _RELATIVE or not finite:
            return
        wh, tag = self._wh(subject), "VBZ" if verb.tag == "VBP" else verb.tag
        said = f"{wh} {_be(verb)}" if passive else wh
        yield from self._both(
            verb, subject, lambda v: f"{said} {inflected(v, tag)} {self._joined(parts)}?", _span(subject)
        )

    def _both(
        self, verb: Word, asked_for: Word, question: Callable[[str], str], span: tuple[int, int]
    ) -> Iterator[Asked]:
        """Yield a question with its verb, with words that say the same, and with one that does not."""
        if asked_for.lower in _PRONOUNS | _RELATIVE or (
            asked_for.tag in ("PRP", "WP", "WDT", "CD") and asked_for.entity not in ("DATE", "CARDINAL")
        ):
            return
        verb_forms = [
            verb.lemma,
            *self._draw.sample(found := self._verbs.like(verb.lemma), min(len(found), 3)),
        ]
        for form in verb_forms:
            yield Asked(_tidy(question(form)), span)
        if verb.lemma != "be":
            unlike = self._verbs.unlike(verb.lemma, self._draw)
            for form in (unlike, *self._verbs.like(unlike)[:1]):
                yield Asked(_tidy(question(form)), None, "unlike clause")

    def _complement(
        self, form: str, verb: Word, named: str, part: "_Part | None", rest: "Sequence[_Part]", passive: bool
    ) -> str:
        if part is None:
            wh = self._draw.choice(("When", "In which year"))
        elif part.head.entity in ("DATE", "TIME"):
            wh = self._draw.choice(("When", "In which year", "In what year", "On which date"))
        elif part.preposition:
            where = part.head.entity in _PLACES and part.preposition in ("in", "at", "on", "to", "from")
            wh = (
                "Where"
                if where and self._draw.random() < 0.4
                else f"{part.preposition.capitalize()} {self._wh(part.head, whom=True)}"
            )
            if part.preposition == "by" and self._draw.random() < 0.5 and passive:
                return f"{self._wh(part.head)} {inflected(form, 'VBD')} {named} {self._joined(rest)}?"
        else:
            wh = self._wh(part.head, whom=True).capitalize()
        if verb.lemma == "be":
            form = verb.lower if verb.tag in ("VBD", "VBZ", "VBP") else "was"
            return f"{wh} {form} {named} {self._joined(rest)}?"
        if passive:
            return f"{wh} {_be(verb)} {named} {inflected(form, 'VBN')} {self._joined(rest)}?"
        auxiliary = "did" if verb.tag in ("VBD", "VBN", "VBG", "VB") else "does"
        return f"{wh} {auxiliary} {named} {form.replace('_', ' ')} {self._joined(rest)}?"

    def _wh(self, head: Word, *, whom: bool = False) -> str:
        """Return a question word, or which and a noun that the thing is a kind of."""
        person = head.entity == "PERSON"
        common = [
            child.lower for child in head.children if child.dep in ("compound", "appos") and child.tag == "NN"
        ]
        nouns = [*common, *(kind for noun in common for kind in kinds(noun)), *_NOUNS.get(head.entity, ())]
        if head.tag in ("NN", "NNS"):
            nouns += kinds(head.lemma)
        if nouns and self._draw.random() < 0.6:
            return (
                f"{self._draw.choice(('Which', 'What'))} {self._draw.choice(nouns)}".lower()
                if whom
                else f"{self._draw.choice(('Which', 'What'))} {self._draw.choice(nouns)}"
            )
        if person:
            return "whom" if whom else "who"
        return "what"

    def _joined(self, parts: "Sequence[_Part]") -> str:
        """Return circumstances in order, some left out, words changed for like ones."""
        kept = [
            part
            for part in parts
            if part is self._kept or self._draw.random() < (0.9 if not part.preposition else 0.6)
        ]
        return " ".join(self._reworded(part) for part in kept)

    def _reworded(self, part: "_Part") -> str:
        said = []
        for word in part.words:
            choices = (*kinds(word.lemma), *others(word.lemma)[:4]) if word.tag == "NN" else ()
            if word.tag in ("JJ", "RB") and word is not part.head and self._draw.random() < 0.4:
                continue
            said.append(
                self._draw.choice(choices).replace("_", " ")
                if choices and self._draw.random() < 0.35
                else word.text
            )
        return " ".join(said)


@dataclass(frozen=True, slots=True)
class _Part:
    """A complement of a verb: its words in order, its noun, and the preposition before it, if any."""

    words: tuple[Word, ...]
    head: Word
    preposition: str
    span: tuple[int, int]


def _parts(verb: Word) -> list[_Part]:
    found = []
    for child in verb.children:
        if child.dep in ("dobj", "attr", "dative", "oprd", "npadvmod") and child.is_noun:
            found.append(_Part(tuple(_phrase(child)), child, "", _span(child)))
        elif child.dep in ("prep", "agent") and (noun := child.child("pobj")) is not None:
            found.append(_Part((child, *_phrase(noun)), noun, child.lower, _span(noun)))
        elif child.dep == "prt" and found == []:
            found.append(_Part((child,), child, "", (child.start, child.end)))
    return [part for part in found if part.head.dep != "prt" or len(found) > 1] if len(found) < 6 else []


def _phrase(head: Word) -> list[Word]:
    """Return a noun with what narrows it down: no clauses, no insertions."""
    kept = [head]
    for word in kept:
        kept += [child for child in word.children if _narrows(child, word)]
    return sorted(kept, key=lambda word: word.index)


def _narrows(child: Word, word: Word) -> bool:
    if child.dep in ("det", "amod", "compound", "poss", "nummod", "case", "nmod", "quantmod"):
        return True
    of = child.dep == "prep" and child.lower == "of" and child.start > word.start
    return of or (child.dep == "pobj" and word.dep == "prep")


def _span(head: Word) -> tuple[int, int]:
    """Return the characters of a noun phrase, articles left out; of a date, all of it."""
    phrase = [word for word in _phrase(head) if word.dep != "det"]
    if head.entity == "DATE":
        phrase += [child for child in head.children if child.entity == "DATE"]
        phrase += [far for child in head.children for far in child.children if far.entity == "DATE"]
    return min(word.start for word in phrase), max(word.end for word in phrase)


def _subject(verb: Word) -> Word | None:
    found = verb.child("nsubj", "nsubjpass")
    if found is not None and found.lower in _RELATIVE and verb.dep == "relcl":
        return verb.head
    if found is None and verb.dep == "conj" and verb.head is not None and verb.head.is_verb:
        return verb.head.child("nsubj", "nsubjpass")
    return found


def _named(subject: Word, title: str) -> str:
    """Return a clause's subject as a question names it: what a pronoun stands for by the title."""
    if subject.lower in _PRONOUNS:
        return title.split(" (")[0]
    if subject.tag in ("PRP", "WP", "WDT", "DT", "EX"):
        return ""
    return " ".join(word.text for word in _phrase(subject))


def _full_name(subject: Word, named: str, title: str) -> str:
    """Return the title where the subject is one name of it: Curie, of Marie Curie."""
    names = title.split(" (")[0].split()
    return " ".join(names) if subject.is_proper and named in names and 1 < len(names) < 5 else named


def _is_passive(verb: Word) -> bool:
    """Whether a verb is passive, one behind "and" included."""
    if verb.tag != "VBN":
        return False
    led = verb.dep == "conj" and verb.head is not None and not verb.child("aux", "nsubj")
    return verb.child("auxpass") is not None or (led and _is_passive(verb.head))


def _be(verb: Word) -> str:
    auxiliary = verb.child("auxpass")
    return (
        auxiliary.lower
        if auxiliary is not None and auxiliary.lower in ("was", "were", "is", "are")
        else "was"
    )


def _tidy(question: str) -> str:
    """Return the question with single spaces, none before marks and possessives."""
    said = " ".join(question.split())
    for mark in ("?", ",", "'s", "’s", ")"):
        said = said.replace(f" {mark}", mark)
    return said[:1].upper() + said[1:]
