"""Why a fact holds: the rule and the premises that give it, found again from the rule table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from kgfm.kg import Term
from kgfm.ontology.entailment.facts import Array, Fact, Facts, clash, keys
from kgfm.ontology.entailment.joins import UNIT, Rows, solve
from kgfm.ontology.entailment.lists import Lists
from kgfm.ontology.entailment.rules import Pattern, Rule

STATED = "stated"


class GeneralTriple(NamedTuple):
    """A triple of any three terms: rules also reason over literals as subjects.

    Source: RDF 1.1 Concepts, section 7 (generalized RDF triples).
    """

    subject: Term
    predicate: Term
    object: Term

    def __str__(self) -> str:
        return f"{self.subject} {self.predicate} {self.object} ."


@dataclass(frozen=True, slots=True)
class Derivation:
    """One step: the rule by its W3C name ("stated" where there is none) and the triples that it went from."""

    conclusion: GeneralTriple
    rule: str
    premises: tuple[GeneralTriple, ...] = ()


@dataclass(frozen=True, slots=True)
class Deriver:
    """All that facts were found by; `given` are those that need no premises, with their rules."""

    facts: Facts
    rules: Sequence[Rule]
    lists: Lists
    given: dict[Fact, str] = field(default_factory=dict)

    def step(self, fact: Fact) -> tuple[str, tuple[Fact, ...]] | None:
        """Return the rule and premises that gave a fact, none of them resting on it; None if it is none."""
        found = self.facts.round_of(fact)
        if found is None:
            return None
        if found == 0:
            return STATED, ()
        if fact in self.given:
            return self.given[fact], ()
        for rule in self.rules:
            for conclusion in rule.conclusions:
                for premises in self._ways(rule, conclusion, fact):
                    if all(self._before(premise, found) for premise in premises):
                        return rule.name, premises
        return None

    def _before(self, fact: Fact, round_: int) -> bool:
        found = self.facts.round_of(fact)
        return found is not None and found < round_

    def _ways(self, rule: Rule, conclusion: Pattern, fact: Fact) -> Iterator[tuple[Fact, ...]]:
        start: dict[str, int] = {}
        for part, number in zip(conclusion, fact, strict=True):
            if (start.setdefault(part, number) if isinstance(part, str) else part) != number:
                return
        columns = {name: np.array([number], np.int64) for name, number in start.items()}
        yield from self.matches(rule, Rows(1, columns))

    def matches(self, rule: Rule, start: Rows, most: int | None = None) -> Iterator[tuple[Fact, ...]]:
        """Yield the premises of each match of a rule, lists spelled out."""
        yield from self._told(rule, self._solved(rule, start), most)

    def clashes(self, rule: Rule, distinct: Array, most: int) -> Iterator[tuple[Fact, ...]]:
        """Yield the premises of matches that would make the same what `distinct` says is not."""
        ((one, _, other),) = rule.conclusions
        rows = self._solved(rule, UNIT)
        if rows.count and isinstance(one, str) and isinstance(other, str):
            pairs = keys(rows.columns[one], rows.columns[other])
            yield from self._told(rule, rows.take(np.flatnonzero(clash(pairs, distinct))), most)

    def _solved(self, rule: Rule, start: Rows) -> Rows:
        keep = frozenset(part for one in rule.premises for part in one if isinstance(part, str))
        return solve(rule.premises, [self.facts] * len(rule.premises), rule.comparisons, keep, start)

    def _told(self, rule: Rule, rows: Rows, most: int | None) -> Iterator[tuple[Fact, ...]]:
        for place in range(rows.count if most is None else min(rows.count, most)):
            values = {name: int(column[place]) for name, column in rows.columns.items()}
            yield self._spelled(rule, [_filled(one, values) for one in rule.premises])

    def _spelled(self, rule: Rule, premises: Sequence[Fact]) -> tuple[Fact, ...]:
        found: dict[Fact, None] = dict.fromkeys(rule.grounds)
        for subject, predicate, object_ in premises:
            if predicate == self.lists.cell:
                found |= dict.fromkeys(self.lists.path(self.facts, subject, object_))
            else:
                found[subject, predicate, object_] = None
        return tuple(found)


def _filled(pattern: Pattern, values: dict[str, int]) -> Fact:
    subject, predicate, object_ = (values[part] if isinstance(part, str) else part for part in pattern)
    return subject, predicate, object_
