"""Names in a sentence: spaCy's entities, corrected and completed by shape and keywords."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from kgfm.extraction.lexicon import noun_class, word_list
from kgfm.extraction.tree import Sentence, Word

_KINDS: Final = {
    "PERSON": "person", "ORG": "organization", "GPE": "place", "LOC": "place", "FAC": "place",
    "WORK_OF_ART": "work", "LAW": "work", "EVENT": "event", "PRODUCT": "product", "NORP": "group",
}  # fmt: skip
_KEYWORD_WEIGHT: Final = 4.0  # how far a keyword or title outweighs one vote of the entity recogniser
_QUOTE_WEIGHT: Final = 2.0
_WEAK_WEIGHT: Final = 0.5  # the recogniser takes many a strange single word for a person
_OPENING: Final = frozenset({'"', "“", "``", "‘", "„", "«"})
_CLOSING: Final = frozenset({'"', "”", "''", "’", "“", "»"})
_ROMAN: Final = re.compile(r"[IVX]+")
_LONGEST_TITLE: Final = 9  # words between quotation marks
_SMALL: Final = frozenset(
    "a an and as at by de der des di du for from in la le of on or the to van von with &".split()
)
_JOINERS: Final = {
    "organization": ("of", "for", "de", "für"),
    "award": ("in", "of", "for"),
    "event": ("of", "on"),
    "place": ("of",),
    "work": ("of", "in"),
}
_TRAILING_JUNK: Final = frozenset(
    {"'s", "’s", "'", "’", "-", "–", "—", ",", ".", "(", ")", '"', "“", "”", ":", ";", "/"}
)


@dataclass(frozen=True, slots=True)
class Name:
    """One mention of something by name. `kind` is this sentence's guess, "" where there is none."""

    start: int  # characters of the document's text
    end: int
    text: str  # white space made single, titles and articles left out
    kind: str
    weight: float  # of the guess, as a vote
    gender: str  # "m", "f" or "": what a title says
    sentence: int
    first: int  # word indices in the sentence, inclusive
    last: int


@dataclass(slots=True)
class KnownNames:
    """What the document has named so far: these words are names whatever the tagger says."""

    title: tuple[str, ...] = ()  # words of what the document is about
    surnames: set[str] = field(default_factory=set)


def find_names(sentence: Sentence, known: KnownNames) -> list[Name]:
    """Return the names of a sentence in order, none overlapping; adds surnames to `known`."""
    segments = _titled(sentence, known.title) or _quoted(sentence)
    covered = {index for first, last, _ in segments for index in range(first, last)}
    for first, last, label in sentence.entities:
        if label in _KINDS and not covered.intersection(range(first, last)):
            segments += _trimmed(sentence.words, first, last, label)
    covered = {index for first, last, _ in segments for index in range(first, last)}
    for word in sentence.words:
        if word.index not in covered and word.text in known.surnames and not word.is_proper:
            segments.append((word.index, word.index + 1, "PERSON"))
            covered.add(word.index)
    segments = _with_runs(sentence.words, sorted(segments), covered)
    names = []
    for first, last, label in _joined(sentence.words, segments):
        name = _name(sentence, first, last, label)
        if name:
            names.append(name)
            if name.kind == "person" and name.last > name.first:
                known.surnames.add(sentence.words[name.last].text)
    return names


def _titled(sentence: Sentence, title: tuple[str, ...]) -> list[tuple[int, int, str]]:
    words, length = sentence.words, len(title)
    found = []
    for index in range(len(words) - length + 1 if length else 0):
        if (
            words[index].text == title[0]
            and tuple(word.text for word in words[index : index + length]) == title
        ):
            inside = [label for first, last, label in sentence.entities if first <= index < last]
            continues = index + length < len(words) and words[index + length].is_proper
            if not continues:
                found.append((index, index + length, inside[0] if inside and inside[0] in _KINDS else ""))
    return found


def _quoted(sentence: Sentence) -> list[tuple[int, int, str]]:
    """Find titles of works: up to nine capitalised words between quotation marks."""
    words, found, index = sentence.words, [], 0
    while index < len(words):
        if words[index].text in _OPENING:
            stop = next(
                (
                    i
                    for i in range(index + 1, min(len(words), index + 2 + _LONGEST_TITLE))
                    if words[i].text in _CLOSING
                ),
                None,
            )
            if stop and _is_title([word.text for word in words[index + 1 : stop]]):
                found.append((index + 1, stop, "QUOTE"))
                index = stop
        index += 1
    return found


def _is_title(texts: list[str]) -> bool:
    while texts and texts[-1] in (",", ".", "!", "?"):
        texts = texts[:-1]
    if not texts or not texts[0][:1].isupper():
        return False
    return all(
        text[:1].isupper() or text[:1].isdigit() or text in _SMALL or not text[0].isalpha() for text in texts
    )


def _trimmed(words: list[Word], first: int, last: int, label: str) -> list[tuple[int, int, str]]:
    """Cut articles, possessives and punctuation off an entity; drop adjectives of nationality."""
    while first < last and (
        words[first].text in _TRAILING_JUNK
        or (words[first].tag in ("DT", "PRP$", "IN", "CC") and words[first].lower != "van")
    ):
        if words[first].tag == "DT" and label == "WORK_OF_ART" and words[first].text == "The":
            break
        first += 1
    while last > first and (
        words[last - 1].text in _TRAILING_JUNK or words[last - 1].tag in ("POS", "IN", "CC", "DT")
    ):
        last -= 1
    if first >= last or not any(word.text[:1].isupper() for word in words[first:last]):
        return []
    if label == "NORP" and (last - first > 1 or words[first].dep in ("amod", "compound", "nmod", "acomp")):
        return []
    both = next((i for i in range(first + 1, last - 1) if words[i].lower in ("and", "&")), None)
    if both and all(
        _keyword_kind([w.lower for w in part]) for part in (words[first:both], words[both + 1 : last])
    ):
        return _trimmed(words, first, both, label) + _trimmed(words, both + 1, last, label)
    ends = ("(", ")", ";", "a", "an") if label == "PERSON" else ("(", ")", ";")  # "elected Raman a Fellow"
    stop = next((i for i in range(first, last) if words[i].text in ends), None)
    if stop is not None:
        return _trimmed(words, first, stop, label)
    return [(first, last, label)]


def _with_runs(
    words: list[Word], segments: list[tuple[int, int, str]], covered: set[int]
) -> list[tuple[int, int, str]]:
    """Add runs of proper nouns that no entity covers, or grow the entity that they touch."""
    grown, index = list(segments), 0
    while index < len(words):
        if index in covered or not _namelike(words[index]):
            index += 1
            continue
        stop = index
        while stop < len(words) and stop not in covered and _namelike(words[stop]):
            stop += 1
        before = next(
            (s for s in grown if s[1] == index and s[2] != "QUOTE" and _one_phrase(words, s[0], stop)), None
        )
        after = next(
            (s for s in grown if s[0] == stop and s[2] != "QUOTE" and _one_phrase(words, index, s[1])), None
        )
        if before is None and _ROMAN.fullmatch(words[index].text):
            before = next((s for s in grown if s[1] == index and s[2] == "PERSON"), None)
        if before:
            grown[grown.index(before)] = (before[0], stop, before[2])
        elif after:
            grown[grown.index(after)] = (index, after[1], after[2])
        else:
            grown.append((index, stop, ""))
        index = stop
    return sorted(grown)


def _namelike(word: Word) -> bool:
    return word.is_proper and word.text[:1].isupper() and word.lower not in word_list("months_days")


def _one_phrase(words: list[Word], first: int, stop: int) -> bool:
    """Whether these words are one noun phrase: all but one have their head among them."""
    outside = 0
    for word in words[first:stop]:
        head = word.head
        if head is None or not first <= head.index < stop:
            outside += 1
    return outside == 1


def _joined(words: list[Word], segments: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Join "University" "of" "Paris" and "Nobel Prize" "in" "Physics" where a keyword allows."""
    index = 0
    while index < len(segments):
        first, last, label = segments[index]
        kind = _keyword_kind([word.lower for word in words[first:last]])
        if _is_regnal(words, first, last, label):
            follower = next((s for s in segments[index + 1 :] if s[0] == last + 1), None)
            if follower and follower[2] in ("GPE", "LOC", "ORG", "PERSON", "FAC", ""):
                last = follower[1]
                index = segments.index(follower)
        joiners = _JOINERS.get(kind, ()) if label != "QUOTE" else ()
        while last + 1 < len(words) and words[last].lower in joiners:
            start = last + 1 + (words[last + 1].lower == "the")
            follower = next((s for s in segments[index + 1 :] if s[0] in (start, last + 1)), None)
            if follower and follower[2] != "QUOTE":
                last = follower[1]
                index = segments.index(follower)
            elif kind == "award" and start < len(words) and words[start].tag in ("NN", "NNS"):
                last = start + 1
            else:
                break
        yield first, last, label
        index += 1


def _is_regnal(words: list[Word], first: int, last: int, label: str) -> bool:
    """Whether "of" belongs to the name: "Hugh of Tours", "Lothair II of Lotharingia"."""
    if label not in ("PERSON", "") or last + 1 >= len(words) or words[last].lower != "of":
        return False
    if _ROMAN.fullmatch(words[last - 1].text) and last - first > 1:
        return True
    alone = last - first == 1 and words[first].lower not in word_list("titles") and label == "PERSON"
    return alone and not noun_class(words[first].lower)


def _keyword_kind(lowers: list[str]) -> str:
    """Return what a keyword says: the last word before "of" ("Paris Peace Conference"), else the first."""
    keywords = word_list("keywords")
    stop = next(
        (i for i, lower in enumerate(lowers) if i and lower in ("of", "for", "in", "de", "on")), len(lowers)
    )
    return keywords.get(lowers[stop - 1]) or (keywords.get(lowers[0], "") if len(lowers) > 1 else "")


def _name(sentence: Sentence, first: int, last: int, label: str) -> Name | None:
    words = sentence.words
    gender = ""
    titles = word_list("titles")
    if noun_class(words[last - 1].lower) == "person" and (
        # "King", "1st Baronet", "Carolingian Emperor": offices, with or without a name behind.
        last - first == 1
        or words[first].text[0].isdigit()
        or (last < len(words) and words[last].is_proper and words[last].text[:1].isupper())
    ):
        return None
    if last - first > 2 and words[first + 1].lower == "of" and noun_class(words[first].lower) == "person":
        first, label = first + 2, ""  # "King of Italy"
    title = next((i for i in range(last - 2, first - 1, -1) if words[i].lower in titles), None)
    if title is not None and label in ("PERSON", ""):
        gender, label, first = titles[words[title].lower], "PERSON", title + 1
    before = words[first - 1] if first else None
    if before is not None and label in ("PERSON", "") and before.lower in titles and before.head is not None:
        gender = gender or (titles[before.lower] if before.text[:1].isupper() else "")
    while last > first and words[last - 1].text in (",", ".", "!", "?", '"', "'s", "’s"):
        last -= 1
    if first >= last:
        return None
    text = sentence.between(first, last - 1)
    if not any(character.isalpha() for character in text) or len(text) > 150:
        return None
    kind, weight = _guess([word.lower for word in words[first:last]], words[first].text, label)
    if gender and not kind:
        kind, weight = "person", _KEYWORD_WEIGHT
    return Name(
        words[first].start, words[last - 1].end, text, kind, weight, gender, sentence.number, first, last - 1
    )


def _guess(lowers: list[str], first: str, label: str) -> tuple[str, float]:
    if label == "QUOTE":
        return "work", _QUOTE_WEIGHT
    given = first in word_list("first_names")
    keyword = _keyword_kind(lowers) if len(lowers) > 1 else ""
    if keyword and not (given and keyword == "place" and label in ("PERSON", "")):
        return keyword, _KEYWORD_WEIGHT
    if (
        given
        and 1 < len(lowers) <= 4
        and label in ("PERSON", "ORG", "", "GPE")
        and not _SMALL.intersection(lowers)
    ):
        return "person", 2.0
    if label == "PERSON" and len(lowers) == 1 and not given:
        return "person", _WEAK_WEIGHT
    return _KINDS.get(label, ""), 1.0 if label else 0.0
