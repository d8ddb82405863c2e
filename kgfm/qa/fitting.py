"""How well sentences, predicates and names fit a step of a question; every score lies in [0, 1]."""

from collections.abc import Iterable, Sequence
from typing import Final

from kgfm.qa.entities import NamedEntity
from kgfm.qa.expectation import Expectation
from kgfm.qa.gender import gender_of_name
from kgfm.qa.reading import Mention, ReadSentence
from kgfm.qa.steps import Step
from kgfm.qa.vocabulary import Vocabulary
from kgfm.qa.words import fold, words

_REACH: Final = 12.0  # words over which nearness fades
_MET: Final = 0.5  # kinship from which a word counts as met
_SAME: Final = 0.9  # kinship of a noun with itself in another form
_BY_TOPIC: Final = 0.7  # of a name that a sentence does not hold, but the title of its document
_UNNAMED_KINDS: Final = frozenset({"concept", "product", "work", ""})


class Fitting:
    """Compares words by a vocabulary, names by the entities' names."""

    def __init__(self, vocabulary: Vocabulary, entities: Sequence[NamedEntity]) -> None:
        self._vocabulary = vocabulary
        self._entities = entities

    def coverages(self, wanted: Sequence[str], given: Iterable[str]) -> list[float]:
        """Return how well each wanted word is met by any of the given ones."""
        given = list(given)
        kinship = self._vocabulary.kinship
        return [max((kinship(word, other) for other in given), default=0.0) for word in wanted]

    def matched(self, wanted: Sequence[str], sentence: ReadSentence) -> tuple[list[int], list[float]]:
        """Return where the wanted words are met in a sentence, and how well each is."""
        places, scores = [], []
        for word in wanted:
            best, place = 0.0, 0
            for position, other in sentence.content:
                if (score := self._vocabulary.kinship(word, other)) > best:
                    best, place = score, position
            scores.append(best)
            if best > _MET:
                places.append(place)
        return places, scores

    def noun(self, expects: Expectation, text: str, beside: Sequence[str] = ()) -> float:
        """Return whether the expected noun is in a name or stands beside it; .5 if none is expected."""
        if not expects.noun:
            return 0.5
        noun = fold(expects.noun)
        return max((self._vocabulary.kinship(noun, word) for word in [*words(text), *beside]), default=0.0)

    def kind(self, expects: Expectation, kind: str, noun: float, text: str) -> float:
        """Return how well a thing of this kind and name answers."""
        fit = expects.fit(kind)
        if expects.noun and noun >= _SAME:
            fit = max(fit, 0.9)
        elif expects.noun and not expects.kinds:
            fit = 0.5 if kind in _UNNAMED_KINDS else 0.2
        if expects.gender and gender_of_name(text) not in ("", expects.gender):
            fit *= 0.3
        return fit

    def names(self, step: Step, sentence: str, target: int | None, topic: int | None) -> float:
        """Return the share of the step's other names that the sentence, its topic or the target meets."""
        if not step.restricting:
            return 1.0
        folded = f" {' '.join(words(sentence))} "
        met = 0.0
        for readings in step.restricting:
            names = [name for number in readings for name in self._entities[number].names]
            if target in readings or any(f" {' '.join(words(name))} " in folded for name in names):
                met += 1
            elif topic in readings:
                met += _BY_TOPIC
        return met / len(step.restricting)


def mean(values: Sequence[float]) -> float:
    """Return the mean; 1 of nothing, since nothing was missed."""
    return sum(values) / len(values) if values else 1.0


def share(wanted: Sequence[str], sentence: str, title: str) -> float:
    """Return the share of words that the sentence holds; those of its document's title count less."""
    if not wanted:
        return 1.0
    given, above = set(words(sentence)), set(words(title))
    return mean([1.0 if word in given else _BY_TOPIC if word in above else 0.0 for word in wanted])


def beside(sentence: ReadSentence, mention: Mention) -> Sequence[str]:
    """Return the words next to a mention: "the mineral cleveite"."""
    return [
        *sentence.words[max(0, mention.first - 2) : mention.first],
        *sentence.words[mention.last + 1 : mention.last + 4],
    ]


def nearness(mention: Mention, places: Sequence[int]) -> float:
    """Return how near a mention stands to the words that were met."""
    if not places:
        return 0.3
    gaps = [max(mention.first - place, place - mention.last, 0) for place in places]
    return max(0.0, 1 - (sum(gaps) / len(gaps)) / _REACH)
