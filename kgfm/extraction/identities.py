"""The names of one document made one: a kind for each, short forms joined to the full name."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from kgfm.extraction.lexicon import noun_class, word_list
from kgfm.extraction.names import Name

# Also the order in which equal votes decide.
_KINDS: Final = ("person", "organization", "concept", "work", "place", "product", "event", "award", "group")
_ACRONYM: Final = re.compile(r"\s?\(\s?([A-Z][A-Za-z.&-]{1,9})\s?[);,]")
_HONOURS: Final = frozenset("sir dame lord lady dr doctor prof professor madame mr mrs ms".split())
_NAMED_BY_NOUN: Final = ("place", "organization", "award", "event")  # what is called by what it is
_HEAD_WEIGHT: Final = 3.0  # of a name's last word, such as "Prison"
_QUIET_WEIGHT: Final = 0.1  # of a title that names a person
_TOPIC_WEIGHT: Final = 20.0  # a title that says "(film)" is not to be outvoted
_SUFFIXES: Final = frozenset({"jr", "jr.", "sr", "sr.", "i", "ii", "iii", "iv", "v"})


@dataclass(slots=True)
class Identity:
    """One thing that the document names."""

    label: str  # its fullest name
    kind: str
    labels: Counter[str] = field(default_factory=Counter)
    gender: str = ""
    first: int = 0  # character of the first mention


def topic_name(title: str) -> str:
    """Return the name in a title: "Lloyd" of "Lloyd (film)"; a comma ends it too, and "Dame" is no part."""
    words = re.split(r"\s*[(,]", title, maxsplit=1)[0].split()
    honoured = len(words) > 2 and words[0].lower().rstrip(".") in _HONOURS
    return " ".join(words[1:] if honoured else words)


def topic_noun(title: str) -> str:
    """Return the noun in brackets that says what a title names: "film" of "Lloyd (2001 film)"."""
    match = re.search(r"\(([^()]+)\)\s*$", title)
    noun = match[1].split()[-1].lower() if match else ""
    return noun if noun_class(noun) in _KINDS else ""


class Identities:
    """Says which identity a mention belongs to; None where a short form could be several."""

    def __init__(
        self, text: str, names: Sequence[Name], votes: Iterable[tuple[str, str, float]], title: str = ""
    ) -> None:
        self._first: dict[str, int] = {}
        self._votes: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for name in names:
            self._first.setdefault(name.text, name.start)
            if name.kind:
                self._votes[name.text][name.kind] += name.weight
        for label in self._first:
            head = label.rpartition(" ")[2]
            kind = noun_class(head.lower()) if " " in label and head[:1].isupper() else ""
            if kind in _NAMED_BY_NOUN and self._kind(label) in ("person", "product", "concept"):
                self._votes[label][kind] += _HEAD_WEIGHT  # "Holloway Prison"
        for label, kind, weight in votes:
            if label in self._first:
                self._votes[label][kind] += weight
        topic, noun = topic_name(title), topic_noun(title)
        if not noun and topic not in self._first and self._names_person(topic):
            self._first[topic] = -1  # the title counts as a mention before all others
            self._votes[topic]["person"] += _QUIET_WEIGHT
        self._full = self._fuller_names()
        self._aliases = self._acronyms(text, names)
        self._people = self._people_by_part()
        self.identities: dict[str, Identity] = {}
        self._of: dict[int, Identity | None] = {}
        if noun and topic in self._first:
            self._votes[topic][noun_class(noun)] += _TOPIC_WEIGHT
        for name in names:
            self._of[name.start] = self._assign(name)
        self.topic = self.named(topic) or self._unnamed_topic(topic, noun)
        if self.topic is not None:
            self.topic.labels[topic] += 0  # another name of it, if it is one

    def _names_person(self, topic: str) -> bool:
        """Whether a title that the text does not repeat is a longer or shorter name of a person in it."""
        parts = topic.split()
        if not 1 < len(parts) < 5 or not all(part[:1].isupper() for part in parts):
            return False
        for label in self._first:
            words = label.split()
            if words == parts[-1:] or (words[0], words[-1]) == (parts[0], parts[-1]):
                return self._kind(label) == "person"
        return False

    def _unnamed_topic(self, topic: str, noun: str) -> Identity | None:
        """Return what "The film was released" or "He was a poet" is about where only the title names it."""
        parts = topic.split()
        gender = word_list("first_names").get(parts[0], "") if 1 < len(parts) < 5 else ""
        if not noun and not gender:
            return None
        identity = self.identities[topic] = Identity(
            topic, noun_class(noun) if noun else "person", gender=gender
        )
        return identity

    def of(self, name: Name) -> Identity | None:
        """Return the identity of a mention."""
        return self._of.get(name.start)

    def named(self, label: str) -> Identity | None:
        """Return the identity that has this label, by any of its names."""
        label = self._aliases.get(label, self._full.get(label, label))
        return self.identities.get(label)

    def _assign(self, name: Name) -> Identity | None:
        label = self._aliases.get(name.text, name.text)
        label = self._full.get(label, label)
        if " " not in label and self._kind(label) in ("person", "", "organization", "place"):
            holders = self._holders(label, name)
            if len(holders) > 1:
                return None
            if holders:
                label = holders[0]
        if (
            name.first == 0
            and " " not in label
            and label[1:].islower()
            and self._kind(label) in ("", "concept")
        ):
            label = label.lower()  # "Radium was discovered": a capital for the sentence's sake
        identity = self.identities.get(label)
        if identity is None:
            identity = self.identities[label] = Identity(
                label, self._kind(label) or "concept", first=name.start
            )
            if identity.kind == "person":
                identity.gender = word_list("first_names").get(label.split()[0], "")
        identity.labels[name.text] += 1
        identity.gender = identity.gender or name.gender
        return identity

    def _holders(self, part: str, name: Name) -> list[str]:
        """Return the people who may be meant by a surname or given name: those named before, else any."""
        holders = self._people.get(part, ())
        if not holders or (self._kind(part) == "place" and self._votes[part]["place"] > 2):
            return []
        before = [label for label in holders if self._first[label] < name.start]
        fitting = before or list(holders)
        if len(fitting) > 1 and name.gender:
            genders = word_list("first_names")
            fitting = [label for label in fitting if genders.get(label.split()[0], "") in ("", name.gender)]
        return fitting

    def _kind(self, label: str) -> str:
        votes = self._votes.get(label)
        if not votes:
            return ""
        return max(_KINDS, key=lambda kind: (votes[kind], -_KINDS.index(kind)))

    def _fuller_names(self) -> Mapping[str, str]:
        """Map "Marie Curie" to "Marie Salomea Curie" where no other name could be meant."""
        by_ends: dict[tuple[str, str], list[list[str]]] = defaultdict(list)
        for label in self._first:
            parts = label.split()
            if len(parts) > 1 and self._kind(label) == "person" and parts[-1].lower() not in _SUFFIXES:
                ends = _before_of(parts)
                by_ends[parts[0], ends[-1]].append(parts)
        full: dict[str, str] = {}
        for group in by_ends.values():
            longest = max(group, key=lambda parts: (len(parts), parts))
            if len(group) > 1 and all(_is_part(parts, longest) for parts in group):
                full |= {" ".join(parts): " ".join(longest) for parts in group if parts != longest}
        return full

    def _people_by_part(self) -> Mapping[str, list[str]]:
        people: dict[str, list[str]] = defaultdict(list)
        given = word_list("first_names")
        for label in self._first:
            parts = label.split()
            if len(parts) < 2 or self._kind(label) != "person" or label in self._full:
                continue
            ends = _before_of(parts)
            last = ends[-2] if ends[-1].lower() in _SUFFIXES and len(ends) > 2 else ends[-1]
            people[last].append(label)
            if parts[0] != last and (parts[0] in given or len(parts) > 1):
                people[parts[0]].append(label)
        return people

    def _acronyms(self, text: str, names: Sequence[Name]) -> Mapping[str, str]:
        """Find "European Organization for Nuclear Research (CERN)" and its kind."""
        found: dict[str, str] = {}
        for name in names:
            match = _ACRONYM.match(text, name.end)
            if match and " " in name.text and match[1] != name.text and _abbreviates(match[1], name.text):
                found.setdefault(match[1], self._full.get(name.text, name.text))
        return found


def _before_of(parts: list[str]) -> list[str]:
    """Return "Philip" of "Philip of Artois": what follows is no surname. An "of" in front ends nothing."""
    return parts[: parts.index("of", 1)] if "of" in parts[1:] else parts


def _is_part(parts: list[str], whole: list[str]) -> bool:
    position = 0
    for part in parts:
        while position < len(whole) and not (
            whole[position] == part or (part.endswith(".") and whole[position].startswith(part[:-1]))
        ):
            position += 1
        if position == len(whole):
            return False
        position += 1
    return True


def _abbreviates(acronym: str, name: str) -> bool:
    initials = "".join(part[0] for part in re.split(r"[\s-]+", name) if part[:1].isupper()).upper()
    letters = "".join(character for character in acronym if character.isupper())
    shared = sum((Counter(letters) & Counter(initials)).values())
    return shared >= max(2, len(letters) - 1)
