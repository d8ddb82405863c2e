"""Propositions of one document -> its entities and statements."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Final

from kgfm.corpus.document import Document
from kgfm.extraction.arguments import Argument, Form
from kgfm.extraction.confidence import Evidence, calibrated_confidence, raw_confidence
from kgfm.extraction.coreference import Coreference, Resolved
from kgfm.extraction.identities import Identities, Identity
from kgfm.extraction.lexicon import noun_class
from kgfm.extraction.names import Name
from kgfm.extraction.predicates import Match, expected_kinds, matches, open_relation
from kgfm.extraction.propositions import Proposition
from kgfm.kg.namespaces import ENTITY_CLASSES, entity_iri, entity_kind
from kgfm.kg.statement import (
    Entity,
    Modality,
    Polarity,
    Qualifier,
    QualifierKind,
    Statement,
    Support,
)
from kgfm.kg.terms import IRI, Literal

if TYPE_CHECKING:
    from kgfm.ontology.schema import Schema

_CUE_WEIGHT: Final = 1.2  # of a relation that few kinds can have, as a vote for these
_VAGUE_WEIGHT: Final = 0.6  # ... for kinds that the recogniser rarely misses
_CLEAR_KINDS: Final = frozenset({"person", "place", "organization", "work"})
_INSTANCE_WEIGHT: Final = 4.0  # of being called "a film", "a city"
_LIGHT_VERBS: Final = frozenset("have make take do give get".split())
_MOST_EXPECTED: Final = 3  # kinds; a phrase that fits more says little of its ends
_DATED_WEIGHT: Final = 3.0  # "(7 November 1867 – 4 July 1934)" stands behind people
_BORN_WEIGHT: Final = 6.0  # only people are born
_INSTANCES: Final = {"human": "person", "relative": "person"}
_UNKNOWN_REFERENTS: Final = frozenset(
    "person human relative organization place work event award product group".split()
)


@dataclass(frozen=True, slots=True)
class _End:
    term: IRI | Literal
    kind: str
    label: str
    identity: Identity | None = None
    resolved: Resolved | None = None


@dataclass(frozen=True, slots=True)
class _Claim:
    """One reading of one sentence, ready to be pooled with others that say the same."""

    subject: IRI
    predicate: IRI
    object: IRI | Literal
    polarity: Polarity
    modality: Modality
    evidence: Evidence
    support: Support
    qualifiers: tuple[Qualifier, ...]


@dataclass(frozen=True, slots=True)
class Weighed:
    """A statement and the best evidence for it."""

    statement: Statement
    evidence: Evidence


def assemble(
    document: Document,
    names: Sequence[Name],
    propositions: Sequence[Proposition],
    extractor: str,
    schema: "Schema | None",
) -> tuple[tuple[Entity, ...], tuple[Weighed, ...]]:
    """Resolve names, choose predicates, pool equal claims; both results are sorted."""
    identities = Identities(document.text, names, _votes(propositions), document.title)
    assembly = _Assembly(document, names, propositions, identities, extractor)
    claims = [claim for proposition in propositions for claim in assembly.claims(proposition)]
    if schema is not None:
        claims = [claim for claim in claims if _allowed(claim, schema)]
    weighed = tuple(_pooled(claims))
    return assembly.entities([each.statement for each in weighed]), weighed


def _votes(propositions: Sequence[Proposition]) -> Iterator[tuple[str, str, float]]:
    """Let relations vote on their ends' kinds: what is born is a person, what "is a film" is a work."""
    for proposition in propositions:
        subject, object_ = proposition.subject, proposition.object
        denied = proposition.attitude.negated
        if subject.name is not None and not denied:
            if proposition.phrases[0] == "be" and object_.form is not Form.NAME:
                kind = noun_class(object_.head)
                kind = _INSTANCES.get(kind, kind)
                if kind in ENTITY_CLASSES:
                    yield subject.name.text, kind, _INSTANCE_WEIGHT
            if (
                proposition.rule == "brackets"
                and object_.value is not None
                and object_.value.datatype.endswith("#date")
            ):
                yield subject.name.text, "person", _DATED_WEIGHT
            if proposition.phrases[0].startswith("born"):
                yield subject.name.text, "person", _BORN_WEIGHT
        for phrase in proposition.phrases:
            for kinds, end in zip(expected_kinds(phrase), (subject, object_), strict=True):
                named = sorted(kinds.intersection(ENTITY_CLASSES))
                if end.name is not None and len(named) <= _MOST_EXPECTED:
                    for kind in named:
                        clear = kind in _CLEAR_KINDS and len(named) < _MOST_EXPECTED
                        yield end.name.text, kind, _CUE_WEIGHT if clear else _VAGUE_WEIGHT


class _Assembly:
    """The resolved view of one document."""

    def __init__(
        self,
        document: Document,
        names: Sequence[Name],
        propositions: Sequence[Proposition],
        identities: Identities,
        extractor: str,
    ) -> None:
        self._names = names
        self._identities = identities
        self._coreference = Coreference(identities, names, propositions, document.title)
        self._extractor = extractor
        self._concepts: dict[IRI, str] = {}
        self._places: dict[IRI, str] = {}

    def claims(self, proposition: Proposition) -> Iterator[_Claim]:
        """Yield the statements that a proposition amounts to: none where an end is unknown."""
        subject = self._end(proposition.subject, as_object=False)
        object_ = self._end(proposition.object, as_object=True)
        if (
            subject is None
            or object_ is None
            or isinstance(subject.term, Literal)
            or subject.term == object_.term
        ):
            return
        traits = [self._coreference.traits(end.identity) for end in (subject, object_)]
        found = matches(proposition.phrases, subject.kind, object_.kind, *traits)
        for match in found:
            ends = (object_, subject) if match.inverted else (subject, object_)
            yield from self._claim(proposition, ends, match.predicate, swapped=match.inverted, match=match)
        if not found and _stands_alone(proposition, object_):
            predicate = open_relation(proposition.phrases[0])
            yield from self._claim(proposition, (subject, object_), predicate, swapped=False, match=None)

    def _claim(
        self,
        proposition: Proposition,
        ends: tuple[_End, _End],
        predicate: IRI,
        *,
        swapped: bool,
        match: Match | None,
    ) -> Iterator[_Claim]:
        subject, object_ = ends
        if isinstance(subject.term, Literal):
            return
        left, right = proposition.subject, proposition.object
        if swapped:
            left, right = right, left
        resolved = [end.resolved for end in (subject, object_) if end.resolved is not None]
        evidence = Evidence(
            rule=proposition.rule,
            mapped=match is not None,
            exact=match is not None and match.exact,
            resolved=bool(resolved),
            distance=max((each.distance for each in resolved), default=0),
            rivals=max((each.rivals for each in resolved), default=0),
            length=proposition.length,
            inherited=proposition.inherited,
            recognised=match is not None or "concept" not in (subject.kind, object_.kind),
        )
        support = Support(
            *proposition.sentence, left.start, left.end, right.start, right.end, self._extractor
        )
        attitude = proposition.attitude
        yield _Claim(
            subject.term,
            predicate,
            object_.term,
            Polarity.NEGATED if attitude.negated else Polarity.AFFIRMED,
            Modality.HEDGED if attitude.hedged else Modality.ASSERTED,
            evidence,
            support,
            tuple(self._qualifiers(proposition)),
        )

    def _qualifiers(self, proposition: Proposition) -> Iterator[Qualifier]:
        for kind, argument in proposition.qualifiers:
            end = self._end(argument, as_object=True)
            if end is not None and (kind is not QualifierKind.PLACE or end.kind == "place"):
                yield Qualifier(kind, end.term)

    def _end(self, argument: Argument, *, as_object: bool) -> _End | None:
        match argument.form:
            case Form.NAME:
                return self._named(argument)
            case Form.PRONOUN:
                return self._referred(argument)
            case Form.DATE | Form.NUMBER:
                kind = "date" if argument.form is Form.DATE else "number"
                return _End(argument.value or Literal(argument.text), kind, argument.text)
            case Form.DEFINITE:
                return self._referred(argument) or self._noun(argument, as_object=as_object)
            case Form.NOUN:
                return self._noun(argument, as_object=as_object)

    def _named(self, argument: Argument) -> _End | None:
        if argument.name is None:  # the country that an adjective means
            iri = entity_iri("place", argument.text)
            self._places[iri] = argument.text
            return _End(iri, "place", argument.text)
        identity = self._identities.of(argument.name)
        return _of_identity(identity) if identity is not None else None

    def _referred(self, argument: Argument) -> _End | None:
        resolved = self._coreference.of(argument)
        return _of_identity(resolved.identity, resolved) if resolved is not None else None

    def _noun(self, argument: Argument, *, as_object: bool) -> _End | None:
        """Return a noun phrase as a concept, where it means the kind of thing and not one unknown thing."""
        kind = noun_class(argument.head)
        definite = argument.form is Form.DEFINITE
        if definite and (not argument.concept or kind in _UNKNOWN_REFERENTS):
            return None
        if not as_object:
            bare = argument.text.split()[0].lower() not in (
                "a",
                "an",
                "some",
                "any",
                "many",
                "several",
                "few",
                "no",
            )
            if kind in _UNKNOWN_REFERENTS or not argument.concept or not bare or argument.plural:
                return None
        if not argument.concept:
            return _End(Literal(argument.text), "text", argument.text)
        iri = entity_iri("concept", argument.concept)
        self._concepts[iri] = argument.concept
        return _End(iri, "concept", argument.concept)

    def entities(self, statements: Sequence[Statement]) -> tuple[Entity, ...]:
        """Return what the document names, and the concepts and countries that its statements speak of."""
        found: dict[IRI, Entity] = {}
        for identity in self._identities.identities.values():
            iri = entity_iri(identity.kind, identity.label)
            others = tuple(sorted(set(identity.labels) - {identity.label}))
            found[iri] = Entity(iri, identity.kind, identity.label, others, identity.labels.total())
        used = Counter(
            term
            for statement in statements
            for term in (statement.subject, statement.object, *(q.value for q in statement.qualifiers))
            if isinstance(term, IRI)
        )
        for kind, labels in (("concept", self._concepts), ("place", self._places)):
            for iri, label in labels.items():
                if used[iri] and iri not in found:
                    found[iri] = Entity(iri, kind, label, (), used[iri])
        kept = (entity for entity in found.values() if entity.kind != "concept" or used[entity.iri])
        return tuple(sorted(kept, key=lambda entity: entity.iri))


def _stands_alone(proposition: Proposition, object_: _End) -> bool:
    """Whether a relation that no property covers is worth a statement."""
    phrase = proposition.phrases[0]
    if not proposition.open or phrase == "be" or phrase.startswith("be "):
        return False
    if phrase.endswith(" according to"):
        return False
    if object_.kind == "date" and phrase.rpartition(" ")[2] not in ("in", "on"):
        return False  # "worked from 1900": the dates qualify what else the clause says
    # "took part", "had children", "made use": the noun says it, not the verb.
    return not (phrase in _LIGHT_VERBS and object_.kind in ("concept", "text", "number"))


def _of_identity(identity: Identity, resolved: Resolved | None = None) -> _End:
    return _End(entity_iri(identity.kind, identity.label), identity.kind, identity.label, identity, resolved)


def _allowed(claim: _Claim, schema: "Schema") -> bool:
    """Whether the schema speaks of the claim's predicate, and of its ends' classes where it names any."""
    if claim.predicate not in schema.properties:
        return False
    kinds = (entity_kind(term) for term in (claim.subject, claim.object) if isinstance(term, IRI))
    return not schema.classes or all(kind is None or ENTITY_CLASSES[kind] in schema.classes for kind in kinds)


def _pooled(claims: Sequence[_Claim]) -> Iterator[Weighed]:
    """Yield one statement for all claims that say the same, in the order of their terms."""
    same: dict[tuple[str, str, str, Polarity, Modality], list[_Claim]] = defaultdict(list)
    for claim in claims:
        key = (str(claim.subject), str(claim.predicate), str(claim.object), claim.polarity, claim.modality)
        same[key].append(claim)
    for key in sorted(same):
        group = same[key]
        best = max(group, key=lambda claim: raw_confidence(claim.evidence))
        supports = sorted({claim.support for claim in group}, key=astuple)
        qualifiers = {qualifier for claim in group for qualifier in claim.qualifiers}
        raw = 1 - math.prod(1 - raw_confidence(claim.evidence) for claim in _one_a_sentence(group))
        statement = Statement(
            best.subject,
            best.predicate,
            best.object,
            best.polarity,
            best.modality,
            round(raw, 4),
            calibrated_confidence(best.evidence, len({support.start for support in supports})),
            tuple(supports),
            tuple(sorted(qualifiers, key=lambda qualifier: (qualifier.kind.value, str(qualifier.value)))),
        )
        yield Weighed(statement, best.evidence)


def _one_a_sentence(group: Sequence[_Claim]) -> list[_Claim]:
    """Keep the surest claim of each sentence: two rules reading the same words are no second witness."""
    best: dict[int, _Claim] = {}
    for claim in group:
        known = best.get(claim.support.start)
        if known is None or raw_confidence(claim.evidence) > raw_confidence(known.evidence):
            best[claim.support.start] = claim
    return [best[start] for start in sorted(best)]
