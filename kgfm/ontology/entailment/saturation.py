"""Forward chaining, semi-naive: each round matches the rules against what the last round found."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from kgfm.kg import IRI, Literal, Triple
from kgfm.kg.namespaces import OWL, RDF, RDFS, XSD
from kgfm.ontology.entailment import datatypes
from kgfm.ontology.entailment.facts import LOW, Array, Fact, Facts, Relation, Terms, clash, keys, once
from kgfm.ontology.entailment.joins import groups, solve
from kgfm.ontology.entailment.lists import Lists
from kgfm.ontology.entailment.rules import AXIOMS, Rule

_Candidates = dict[int, list[Array]]
_CARDINALITIES: Final = ("maxCardinality", "maxQualifiedCardinality")


def stated(triples: Iterable[Triple], terms: Terms) -> Facts:
    """Number the terms of triples and sort them into facts."""
    found: dict[int, list[int]] = defaultdict(list)
    number = terms.number
    for one in triples:
        found[number(one.predicate)].append(number(one.subject) << 32 | number(one.object))
    return Facts({name: Relation(once(np.array(pairs, np.int64))) for name, pairs in found.items()})


def ends(facts: Facts) -> set[int]:
    """Return the terms that something is said of, or that are said of something."""
    halves = [
        half for one in facts.relations.values() for half in (one.pairs >> np.int64(32), one.pairs & LOW)
    ]
    return set(once(np.concatenate(halves)).tolist()) if halves else set()


def given(terms: Terms, facts: Facts, named: set[int]) -> dict[Fact, str]:
    """Return what holds without premises, with its rule: axioms, and what follows from literals' values."""
    number = terms.number
    type_ = number(IRI(RDF + "type"))
    found: dict[Fact, str] = {(number(one), type_, number(kind)): rule for rule, one, kind in AXIOMS}
    used = {name: one for name in datatypes.DATATYPES if (one := terms.find(IRI(name))) in named}
    datatype = number(IRI(RDFS + "Datatype"))
    found |= dict.fromkeys(((one, type_, datatype) for one in used.values() if one is not None), "dt-type1")
    same = number(IRI(OWL + "sameAs"))
    equal: dict[datatypes.Value, int] = {}
    for literal, term in list(terms.literals()):
        value = datatypes.value_of(term)
        if value is None:
            continue
        other = equal.setdefault(value, literal)
        if other != literal:
            found[other, same, literal] = "dt-eq"
        for name in datatypes.supertypes(term) if used else ():
            if name in used:
                found[literal, type_, terms.number(IRI(name))] = "dt-type2"
    return found | _cardinalities(terms, facts)


def _cardinalities(terms: Terms, facts: Facts) -> dict[Fact, str]:
    """Spell 0 and 1 as the rules do, whatever type of number they were written as."""
    found = {}
    for predicate in (terms.number(IRI(OWL + one)) for one in _CARDINALITIES):
        for pair in facts.relation(predicate).pairs.tolist():
            literal = terms.terms[pair & int(LOW)]
            value = datatypes.value_of(literal) if not isinstance(literal, IRI) else None
            if value and value[0] == "number" and value[1] in (0, 1):
                found[
                    pair >> 32, predicate, terms.number(Literal(str(value[1]), XSD + "nonNegativeInteger"))
                ] = "dt-eq"
    return found


def saturate(
    facts: Facts, rules: list[Rule], lists: Lists, start: Iterable[Fact], same: int, distinct: Array | None
) -> None:
    """Add to the facts all that follows, and to the rules those that are written for lists.

    `distinct` has a number for each term: two terms with different ones above 0 never become the same.
    Raises EntailmentError where that is too much to hold.
    """
    delta, round_ = facts, 0
    candidates: _Candidates = defaultdict(list)
    for subject, predicate, object_ in start:
        candidates[predicate].append(np.array([subject << 32 | object_], np.int64))
    while True:
        round_ += 1
        written: list[Rule] = []
        if lists.concerned(delta):
            candidates[lists.cell].append(lists.cells(facts))
            written = list(lists.rules(facts))
        for rule in rules:
            if delta is facts:
                _conclude(rule, [facts] * len(rule.premises), candidates)
                continue
            for place in range(len(rule.premises)):
                sources = [delta if one == place else facts for one in range(len(rule.premises))]
                _conclude(rule, sources, candidates)
        for rule in written:
            _conclude(rule, [facts] * len(rule.premises), candidates)
        rules += written
        if distinct is not None and same in candidates:
            candidates[same] = [_unless_distinct(one, distinct) for one in candidates[same]]
        delta = facts.fresh(candidates)
        if not delta.relations:
            return
        facts.add(delta, round_)
        candidates = defaultdict(list)


def _conclude(rule: Rule, sources: Sequence[Facts], candidates: _Candidates) -> None:
    """Add what a rule concludes from its premises, each looked for in its own source."""
    if not rule.conclusions or _hopeless(rule, sources):
        return
    keep = frozenset(part for one in rule.conclusions for part in one if isinstance(part, str))
    rows = solve(rule.premises, sources, rule.comparisons, keep)
    if not rows.count:
        return
    for conclusion in rule.conclusions:
        subjects, predicates, objects = (
            rows.columns[part] if isinstance(part, str) else np.full(rows.count, part, np.int64)
            for part in conclusion
        )
        pairs = keys(subjects, objects)
        if isinstance(conclusion[1], int):
            candidates[conclusion[1]].append(pairs)
        else:
            for predicate, picks in groups(predicates):
                candidates[predicate].append(pairs[picks])


def _hopeless(rule: Rule, sources: Sequence[Facts]) -> bool:
    """Whether some premise has a predicate that no fact of its source has."""
    return any(
        not one.relations if isinstance(premise[1], str) else premise[1] not in one.relations
        for premise, one in zip(rule.premises, sources, strict=True)
    )


def _unless_distinct(pairs: Array, distinct: Array) -> Array:
    return pairs[~clash(pairs, distinct)]
