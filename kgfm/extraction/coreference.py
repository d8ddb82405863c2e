"""Pronouns and definite descriptions -> identities, only where it is safe.

A pronoun left unresolved costs a statement; one resolved wrongly makes a false one. So every rule
here wants a single candidate, or a single subject among candidates.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kgfm.extraction.arguments import Argument, Form
from kgfm.extraction.identities import Identities, Identity, topic_noun
from kgfm.extraction.lexicon import noun_class, word_list
from kgfm.extraction.names import Name
from kgfm.extraction.propositions import Proposition

_GENDERS: Final = {
    "he": "m", "him": "m", "his": "m", "himself": "m", "she": "f", "her": "f", "hers": "f", "herself": "f",
}  # fmt: skip
_THINGS: Final = frozenset({"it", "its", "itself"})
_NEAR: Final = 2  # sentences back in which a pronoun's name is sought
_FEMALE_NOUNS: Final = frozenset(
    "actress woman girl wife mother daughter sister widow queen princess businesswoman duchess countess"
    " empress niece aunt grandmother nun baroness soprano ballerina chairwoman heroine"
    " noblewoman lady".split()
)
_MALE_NOUNS: Final = frozenset(
    "actor man boy husband father son brother widower king prince businessman duke count emperor nephew uncle"
    " grandfather monk baron chairman hero nobleman lord statesman sportsman clergyman".split()
)
_GENERIC_ORGANIZATIONS: Final = frozenset(
    "company organization organisation firm institution group club".split()
)


@dataclass(frozen=True, slots=True)
class Resolved:
    """What an argument stands for; `distance` counts sentences back, `rivals` other candidates."""

    identity: Identity
    distance: int
    rivals: int


@dataclass(frozen=True, slots=True)
class _Mention:
    start: int
    sentence: int
    identity: Identity
    subject: bool


class Coreference:
    """Resolves the pronouns of one document in the order of the text."""

    def __init__(
        self, identities: Identities, names: Sequence[Name], propositions: Sequence[Proposition], title: str
    ) -> None:
        self._identities = identities
        self.topic = identities.topic
        subjects = {proposition.subject.start for proposition in propositions}
        self._mentions = [
            _Mention(name.start, name.sentence, identity, name.start in subjects)
            for name in names
            if (identity := identities.of(name)) is not None
        ]
        self._described = _descriptions(identities, propositions)
        self._topic_noun = topic_noun(title)
        if self.topic is not None and self._topic_noun:
            self._described[self.topic.label].add(self._topic_noun)
        self._resolved: dict[int, Resolved | None] = {}
        arguments = {
            argument.start: argument
            for proposition in propositions
            for argument in (proposition.subject, proposition.object)
            if argument.form in (Form.PRONOUN, Form.DEFINITE)
        }
        for start in sorted(arguments):
            argument = arguments[start]
            resolved = self._pronoun(argument) if argument.form is Form.PRONOUN else self._definite(argument)
            self._resolved[start] = resolved
            if resolved is not None:
                self._remember(_Mention(start, argument.sentence, resolved.identity, start in subjects))

    def of(self, argument: Argument) -> Resolved | None:
        """Return what a pronoun or description stands for, or None where that is unsafe."""
        return self._resolved.get(argument.start)

    def traits(self, identity: Identity | None) -> frozenset[str]:
        """Return what is known of an identity beyond its kind: its gender, and traits of its descriptions."""
        if identity is None:
            return frozenset()
        known = word_list("traits")
        found = {known[noun] for noun in self._described.get(identity.label, ()) if noun in known}
        return frozenset(found | {identity.gender} if identity.gender else found)

    def _remember(self, mention: _Mention) -> None:
        position = bisect_left(self._mentions, mention.start, key=lambda each: each.start)
        self._mentions.insert(position, mention)

    def _nearby(self, argument: Argument) -> list[_Mention]:
        """Return the mentions before the argument, nearest last, of this sentence and two before."""
        stop = bisect_left(self._mentions, argument.start, key=lambda each: each.start)
        start = stop
        while start and self._mentions[start - 1].sentence >= argument.sentence - _NEAR:
            start -= 1
        return self._mentions[start:stop]

    def _pronoun(self, argument: Argument) -> Resolved | None:
        gender = _GENDERS.get(argument.head)
        if gender:
            return self._person(argument, gender)
        if argument.head in _THINGS:
            return self._thing(argument)
        return None

    def _person(self, argument: Argument, gender: str) -> Resolved | None:
        nearby = [
            mention
            for mention in self._nearby(argument)
            if mention.identity.kind == "person" and mention.identity.gender in ("", gender)
        ]
        candidates = _distinct(nearby)
        topic = self.topic if self.topic is not None and self.topic.kind == "person" else None
        if topic is not None and topic.gender in ("", gender) and not candidates:
            return Resolved(topic, _NEAR + 1, 0)
        if len(candidates) == 1:
            only = candidates[0]
            if only.gender or only is topic or nearby[-1].subject:
                only.gender = gender
                return self._found(only, nearby, argument, 0)
            return None
        return self._by_subject(argument, nearby, gender, topic)

    def _by_subject(
        self, argument: Argument, nearby: list[_Mention], gender: str, topic: Identity | None
    ) -> Resolved | None:
        """Among several, take the last sentence's only subject; a known gender or the topic must back it."""
        subjects = [mention for mention in nearby if mention.subject]
        owner = topic if topic is not None and topic.gender == gender else None
        rivals = len(_distinct(nearby)) - 1
        if not subjects:
            return Resolved(owner, _NEAR, rivals) if owner is not None else None
        last = subjects[-1].sentence
        leading = _distinct([mention for mention in subjects if mention.sentence == last])
        known = [identity for identity in _distinct(nearby) if identity.gender == gender]
        if len(known) == 1 and (known[0] is topic or known[0] in leading):
            return self._found(known[0], nearby, argument, rivals)
        if len(leading) == 1 and (
            leading[0] is topic or (leading[0].gender == gender and topic not in known)
        ):
            return self._found(leading[0], nearby, argument, rivals)
        if owner is not None and owner in leading:
            return self._found(owner, nearby, argument, rivals)
        return None

    def _thing(self, argument: Argument) -> Resolved | None:
        nearby = [m for m in self._nearby(argument) if m.identity.kind not in ("person", "concept", "group")]
        topic = (
            self.topic if self.topic is not None and self.topic.kind not in ("person", "concept") else None
        )
        subjects = [mention for mention in nearby if mention.subject]
        if not subjects:
            return None
        last = subjects[-1].sentence
        leading = _distinct([mention for mention in subjects if mention.sentence == last])
        others = {id(m.identity) for m in nearby if m.identity.kind != "place"} - {
            id(each) for each in leading
        }
        if len(leading) == 1 and (leading[0] is topic or not others):
            return self._found(leading[0], nearby, argument, len(others))
        return None

    def _definite(self, argument: Argument) -> Resolved | None:
        if argument.words != 2 or argument.plural:
            return None
        before = self._mentions[: bisect_left(self._mentions, argument.start, key=lambda each: each.start)]
        described = _distinct(
            [m for m in before if argument.head in self._described.get(m.identity.label, ())]
        )
        if (
            self.topic is not None
            and argument.head == self._topic_noun
            and self.topic in (described or [self.topic])
        ):
            return Resolved(self.topic, 0, 0)
        if len(described) == 1:
            return self._found(described[0], before, argument, 0)
        if (
            described
            or noun_class(argument.head) != "organization"
            or argument.head not in _GENERIC_ORGANIZATIONS
        ):
            return None
        near = _distinct([m for m in self._nearby(argument) if m.identity.kind == "organization"])
        return self._found(near[0], before, argument, 0) if len(near) == 1 else None

    @staticmethod
    def _found(identity: Identity, mentions: list[_Mention], argument: Argument, rivals: int) -> Resolved:
        last = max(mention.sentence for mention in mentions if mention.identity is identity)
        return Resolved(identity, argument.sentence - last, rivals)


def _distinct(mentions: Sequence[_Mention]) -> list[Identity]:
    found: list[Identity] = []
    for mention in mentions:
        if not any(mention.identity is identity for identity in found):
            found.append(mention.identity)
    return found


def _descriptions(identities: Identities, propositions: Sequence[Proposition]) -> dict[str, set[str]]:
    """Collect the nouns that describe each identity, and the genders that these reveal."""
    described: dict[str, set[str]] = defaultdict(set)
    for identity in identities.identities.values():
        parts = identity.label.lower().split()
        described[identity.label].update(parts)
    for proposition in propositions:
        if proposition.subject.name is None or proposition.attitude.negated or proposition.attitude.hedged:
            continue
        named = identities.of(proposition.subject.name)
        if named is None:
            continue
        noun = (
            proposition.object.head if proposition.phrases[0] == "be" else proposition.phrases[0].split()[0]
        )
        if proposition.phrases[0] == "be":
            described[named.label].add(noun)
        if named.kind == "person" and not named.gender:
            named.gender = "f" if noun in _FEMALE_NOUNS else "m" if noun in _MALE_NOUNS else ""
    return described
