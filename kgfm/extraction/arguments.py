"""The ends of relations: what a noun in the tree stands for, with its place in the text."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from kgfm.extraction.dates import number_value, written_dates
from kgfm.extraction.lexicon import noun_class, word_list
from kgfm.extraction.names import KnownNames, Name, find_names
from kgfm.extraction.tree import Sentence, Word
from kgfm.kg.terms import Literal

_LOOSE: Final = ("advmod", "dep", "npadvmod", "oprd")  # how the parser hangs on a name that it cannot place
_LONGEST_CONCEPT: Final = 4  # words; longer noun phrases are quoted as they stand
_DROPPED: Final = frozenset(
    "famous notable noted prominent renowned former retired leading great young late early well-known"
    " prolific influential important major small large big old new first last second third only current"
    " celebrated distinguished eminent respected popular successful outstanding acclaimed award-winning"
    " best several many few some own other same such professional".split()
)
_DEMONSTRATIVES: Final = frozenset({"the", "this", "that", "these", "those"})
_PRONOUNS: Final = frozenset(
    "he she it they him her them his its their himself herself itself themselves".split()
)
_NO_ARGUMENT: Final = frozenset(
    "i we you me us my our your who whom which that what this these those one none nobody nothing everyone"
    " there somebody someone something anyone each other another all both whose".split()
)


class Form(StrEnum):
    """How the text refers to the end of a relation."""

    NAME = "name"
    PRONOUN = "pronoun"
    DEFINITE = "definite"  # "the company": stands for something named before, or for nothing we know
    NOUN = "noun"
    DATE = "date"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Argument:
    """One end of a relation as written, before anyone knows which entity it is."""

    form: Form
    start: int  # characters of the document's text
    end: int
    text: str  # white space made single
    head: str  # lemma of the head noun, or the pronoun, lower case
    sentence: int
    name: Name | None = None
    concept: str = ""  # of a noun: the phrase without articles, praise and nationality
    value: Literal | None = None  # of a date or number
    plural: bool = False
    words: int = 1


class Ends:
    """Makes the arguments of one sentence, each once."""

    def __init__(self, sentence: Sentence, known: KnownNames) -> None:
        self.sentence = sentence
        self.names = find_names(sentence, known)
        self._name_of = {i: name for name in self.names for i in range(name.first, name.last + 1)}
        self._made: dict[int, Argument | None] = {}

    def name_at(self, word: Word) -> Name | None:
        """Return the name that covers a word."""
        return self._name_of.get(word.index)

    def heads_name(self, word: Word) -> bool:
        """Whether a name covers the word and the word's head lies outside the name."""
        name = self._name_of.get(word.index)
        if name is None:
            return False
        return word.head is None or not name.first <= word.head.index <= name.last

    def of(self, word: Word) -> Argument | None:
        """Return what a noun or pronoun stands for; None where it can be no end of a relation."""
        if word.index not in self._made:
            self._made[word.index] = self._make(word)
        return self._made[word.index]

    def _make(self, word: Word) -> Argument | None:
        if name := self._name_of.get(word.index):
            return Argument(
                Form.NAME,
                name.start,
                name.end,
                name.text,
                word.lower,
                name.sentence,
                name,
                plural=word.tag == "NNPS",
            )
        if word.lower in _NO_ARGUMENT:
            return None
        if word.lower in _PRONOUNS:
            plural = word.lower in ("they", "them", "their", "themselves")
            return Argument(
                Form.PRONOUN, word.start, word.end, word.text, word.lower, self.sentence.number, plural=plural
            )
        if (
            word.entity in ("DATE", "CARDINAL", "TIME")
            or word.tag == "CD"
            or word.lower in word_list("months_days")
        ):
            return self._number(word)
        if word.is_noun:
            bearer = self._name_of.get(word.index + 1)
            if bearer is not None and self._bears(word, bearer):
                return self.of(self.sentence.words[word.index + 1])
            return self._noun(word)
        return None

    def _bears(self, word: Word, name: Name) -> bool:
        """Whether a noun and the name behind it are one: "Emperor Lothair", "the film Titanic"."""
        if word.text[:1].isupper():
            return noun_class(word.lower) in ("person", "relative")
        loose = any(
            each.dep in _LOOSE and each.head is word.head
            for each in self.sentence.words[name.first : name.last + 1]
        )
        return loose and noun_class(word.lower) in ("work", "product", "event", "person", "human")

    def kind_of(self, noun: Word) -> Argument | None:
        """Return a noun without its complement as what something is: "capital" in "the capital of Poland"."""
        whole = self.of(noun)
        if whole is None or whole.form not in (Form.NOUN, Form.DEFINITE):
            return whole if whole is not None and whole.form is not Form.DATE else None
        words = self.sentence.words
        first = self.first_of_phrase(noun)
        text = self.sentence.between(first, noun.index)
        concept = self._concept(noun, noun.index)
        return replace(
            whole,
            form=Form.NOUN,
            start=words[first].start,
            end=noun.end,
            text=text,
            concept=concept or noun.lemma,
        )

    def _number(self, word: Word) -> Argument | None:
        first, last = self._extent(word, Form.DATE)
        text = self.sentence.between(first, last)
        start, end = self.sentence.words[first].start, self.sentence.words[last].end
        if date := self._date(word, start, end):
            return date
        if word.is_noun and word.entity != "DATE":
            return self._noun(word)
        if value := number_value(text):
            return Argument(Form.NUMBER, start, end, text, word.lower, self.sentence.number, value=value)
        return None

    def _date(self, word: Word, start: int, end: int) -> Argument | None:
        """Return the date that the word belongs to: of "from 1900 to 1910" the one it stands in."""
        whole = self.sentence.text[start:end]
        for date in written_dates(whole):
            if date.start <= word.start - start < date.end:
                first, last = start + date.start, start + date.end
                text = whole[date.start : date.end]
                return Argument(
                    Form.DATE, first, last, text, word.lower, self.sentence.number, value=date.value
                )
        return None

    def _extent(self, word: Word, form: Form) -> tuple[int, int]:
        """Return the first and last word of a date or number: the entity's, or those under the word."""
        for first, last, label in self.sentence.entities:
            if first <= word.index < last and label in (
                "DATE",
                "TIME",
                "CARDINAL",
                "QUANTITY",
                "MONEY",
                "PERCENT",
            ):
                words = self.sentence.words
                while first < last - 1 and words[first].tag in ("IN", "DT"):
                    first += 1
                return first, last - 1
        inner = [word.index] + [
            c.index for c in word.children if c.tag == "CD" or (form is Form.DATE and c.is_proper)
        ]
        return min(inner), max(inner)

    def _noun(self, word: Word) -> Argument:
        first, last = self.first_of_phrase(word), self._last_of_phrase(word)
        words = self.sentence.words
        whole = Argument(
            Form.NOUN,
            words[first].start,
            words[last].end,
            self.sentence.between(first, last),
            word.lemma,
            self.sentence.number,
            plural=word.tag in ("NNS", "NNPS"),
            words=last - first + 1,
        )
        if word.child("nummod") is not None and not noun_class(word.lemma):
            value = number_value(whole.text)
            if value is not None:
                return replace(whole, form=Form.NUMBER, value=value)
        determiner = word.child("poss", "det")
        if determiner is not None and determiner.dep == "poss":
            return replace(whole, form=Form.DEFINITE)
        definite = determiner is not None and determiner.lower in _DEMONSTRATIVES and last == word.index
        form = Form.DEFINITE if definite else Form.NOUN
        return replace(whole, form=form, concept=self._concept(word, last))

    def first_of_phrase(self, word: Word) -> int:
        """Return the index where the noun phrase that the word heads begins."""
        first = word.index
        for child in reversed(word.children):
            if child.index < word.index and child.dep in (
                "det", "amod", "compound", "nummod", "poss", "nmod", "predet", "quantmod",
            ):  # fmt: skip
                first = min(first, child.left)
        return first

    def _last_of_phrase(self, word: Word) -> int:
        """Return where it ends: behind a complement with "of", else at the noun."""
        for child in word.children:
            if child.index > word.index and child.dep == "prep" and child.lower == "of":
                target = child.child("pobj")
                if target is not None and child.index == word.index + 1:
                    name = self._name_of.get(target.index)
                    return name.last if name else target.index
        return word.index

    def _concept(self, word: Word, last: int) -> str:
        kept = [w for w in word.children if w.index < word.index and w.dep in ("amod", "compound", "nmod")]
        parts: list[str] = []
        for child in kept:
            if child.lower in _DROPPED or child.text in word_list("demonyms") or child.entity == "NORP":
                continue
            if child.tag in ("JJS", "CD", "RBS") or child.entity in ("DATE", "ORDINAL"):
                continue
            parts += [
                w.text if w.is_proper else w.lower
                for w in self.sentence.words[child.left : child.index + 1]
                if w.tag != "CD"
            ]
        singular = word.lemma if word.tag == "NNS" and not word.lower.endswith("ics") else word.lower
        parts.append(word.text if word.is_proper else singular)
        parts += [w.text if w.is_proper else w.lower for w in self.sentence.words[word.index + 1 : last + 1]]
        if len(parts) > _LONGEST_CONCEPT:
            return ""
        return _spaced(parts)


def _spaced(parts: Sequence[str]) -> str:
    return " ".join(parts).replace(" - ", "-")
