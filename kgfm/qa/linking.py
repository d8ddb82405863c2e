"""Names in a text -> entities of the knowledge base: longest match first, then near spellings."""

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process

from kgfm.extraction.lexicon import word_list
from kgfm.qa.entities import NamedEntity
from kgfm.qa.words import FUNCTION_WORDS, fold, stem

_TOKEN: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_LONGEST: Final = 10  # words of a name
_CANDIDATES: Final = 6  # entities kept for an ambiguous name
_NEAR_SPELLING: Final = 86.0  # of 100: one or two letters astray in a name of ten
_ACRONYM_WORDS: Final = 3

# How sure a name makes us of its entity, by the way in which it is the entity's.
_LABEL, _ALTERNATIVE, _SHORTER, _PLURAL, _ACRONYM, _SURNAME = 1.0, 0.95, 0.9, 0.85, 0.8, 0.75
_TITLED: Final = 0.95  # "Madame Curie" for one who is called so without the title, and the reverse


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entity that a name may stand for; `score` in (0, 1]."""

    number: int  # of the entity in the index
    score: float


@dataclass(frozen=True, slots=True)
class Link:
    """A name in a text, characters `start` to `end` (exclusive), and what it may stand for, best first."""

    start: int
    end: int
    text: str
    candidates: tuple[Candidate, ...]


class EntityLinker:
    """A dictionary of names; built once a version of the knowledge base."""

    def __init__(self, entities: Sequence[NamedEntity]) -> None:
        self._entities = entities
        self._names: dict[str, dict[int, float]] = defaultdict(dict)
        for number, entity in enumerate(entities):
            for key, score in _keys(entity):
                known = self._names[key]
                known[number] = max(score, known.get(number, 0))
        self._longest = min(_LONGEST, max((key.count(" ") + 1 for key in self._names), default=0))

    def links(self, text: str) -> list[Link]:
        """Return the names found in `text`, in order, the longest first where they overlap.

        A name in lower case counts where the entity is written so, or where the whole text is in lower case.
        """
        tokens = [(token.start(), token.end(), token[0]) for token in _TOKEN.finditer(text)]
        careless = text == text.lower() or text == text.upper()
        found, position = [], 0
        while position < len(tokens):
            link = self._longest_at(text, tokens, position, careless)
            if link:
                found.append(link)
                position = next(
                    (place for place in range(position, len(tokens)) if tokens[place][0] >= link.end),
                    len(tokens),
                )
            else:
                position += 1
        return found

    def is_common(self, link: Link) -> bool:
        """Whether the likeliest entity of a link is written in lower case, like any word."""
        return not any(map(str.isupper, self._entities[link.candidates[0].number].label))

    def near(self, name: str) -> tuple[Candidate, ...]:
        """Return the entities whose names are spelt nearly like this one, best first."""
        key = " ".join(_folded_words(name))
        if len(key) < 5:
            return ()
        matches = process.extract(
            key, self._names.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR_SPELLING, limit=5
        )
        scores: dict[int, float] = {}
        for match, similarity, _ in matches:
            if match[0] == key[0] or similarity > 92:
                for number, score in self._names[match].items():
                    scores[number] = max(scores.get(number, 0), score * similarity / 100)
        return self._best(scores)

    def _longest_at(
        self, text: str, tokens: list[tuple[int, int, str]], position: int, careless: bool
    ) -> Link | None:
        for count in range(min(self._longest, len(tokens) - position), 0, -1):
            run = tokens[position : position + count]
            start, end = run[0][0], run[-1][1]
            if any("\n\n" in text[a[1] : b[0]] or (". " in text[a[1] : b[0]] and len(a[2]) > 3)
                   for a, b in itertools.pairwise(run)):  # fmt: skip
                continue
            surface = text[start:end]
            scores = self._lookup([token for _, _, token in run])
            if count == 1 and self._within_name(text, tokens, position):
                # "Born" in "Gustav Born" is not Max Born.
                scores = {number: score for number, score in scores.items() if score > _SURNAME}
            if not careless:
                scores = {
                    number: score for number, score in scores.items() if self._written_so(number, surface)
                }
            if scores:
                possessive = re.search(r"['’]s$", surface)
                end -= len(possessive[0]) if possessive else 0
                return Link(start, end, text[start:end], self._best(scores))
        return None

    def _within_name(self, text: str, tokens: list[tuple[int, int, str]], position: int) -> bool:
        """Whether a word stands beside another capitalised one that is no title and starts no sentence."""
        start, end, _ = tokens[position]
        if position > 0:
            first, last, before = tokens[position - 1]
            opens = first == 0 or text[:first].rstrip()[-1:] in '.!?"“'
            title = fold(before) in word_list("titles") or fold(before) in FUNCTION_WORDS
            if before[0].isupper() and text[last:start] in (" ", ". ", "-") and not title and not opens:
                return True
        if position + 1 < len(tokens):
            first, _, after = tokens[position + 1]
            return after[0].isupper() and text[end:first] in (" ", "-")
        return False

    def _lookup(self, tokens: list[str]) -> dict[int, float]:
        folded = [fold(token).removesuffix("'s") for token in tokens]
        if folded[0] == "the" or all(word in FUNCTION_WORDS for word in folded):
            return {}
        found = dict(self._names.get(" ".join(folded), {}))
        if len(folded) > 1 and folded[0] in word_list("titles"):
            for number, score in self._names.get(" ".join(folded[1:]), {}).items():
                if self._entities[number].kind == "person":
                    found[number] = max(found.get(number, 0), _TITLED * score)
        return found

    def _written_so(self, number: int, surface: str) -> bool:
        """A word in lower case is no proper name: "may" is not May."""
        if any(letter.isupper() or letter.isdigit() for letter in surface):
            return True
        return any(not any(map(str.isupper, name)) for name in self._entities[number].names) or (
            self._entities[number].kind == "concept"
        )

    def _best(self, scores: dict[int, float]) -> tuple[Candidate, ...]:
        def order(number: int) -> tuple[float, int, int]:
            return (-scores[number], -self._entities[number].mentions, number)

        return tuple(Candidate(number, scores[number]) for number in sorted(scores, key=order)[:_CANDIDATES])


def _folded_words(name: str) -> list[str]:
    tokens = [fold(token).removesuffix("'s") for token in _TOKEN.findall(name)]
    return tokens[1:] if tokens[:1] == ["the"] and len(tokens) > 1 else tokens


def _keys(entity: NamedEntity) -> Iterator[tuple[str, float]]:
    for place, name in enumerate(entity.names):
        words = _folded_words(name)
        if not words or len(words) > _LONGEST:
            continue
        yield " ".join(words), _ALTERNATIVE if place else _LABEL
        if entity.kind == "person" and len(words) > 2 and words[0] in word_list("titles"):
            yield " ".join(words[1:]), _TITLED
        if entity.kind == "concept":
            # "electrons" asks for "electron".
            yield " ".join([*words[:-1], stem(words[-1])]), _PLURAL
            yield " ".join([*words[:-1], words[-1] + "s"]), _PLURAL
        if entity.kind == "person" and len(words) > 1:
            yield words[-1], _SURNAME
            yield f"{words[0]} {words[-1]}", _SHORTER  # without middle names
        if entity.kind in ("organization", "award", "event"):
            capitals = [token for token in _TOKEN.findall(name) if token[0].isupper()]
            if len(capitals) >= _ACRONYM_WORDS:
                yield fold("".join(token[0] for token in capitals)), _ACRONYM
