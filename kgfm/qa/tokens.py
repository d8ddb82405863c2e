"""A question's words with each name taken as one word."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from kgfm.extraction.lexicon import noun_class, word_list
from kgfm.extraction.pipeline import load_pipeline
from kgfm.qa.linking import EntityLinker, Link
from kgfm.qa.thesaurus import phrases_in
from kgfm.qa.vocabulary import stems_of
from kgfm.qa.words import FUNCTION_WORDS, fold

_LIGHT: Final = frozenset("be do have name call kind sort type please tell happen occur take".split())
_PEOPLE: Final = ("person", "human", "relative")
_WITHIN_TITLES: Final = frozenset("of the and in on for a to".split())
_CIRCUMSTANCES: Final = frozenset("place date day year city town country time month cause".split())
_LIFE_EVENTS: Final = frozenset("birth death burial marriage wedding origin foundation".split())
_VERB_TAGS: Final = frozenset({"VB", "VBD", "VBG", "VBN", "VBP", "VBZ"})


@dataclass(frozen=True, slots=True)
class Word:
    """A word as the tagger sees it; `start` and `end` are characters of the question."""

    text: str
    lower: str
    lemma: str
    tag: str  # Penn Treebank
    start: int
    end: int


def parse(text: str) -> list[Word]:
    """Return the words of a question with their tags."""
    return [
        Word(
            token.text, token.lower_, token.lemma_.lower(), token.tag_, token.idx, token.idx + len(token.text)
        )
        for token in load_pipeline()(text)
        if not token.is_space
    ]


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the question, or a whole name."""

    text: str
    lower: str
    lemma: str
    tag: str  # Penn Treebank
    link: Link | None = None  # of a proper name: the token is the whole name
    circumstance: str = ""  # "place" or "date" of "place of death", where the token is "death"
    concept: Link | None = None  # of a thing that is written like any word: "helium"

    @property
    def is_verb(self) -> bool:
        """Whether it is tagged as a verb."""
        return self.link is None and self.tag in _VERB_TAGS

    @property
    def is_noun(self) -> bool:
        """Whether it is a noun and no linked name."""
        return self.link is None and self.tag in ("NN", "NNS", "NNP", "NNPS")

    @property
    def is_number(self) -> bool:
        """Whether it is a figure, such as a year."""
        return self.link is None and self.text[:1].isdigit()

    @property
    def is_capital(self) -> bool:
        """Whether it is written like a name, without being the name of anything known."""
        return self.link is None and self.text[:1].isupper()

    @property
    def is_content(self) -> bool:
        """Whether it says something of its own: no name, figure, function word or light verb."""
        return (
            self.link is None
            and not self.is_number
            and self.text[:1].isalpha()
            and self.lower not in FUNCTION_WORDS
            and self.lemma not in _LIGHT
        )


def collapse(
    words: Sequence[Word], links: Sequence[Link], linker: EntityLinker
) -> tuple[list[Token], tuple[str, ...], list[Link]]:
    """Return tokens, the names that are unknown, and the links of names, near spellings included."""
    concepts = {
        link.start: link for link in links if not link.text[:1].isupper() and not link.text[:1].isdigit()
    }
    names = [link for link in links if link.start not in concepts and not _is_common(link)]
    names = _whole_names(words, names, linker)
    tokens: list[Token] = []
    unknown: list[str] = []
    for word in words:
        link = next((link for link in names if link.start <= word.start < link.end), None)
        if link is None:
            concept = concepts.get(word.start) if word.tag.startswith("NN") else None
            tokens.append(Token(word.text, fold(word.lower), word.lemma, word.tag, concept=concept))
        elif not tokens or tokens[-1].link is not link:
            tokens.append(Token(link.text, fold(link.text), link.text, "NNP", link))
    for start, end in _runs(words):
        if not any(words[start].start < link.end and link.start < words[end - 1].end for link in names):
            unknown.append(" ".join(word.text for word in words[start:end]))
    return _joined_names(_with_phrases(_without_idioms(tokens))), tuple(unknown), names


def _whole_names(words: Sequence[Word], links: list[Link], linker: EntityLinker) -> list[Link]:
    """Let a run of capitals be one name where it is nearly one that is known, else no part of it be one.

    "Solvay Conference" does not ask for Solvay.
    """
    short = _runs(words)
    for start, end in [*_long_runs(short, words), *short]:
        first, last = words[start].start, words[end - 1].end
        if any(link.start <= first and link.end >= last for link in links):
            continue
        inside = [link for link in links if first < link.end and link.start < last]
        covered = sum(min(link.end, last) - max(link.start, first) for link in inside)
        if covered >= last - first - 2 and len(inside) == 1:
            continue
        name = " ".join(word.text for word in words[start:end])
        candidates = linker.near(name)
        if not candidates and (start, end) not in short:
            continue
        if candidates or (len(inside) == 1 and len(inside[0].text.split()) == 1):
            links = [link for link in links if link not in inside]
        if candidates:
            links.append(Link(first, last, name, candidates))
    return sorted(links, key=lambda link: link.start)


def _long_runs(runs: list[tuple[int, int]], words: Sequence[Word]) -> list[tuple[int, int]]:
    """Join runs over what may stand within a title: "The Nature of the Chemical Bond"."""
    joined = []
    for (start, end), (following, last) in pairwise(runs):
        if all(word.lower in _WITHIN_TITLES for word in words[end:following]):
            joined.append((start, last))
    return joined


def _is_common(link: Link) -> bool:
    """Whether a capitalised word is what it is in lower case: "Master", "American"."""
    return noun_class(link.text.lower()) in _PEOPLE or link.text in word_list("demonyms")


def _runs(words: Sequence[Word]) -> list[tuple[int, int]]:
    """Return runs of capitalised words, the question's first word left out."""
    found: list[tuple[int, int]] = []
    for index, word in enumerate(words):
        joint = word.text == "-" and bool(found) and found[-1][1] == index
        capital = word.text[:1].isupper() and word.lower not in FUNCTION_WORDS
        if index == 0 or not (capital or joint):
            continue
        if found and found[-1][1] == index:
            found[-1] = (found[-1][0], index + 1)
        else:
            found.append((index, index + 1))
    return [(start, end) for start, end in found if words[end - 1].text != "-"]


def _without_idioms(tokens: list[Token]) -> list[Token]:
    """Leave out the noun of "take place", which names none; let "place of death" be one word."""
    kept: list[Token] = []
    for place, token in enumerate(tokens):
        if token.lower == "place" and kept and kept[-1].lemma == "take":
            continue
        behind = [other.lemma for other in tokens[place + 1 : place + 3]]
        if (
            token.lemma in _CIRCUMSTANCES
            and behind[:1] == ["of"]
            and behind[1:]
            and behind[1] in _LIFE_EVENTS
        ):
            kept.append(replace(token, circumstance=token.lemma))
            continue
        if len(kept) > 0 and kept[-1].circumstance and token.lower == "of":
            continue
        if len(kept) > 0 and kept[-1].circumstance and token.lemma in _LIFE_EVENTS:
            kept[-1] = replace(token, circumstance=kept[-1].circumstance)
            continue
        kept.append(token)
    said = [token for token in kept if token.tag != "."]
    if said and said[-1].lower == "from" and said[-1].tag in ("IN", "RB", "RP"):
        kept[kept.index(said[-1])] = Token("from", "nationality", "nationality", "RB")  # "Where is she from?"
    return kept


def _with_phrases(tokens: list[Token]) -> list[Token]:
    """Let a phrase be one word, as the thesaurus has it: "put the machine together" is "put_together"."""
    taken: dict[int, str] = {}
    lowers = [token.lower if token.link is None else "_" for token in tokens]
    for phrase, places in sorted(phrases_in(lowers, stems_of), key=lambda found: -len(found[1])):
        nouns_only = all(tokens[place].is_noun for place in places)
        if nouns_only or not taken.keys().isdisjoint(places):
            continue
        taken |= {place: phrase if place == places[0] else "" for place in places}
    return [
        replace(token, lower=taken[place], lemma=taken[place]) if taken.get(place) else token
        for place, token in enumerate(tokens)
        if taken.get(place) != ""
    ]


def _joined_names(tokens: list[Token]) -> list[Token]:
    """Drop the comma of "William Thomson, Lord Kelvin": two names of one thing are one."""
    joined: list[Token] = []
    for token in tokens:
        before = joined[-1].link if joined else None
        pair = joined[-2].link if len(joined) > 1 and joined[-1].text == "," else None
        if token.link and pair and _same(pair, token.link):
            joined.pop()
        elif token.link and before and _same(before, token.link):
            continue
        else:
            joined.append(token)
    return joined


def _same(one: Link, other: Link) -> bool:
    numbers = {candidate.number for candidate in one.candidates}
    return any(candidate.number in numbers for candidate in other.candidates)
