"""A graph with all that follows from it, and what in it cannot all be true."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Self, TypeVar

import numpy as np

from kgfm.errors import ConfigError
from kgfm.kg import IRI, Literal, Term, Triple
from kgfm.kg.namespaces import OWL
from kgfm.ontology.entailment import datatypes
from kgfm.ontology.entailment.derivation import Derivation, Deriver, GeneralTriple
from kgfm.ontology.entailment.facts import LOW, Array, Fact, Facts, Terms, clash
from kgfm.ontology.entailment.joins import UNIT
from kgfm.ontology.entailment.lists import Lists
from kgfm.ontology.entailment.rules import PROFILES, rules
from kgfm.ontology.entailment.saturation import ends, given, saturate, stated
from kgfm.ontology.entailment.tautologies import Tautologies

T = TypeVar("T")

_MOST: Final = 1000


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Triples that cannot all be true, by a rule of the W3C's table."""

    rule: str
    premises: tuple[GeneralTriple, ...]


class Closure:
    """The stated triples and what they entail; made by `of`."""

    def __init__(self, terms: Terms, deriver: Deriver, distinct: Array | None) -> None:
        self._terms = terms
        self._deriver = deriver
        self._facts: Facts = deriver.facts
        self._distinct = distinct

    @classmethod
    def of(
        cls,
        triples: Iterable[Triple],
        *,
        profile: str = "owl2rl",
        unique: Callable[[IRI], bool] | None = None,
    ) -> Self:
        """Reason over triples by a profile, "owl2rl" or "rdfs".

        With `unique`, two IRIs for which it is true are taken for different things, as are literals of
        different values: what would make them the same is a contradiction and has no consequences, unless
        it is stated. Raises EntailmentError where too much follows.
        """
        if profile not in PROFILES:
            raise ConfigError(f"'{profile}' is no profile of entailment; give one of {', '.join(PROFILES)}.")
        terms = Terms()
        same = terms.number(IRI(OWL + "sameAs"))
        facts = stated(triples, terms)
        named = ends(facts)
        table = rules(profile, terms.number, reflexive=same in named)
        lists = Lists(terms.number)
        start = given(terms, facts, named) if profile == "owl2rl" else {}
        deriver = Deriver(facts, table, lists, start)
        distinct = _distinct(terms, facts.relation(same).pairs, unique) if unique else None
        saturate(facts, table, lists, start, same, distinct)
        return cls(terms, deriver, distinct)

    def __len__(self) -> int:
        return self._facts.size

    def __contains__(self, triple: Triple) -> bool:
        fact = self._numbered(triple)
        return fact is not None and self._facts.round_of(fact) is not None

    def entailed(self, *, tautologies: bool = False) -> Iterator[Triple]:
        """Yield what follows and was not stated, as far as RDF can say it: no literal is a subject.

        Tautologies say nothing of this graph: every class is a subclass of itself and of owl:Thing.
        """
        terms = self._terms.terms
        for predicate, pairs in self._pairs(stated=False, tautologies=tautologies):
            name = terms[predicate]
            for pair in pairs.tolist():
                subject = terms[pair >> 32]
                if isinstance(name, IRI) and not isinstance(subject, Literal):
                    yield Triple(subject, name, terms[pair & int(LOW)])

    def whole(self, spelled: Callable[[Term], T]) -> Iterator[tuple[T, T, T]]:
        """Yield what was stated and what follows without tautologies, each term as `spelled` gives it.

        Quicker than making triples: each term is spelled once, however often it comes.
        """
        made: dict[int, T] = {}

        def term(number: int) -> T:
            if number not in made:
                made[number] = spelled(self._terms.terms[number])
            return made[number]

        for predicate, pairs in self._pairs(stated=True, tautologies=False):
            name = term(predicate)
            for pair in pairs.tolist():
                yield term(pair >> 32), name, term(pair & int(LOW))

    def _pairs(self, *, stated: bool, tautologies: bool) -> Iterator[tuple[int, Array]]:
        """Yield the predicates that RDF can say, each with the pairs of terms that follow, or are stated."""
        trivial = Tautologies(self._terms)
        for predicate, relation in self._facts.relations.items():
            if not isinstance(self._terms.terms[predicate], IRI) or predicate == self._deriver.lists.cell:
                continue
            pairs = relation.pairs[relation.rounds > 0]
            pairs = pairs[~trivial.literal[pairs >> np.int64(32)]]
            if not tautologies:
                pairs = pairs[~trivial.among(predicate, pairs)]
            yield predicate, pairs
            if stated:
                yield predicate, relation.pairs[relation.rounds == 0]

    def derivation(self, triple: Triple) -> Derivation | None:
        """Return the rule and premises of a triple; None where it does not follow."""
        fact = self._numbered(triple)
        step = self._deriver.step(fact) if fact else None
        return None if step is None or fact is None else self._told(fact, *step)

    def proof(self, triple: Triple | GeneralTriple) -> tuple[Derivation, ...]:
        """Return every step from stated triples to this one, each after its premises; empty as above."""
        fact = self._numbered(triple)
        steps: dict[Fact, Derivation] = {}
        if fact is not None:
            self._prove(fact, steps)
        return tuple(steps.values())

    def _prove(self, fact: Fact, steps: dict[Fact, Derivation]) -> None:
        waiting = [(fact, False)]
        found: dict[Fact, tuple[str, tuple[Fact, ...]]] = {}
        while waiting:
            one, ready = waiting.pop()
            if one in steps:
                continue
            if ready:
                steps[one] = self._told(one, *found[one])
            elif (step := self._deriver.step(one)) is not None:
                found[one] = step
                waiting.append((one, True))
                waiting += [(premise, False) for premise in step[1]]

    def contradictions(self, most: int = _MOST) -> list[Contradiction]:
        """Return what contradicts itself, at most so many for each rule, sorted."""
        found: dict[tuple[str, frozenset[Fact]], tuple[Fact, ...]] = {}
        for rule in self._deriver.rules:
            if not rule.conclusions:
                for premises in self._deriver.matches(rule, UNIT, most):
                    found.setdefault((rule.name, frozenset(premises)), premises)
        for name, premises in (*self._clashes(most), *self._ill_typed(most)):
            found.setdefault((name, frozenset(premises)), premises)
        told = [
            Contradiction(name, tuple(self._general(one) for one in premises))
            for (name, _), premises in found.items()
        ]
        return sorted(told, key=lambda one: (one.rule, [str(premise) for premise in one.premises]))

    def _clashes(self, most: int) -> Iterator[tuple[str, tuple[Fact, ...]]]:
        """Yield what would make one of two things that are different."""
        same = self._deriver.lists.same
        if self._distinct is None:
            pairs = self._facts.relation(same).pairs
            values = _distinct(self._terms, pairs, None)
            for pair in pairs[clash(pairs, values)][:most].tolist():
                yield "dt-diff", ((pair >> 32, same, pair & int(LOW)),)
            return
        for rule in self._deriver.rules:
            if not any(one[1] == same for one in rule.conclusions) or rule.name.startswith("eq-"):
                continue
            for premises in self._deriver.clashes(rule, self._distinct, most):
                yield rule.name, premises

    def _ill_typed(self, most: int) -> Iterator[tuple[str, tuple[Fact, ...]]]:
        """Yield literals that are said to be of a datatype that does not hold them (dt-not-type)."""
        type_ = self._deriver.lists.type
        for name in sorted(datatypes.DATATYPES):
            datatype = self._terms.find(IRI(name))
            if datatype is None:
                continue
            for subject in self._facts.relation(type_).subjects(datatype)[:most].tolist():
                term = self._terms.terms[subject]
                if isinstance(term, Literal) and datatypes.holds(name, term) is False:
                    yield "dt-not-type", ((subject, type_, datatype),)

    def _numbered(self, triple: Triple | GeneralTriple) -> Fact | None:
        parts = [self._terms.find(one) for one in (triple.subject, triple.predicate, triple.object)]
        subject, predicate, object_ = parts
        if subject is None or predicate is None or object_ is None:
            return None
        return subject, predicate, object_

    def _general(self, fact: Fact) -> GeneralTriple:
        return GeneralTriple(*(self._terms.terms[one] for one in fact))

    def _told(self, fact: Fact, rule: str, premises: tuple[Fact, ...]) -> Derivation:
        return Derivation(self._general(fact), rule, tuple(self._general(one) for one in premises))


def _distinct(terms: Terms, same: Array, unique: Callable[[IRI], bool] | None) -> Array:
    """Give each term that is known to differ from others a number above 0, equal values the same one."""
    numbers = np.zeros(len(terms), np.int64)
    values: dict[datatypes.Value, int] = {}
    for literal, text in terms.literals():
        value = datatypes.value_of(text)
        if value is None and unique is not None:
            value = "unread", text  # of another datatype, or malformed: differs as it is written
        if value is not None:
            numbers[literal] = values.setdefault(value, literal) + 1
    if unique is not None:
        for number, term in enumerate(terms.terms):
            if isinstance(term, IRI) and unique(term):
                numbers[number] = number + 1
        numbers[np.concatenate([same >> np.int64(32), same & LOW])] = 0  # it is stated
    return numbers
