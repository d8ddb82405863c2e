"""What a sentence's letters show: its words, runs of capitals, common nouns."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from kgfm.extraction.tree import Word
from kgfm.qa.sentence import Mention, ReadSentence
from kgfm.qa.thesaurus import phrases_in
from kgfm.qa.vocabulary import stems_of
from kgfm.qa.words import FUNCTION_WORDS, fold

TOKEN: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_PARTICLES: Final = frozenset("van der den de di du la le von zu ter del della dos da".split())
_COMMON_SCORE: Final = 0.8  # of a common noun: a name answers sooner


def common_nouns(sentence: ReadSentence, tree: Iterable[Word]) -> Iterator[Mention]:
    """Yield the common nouns of a sentence that nothing else names, each with what narrows it down before."""
    named = {place for one in sentence.mentions for place in range(one.first, one.last + 1)}
    for word in tree:
        if word.tag not in ("NN", "NNS") or word.dep == "compound":
            continue
        first = word
        for child in reversed([child for child in word.children if child.start < word.start]):
            if child.dep not in ("compound", "amod") or child.end + 1 != first.start:
                break
            first = child
        places = places_of(list(sentence.spans), first.start, word.end)
        if named.isdisjoint(range(places[0], places[1] + 1)):
            text = sentence.passage.text[first.start : word.end]
            yield Mention(None, None, "", text, *places, _COMMON_SCORE)


def content(words: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
    """Return the words that say something, each with its place, and the phrases at their first word's."""
    said = [(place, word) for place, word in enumerate(words) if word not in FUNCTION_WORDS]
    return (*said, *((places[0], phrase) for phrase, places in phrases_in(words, stems_of)))


def capitals(text: str, spans: list[tuple[int, int]]) -> Iterator[tuple[int, int, str]]:
    """Yield runs of capitalised words, the sentence's first word left out unless a name follows it."""
    first = None
    for place, (start, end) in enumerate([*spans, (len(text), len(text))]):
        capital = text[start:end][:1].isupper() and fold(text[start:end]) not in FUNCTION_WORDS
        if first is not None and _joins_name(text, spans, place):
            continue  # "Bartel van der Waerden"
        if first is not None and (not capital or text[spans[place - 1][1] : start].strip(" .-")):
            if first > 0 or place - first > 1:
                yield first, place - 1, text[spans[first][0] : spans[place - 1][1]]
            first = None
        if capital and first is None:
            first = place


def _joins_name(text: str, spans: list[tuple[int, int]], place: int) -> bool:
    """Whether a word in lower case stands within a name: a particle, and a capital or a particle follows."""
    after = place + 1
    if after >= len(spans) or text[slice(*spans[place])] not in _PARTICLES:
        return False
    following = text[slice(*spans[after])]
    gap = text[spans[place - 1][1] : spans[place][0]] + text[spans[place][1] : spans[after][0]]
    return not gap.strip() and (following[:1].isupper() or _joins_name(text, spans, after))


def places_of(spans: list[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    """Return the first and last of the words that lie within characters of the text; (0, 0) if none does."""
    inside = [place for place, (first, last) in enumerate(spans) if last > start and first < end]
    return (inside[0], inside[-1]) if inside else (0, 0)
