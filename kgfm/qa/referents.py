"""Whom a pronoun stands for."""

from collections.abc import Callable
from typing import Final

from kgfm.qa.gender import gender_of_name
from kgfm.qa.search import SearchIndex
from kgfm.qa.sentence import ReadSentence

_GENDERS: Final = {"he": "m", "his": "m", "him": "m", "she": "f", "her": "f"}
_THINGS: Final = frozenset({"it", "its", "they", "their"})
_FARTHEST: Final = 6  # sentences before that may name whom a pronoun stands for


class Referents:
    """Resolves the pronouns of the passages of an index."""

    def __init__(self, index: SearchIndex, read: Callable[[int], ReadSentence]) -> None:
        """Take how a passage is read, by its number."""
        self._index = index
        self._read = read

    def of(self, word: str, place: int, number: int) -> int | None:
        """Return what the word at a place of a passage most likely stands for: genders must agree.

        The document's topic, else a person named before it in its sentence, else whom the sentences before
        speak of; None where that is not plain, and for a word that is no pronoun.
        """
        sentence = self._read(number)
        topic = sentence.topic
        if word in _THINGS:
            return topic if topic is not None and self._index.entities[topic].kind != "person" else None
        gender = _GENDERS.get(word)
        if gender is None:
            return None
        if topic is not None and self._may_be(topic, gender):
            return topic
        named = self._named(sentence, gender, place)
        return self._spoken_of(number, gender) if named is None else named

    def _spoken_of(self, number: int, gender: str) -> int | None:
        """Return the person of a gender whom the sentences before this one speak of.

        A sentence that says "he" before it names a man leans on one before it in turn.
        """
        document = self._index.passages[number].document
        for earlier in range(number - 1, max(number - _FARTHEST, 0) - 1, -1):
            if self._index.passages[earlier].document != document:
                return None
            sentence = self._read(earlier)
            pronouns = (place for place, word in enumerate(sentence.words) if _GENDERS.get(word) == gender)
            named = self._named(sentence, gender, next(pronouns, len(sentence.words)))
            if named is not None:
                return named
        return None

    def _named(self, sentence: ReadSentence, gender: str, end: int) -> int | None:
        """Return the first person of a gender whom a sentence names before a place."""
        people = (
            one.entity
            for one in sorted(sentence.mentions, key=lambda mention: mention.first)
            if one.last < end and one.entity is not None and self._may_be(one.entity, gender)
        )
        return next(people, None)

    def _may_be(self, entity: int, gender: str) -> bool:
        known = self._index.entities[entity]
        return known.kind == "person" and gender_of_name(known.label) in ("", gender)
