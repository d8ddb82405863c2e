"""How well sentences, predicates and names fit a step of a question; every score lies in [0, 1]."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from kgfm.extraction.lexicon import noun_class, word_list
from kgfm.qa.entities import NamedEntity
from kgfm.qa.expectation import DATE, KINDS_OF_CLASS, NUMBER, OCCUPATION, Expectation
from kgfm.qa.gender import gender_of_name
from kgfm.qa.sentence import Context, Mention, ReadSentence
from kgfm.qa.steps import Step
from kgfm.qa.vocabulary import Vocabulary
from kgfm.qa.words import fold, stem, words

_REACH: Final = 12.0  # words over which nearness fades
LEAST_KIND: Final = 0.1  # of a candidate that is of the wrong kind, and left out
LEAST_EXACT: Final = 0.2  # of figures and unknown names; where fewer are met, others are spoken of
MET: Final = 0.5  # kinship from which a word counts as met
_SETTLEMENTS: Final = frozenset({"city", "town", "village"})
_AKIN: Final = 0.69  # kinship above which a common noun says the same as another word
_SAME: Final = 0.9  # kinship of a noun with itself in another form
_FROM_CONTEXT: Final = 0.7  # of a word or name that only the title or the sentences before hold
_PREDICATE_FROM_CONTEXT: Final = 0.35  # the sentence before tells mostly what another did
_FIGURE_FROM_CONTEXT: Final = 0.3
_YEAR: Final = re.compile("1[0-9]{3}|20[0-9]{2}")
_TRADES: Final = ("maker", "smith", "wright", "monger", "keeper", "ist", "grapher", "seller", "worker")
# Words of which a thing is only one.
_ROWS: Final = (
    frozenset("first second third fourth fifth sixth".split()),
    frozenset("elder eldest younger youngest".split()),
)
_UNNAMED_KINDS: Final = frozenset({"concept", "product", "work", ""})


_FIRST: Final = "first"
_SOME: Final = frozenset("woman women female man black jewish african asian european swede dane".split())


class Fitting:
    """Compares words by a vocabulary, names by the entities' names."""

    def __init__(
        self, vocabulary: Vocabulary, entities: Sequence[NamedEntity], weight: Callable[[str], float]
    ) -> None:
        """Take how much a word tells, in (0, 1]: rare words tell more."""
        self._vocabulary = vocabulary
        self._entities = entities
        self.weight = weight

    def coverages(self, wanted: Sequence[str], given: Iterable[str]) -> list[float]:
        """Return how well each wanted word is met by any of the given ones."""
        given = list(given)
        kinship = self._vocabulary.kinship
        return [max((kinship(word, other) for other in given), default=0.0) for word in wanted]

    def in_sentence(
        self, step: Step, sentence: ReadSentence, context: Context
    ) -> tuple[dict[str, int], list[float]]:
        """Return where a step's words are met in a sentence, and how well each is, context included."""
        places: dict[str, int] = {}
        scores = []
        for word in step.words:
            from_context = _PREDICATE_FROM_CONTEXT if word == step.gap.word else _FROM_CONTEXT
            best, place = 0.0, 0
            for position, other in sentence.content:
                if (score := self._vocabulary.kinship(word, other)) > best:
                    best, place = score, position
            if best > MET:
                places[word] = place
            if best < from_context:
                best = max(best, from_context * self.coverages([word], context.words)[0])
            scores.append(best)
        return places, scores

    def mean(self, wanted: Sequence[str], scores: Sequence[float]) -> float:
        """Return the mean of the words' scores by how much they tell; 1 where nothing is wanted."""
        total = sum(self.weight(word) for word in wanted)
        if not total:
            return 1.0
        return sum(self.weight(word) * score for word, score in zip(wanted, scores, strict=True)) / total

    def worst(self, wanted: Sequence[str], scores: Sequence[float]) -> float:
        """Return the least score, those of words that tell little raised."""
        rated = zip(wanted, scores, strict=True)
        return min((1 - self.weight(word) * (1 - score) for word, score in rated), default=1.0)

    def noun(self, expects: Expectation, text: str, beside: Sequence[str] = ()) -> float:
        """Return whether the expected noun is in a name or stands beside it; .5 if none is expected."""
        if not expects.noun:
            return 0.5
        noun = fold(expects.noun)
        head = words(text.partition(" of ")[0])  # a "chemistry of the element" is no element
        return max((self._vocabulary.kinship(noun, word) for word in [*head, *beside]), default=0.0)

    def says_nothing(self, step: Step, text: str) -> bool:
        """Whether a candidate only repeats the question, or is a common noun where a name is asked for."""
        said = words(text)
        if {stem(word) for word in said} <= step.said:
            return True
        if text != text.lower() or not text[:1].isalpha():
            return False
        if step.wants_name:
            return True
        asked = [word for word in (*step.said, fold(step.expects.noun)) if word]
        return len(said) == 1 and any(self._vocabulary.kinship(fold(text), word) > _AKIN for word in asked)

    def contradicts(self, step: Step, said: Sequence[str]) -> bool:
        """Whether a sentence's words name another one of a row than the step's: the first, not the second.

        The first woman is not the first of all.
        """
        if any(step.said & row and not row & step.said & set(said) and row & set(said) for row in _ROWS):
            return True
        behind = [after for word, after in pairwise(said) if word == _FIRST]
        return _FIRST in step.said and bool(behind) and all(_is_narrower(step, word) for word in behind)

    def kind(self, expects: Expectation, kind: str, noun: float, text: str) -> float:
        """Return how well a thing of this kind and name answers."""
        fit = max(expects.fit(each) for each in likely_kinds(kind, text))
        if expects.noun and noun >= _SAME:
            fit = max(fit, 0.9)
        elif expects.noun and not expects.kinds:
            named = kind not in _UNNAMED_KINDS or OCCUPATION in likely_kinds(kind, text)
            fit = 0.2 if named else 0.5
        if expects.gender and gender_of_name(text) not in ("", expects.gender):
            fit = 0.0
        if expects.noun in _SETTLEMENTS and text in _countries():
            fit = 0.0
        return fit

    def is_person(self, entity: int) -> bool:
        """Whether an entity is a person."""
        return self._entities[entity].kind == "person"

    def surnames(self, entity: int) -> set[str]:
        """Return what an entity goes by, folded: the last words of its names."""
        return self._entities[entity].surnames

    def names(self, step: Step, sentence: str, target: int | None, context: Context) -> float:
        """Return the share of the step's other names that sentence, context or target meet."""
        if not step.restricting:
            return 1.0
        folded = f" {' '.join(words(sentence))} "
        met = 0.0
        for readings in step.restricting:
            names = [name for number in readings for name in self._entities[number].names]
            if target in readings or any(_within(name, folded) for name in names):
                met += 1
            elif readings & context.entities or any(_within(name, context.said) for name in names):
                met += _FROM_CONTEXT
        return met / len(step.restricting)


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    return frozenset(word_list("demonyms").values())


def _is_narrower(step: Step, word: str) -> bool:
    """Whether a word behind "first" speaks of some people only, of whom the step does not."""
    return (word in _SOME or word.title() in word_list("demonyms")) and stem(word) not in step.said


def _within(name: str, folded: str) -> bool:
    return f" {' '.join(words(name))} " in folded


@lru_cache(maxsize=65536)
def likely_kinds(kind: str, name: str) -> frozenset[str]:
    """Return what kinds a thing may be of, by what the extraction thinks and by its name.

    "Holloway Prison" is a place whatever it was taken for, and "Maja" may be a person.
    """
    parts = name.split()
    if not parts or kind in (DATE, NUMBER):
        return frozenset({kind})
    if name in _countries():
        return frozenset({"place"})
    by_noun = KINDS_OF_CLASS.get(noun_class(parts[-1].lower()), ())
    if name.islower() and (noun_class(parts[-1]) == "person" or parts[-1].endswith(_TRADES)):
        return frozenset({kind, OCCUPATION})
    if len(parts) > 1 and by_noun and parts[-1][:1].isupper():
        return frozenset(by_noun)
    known = parts[0] in word_list("first_names")
    capitals = all(part[:1].isupper() for part in parts)
    if capitals and kind in ("organization", "") and (known or len(parts) in (2, 3)):
        return frozenset({"person", kind})
    if capitals and known and kind == "place":
        return frozenset({"person", kind})
    return frozenset({kind})


def share(wanted: Sequence[str], sentence: str, context: Context) -> float:
    """Return the share of words that the sentence holds; those of its context count less."""
    if not wanted:
        return 1.0
    given = set(words(sentence))
    other_years = any(_YEAR.fullmatch(word) for word in given)
    met = 0.0
    for word in wanted:
        if word in given:
            met += 1
        elif word in context.words:
            # A year in the sentence before is seldom this one's.
            met += _FROM_CONTEXT if word.isalpha() else 0.0 if other_years else _FIGURE_FROM_CONTEXT
    return met / len(wanted)


def beside(sentence: ReadSentence, mention: Mention) -> Sequence[str]:
    """Return the words next to a mention: "the mineral cleveite", "Ohlsdorf cemetery", "X, a chemist"."""
    before = sentence.words[max(0, mention.first - 1) : mention.first]
    end = sentence.spans[mention.last][1]
    apposition = sentence.passage.text[end : end + 1] == ","
    return [*before, *sentence.words[mention.last + 1 : mention.last + (5 if apposition else 2)]]


def nearness(first: int, last: int, places: Iterable[int]) -> float:
    """Return how near a run of words stands to the words that were met."""
    gaps = [max(first - place, place - last, 0) for place in places]
    return max(0.0, 1 - (sum(gaps) / len(gaps)) / _REACH) if gaps else 0.3
