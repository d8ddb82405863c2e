"""What noun phrases say without a verb: appositions, possessives, life dates in brackets."""

import re
from typing import Final

from kgfm.extraction.arguments import Argument, Form
from kgfm.extraction.dates import written_dates
from kgfm.extraction.lexicon import noun_class
from kgfm.extraction.modality import Attitude
from kgfm.extraction.names import Name
from kgfm.extraction.propositions import Reader, describe
from kgfm.extraction.tree import Word

_BRACKETS: Final = re.compile(r"\s?\(\s?([^()]{3,160})\)")
_DASH: Final = re.compile(r"\s*[–—]\s*|\s+-\s+|(?<=\d)-(?=\d)|\s+to\s+")
_BORN: Final = re.compile(r"\b(born|b\.|né|née)\s", re.IGNORECASE)
_DIED: Final = re.compile(r"\b(died|d\.|†)\s", re.IGNORECASE)
_ASSERTED: Final = Attitude()
_UNSURE: Final = re.compile(r"\b(c\.|ca\.|circa|about|probably|possibly|or)\s|\?", re.IGNORECASE)


def read_nouns(reader: Reader) -> None:
    """Add what appositions, titles, possessives and brackets say."""
    for word in reader.sentence.words:
        if not word.is_noun:
            continue
        if word.dep == "appos" and word.head is not None:
            _apposition(reader, word.head, word)
        elif reader.ends.heads_name(word):
            _before_name(reader, word)
    for name in reader.ends.names:
        _life_dates(reader, name)


def _enclosing(reader: Reader, word: Word) -> Attitude:
    """Appositions are vouched for by the writer, except inside questions."""
    return Attitude(hedged=reader.sentence.words[-1].text == "?") if word else _ASSERTED


def _apposition(reader: Reader, head: Word, word: Word) -> None:
    named, beside = reader.ends.name_at(head), reader.ends.name_at(word)
    attitude = _enclosing(reader, word)
    if named is not None and beside is None:
        for noun in word.conjuncts:
            if reader.ends.name_at(noun) is None:
                describe(reader, head, noun, attitude, "apposition")
    elif named is None and beside is not None and head.is_noun:
        describe(reader, word, head, attitude, "apposition")
    elif named is not None and beside is not None and _encloses(reader, named, beside, word):
        reader.add(head, ("<place>, <place>",), word, attitude, "apposition", open_=False)


def _encloses(reader: Reader, inner: Name, outer: Name, word: Word) -> bool:
    """Whether two names read "Redmond, Washington" and are no part of a list."""
    words = reader.sentence.words
    if (
        outer.first != inner.last + 2
        or words[inner.last + 1].text != ","
        or word.child("conj", "cc") is not None
    ):
        return False
    follower = words[outer.last + 1].lower if outer.last + 1 < len(words) else "."
    return follower not in ("and", "or", "&", "of")


def _before_name(reader: Reader, word: Word) -> None:
    """Read "physicist Marie Curie" and "her husband Pierre", where the noun hangs on the name."""
    name = reader.ends.name_at(word)
    assert name is not None  # noqa: S101 (the caller asked heads_name)
    nouns = [
        child
        for child in word.children
        if child.dep in ("compound", "nmod") and child.index < name.first and child.tag == "NN"
    ]
    for noun in nouns:
        kind = noun_class(noun.lemma)
        if kind == "person":
            reader.add(
                word, ("be", "be <person>"), reader.ends.kind_of(noun), _enclosing(reader, word), "title"
            )
        if kind in ("person", "human", "relative"):
            for owner in word.all("poss") + noun.all("poss"):
                phrases = (f"{noun.lemma} of", f"<{kind}> of")
                reader.add(word, phrases, owner, _enclosing(reader, word), "possessive")
    related_place = [p for p in word.all("prep") if p.lower == "in" and p.index == name.last + 1]
    for preposition in related_place:
        for target in preposition.all("pobj"):
            reader.add(word, ("<name> in",), target, _enclosing(reader, word), "possessive", open_=False)


def _life_dates(reader: Reader, name: Name) -> None:
    """Read "(7 November 1867 – 4 July 1934)", "(born 1950)", "(d. 1934)" behind a name."""
    match = _BRACKETS.match(reader.sentence.text, name.end, reader.sentence.end + 1)
    if not match:
        return
    inside, offset = match[1], match.start(1)
    subject = Argument(
        Form.NAME, name.start, name.end, name.text, name.text.rpartition(" ")[2].lower(), name.sentence, name
    )
    dates = list(written_dates(inside))
    born, died = _BORN.search(inside), _DIED.search(inside)
    attitude = Attitude(hedged=bool(_UNSURE.search(inside)))
    dash = next((m for m in _DASH.finditer(inside) if dates and m.start() >= dates[0].end), None)
    for date in dates[:4]:
        if dash is not None and not (born or died):
            phrase = "lived from" if date.end <= dash.start() else "lived until"
        elif died and date.start >= died.end():
            phrase = "died on"
        elif born and date.start >= born.end():
            phrase = "lived until" if dash is not None and date.start >= dash.end() else "born on"
        else:
            phrase = "of year"
        value = Argument(
            Form.DATE, offset + date.start, offset + date.end, inside[date.start : date.end], "",
            name.sentence, value=date.value,
        )  # fmt: skip
        reader.add(subject, (phrase,), value, attitude, "brackets", open_=False)
