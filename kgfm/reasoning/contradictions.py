"""What a knowledge base says that cannot all be true, each with its sources side by side.

Two kinds: what documents deny and others say, and what breaks an axiom (a functional property with two
values, disjoint classes, ...). Statements that hold at different times do not contradict each other.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from kgfm.kg import IRI, Modality, Polarity, Triple
from kgfm.ontology.entailment import GeneralTriple
from kgfm.reasoning.answer import Evidence
from kgfm.reasoning.evidence import in_order, places
from kgfm.reasoning.inference import Inference
from kgfm.reasoning.valid_time import ALWAYS, covers, overlap, span, valid_time
from kgfm.stores.base import TripleStore
from kgfm.stores.projection import MergeTable

DENIED: Final = "denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the triples that cannot all be true, with all that carries it.

    `stated` is what it follows from, itself where it is stated; evidence and imports are of these.
    """

    triple: GeneralTriple
    denied: bool = False  # then the evidence is of what denies it
    stated: tuple[GeneralTriple, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    imports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Sides that cannot all be true: by a rule of the W3C's table and axioms, or "denied"."""

    rule: str
    sides: tuple[Side, ...]
    axioms: tuple[GeneralTriple, ...] = ()


def conflicts(store: TripleStore, inference: Inference) -> list[Conflict]:
    """Return what contradicts itself, sorted; at most a thousand for each rule."""
    found = [*_denials(store, inference), *_broken_axioms(inference)]
    return sorted(found, key=lambda one: (one.rule, [str(side.triple) for side in one.sides]))


def _denials(store: TripleStore, inference: Inference) -> Iterator[Conflict]:
    """Yield what one document denies and another, or the same elsewhere, says."""
    canonical = MergeTable(store.merges()).canonical
    denied: dict[Triple, list[Evidence]] = defaultdict(list)
    for sourced in store.statements(holds=False):
        one = sourced.statement
        if one.polarity is Polarity.NEGATED and one.modality is Modality.ASSERTED:
            object_ = canonical(one.object) if isinstance(one.object, IRI) else one.object
            triple = Triple(canonical(one.subject), one.predicate, object_)
            denied[triple] += places(sourced, triple)
    for triple, evidence in denied.items():
        if triple in inference.closure:
            general = GeneralTriple(triple.subject, triple.predicate, triple.object)
            negation = Side(triple=general, denied=True, stated=(general,), evidence=in_order(evidence))
            sides = (_side(inference, general), negation)
            if _at_one_time(sides):
                yield Conflict(rule=DENIED, sides=sides)


def _broken_axioms(inference: Inference) -> Iterator[Conflict]:
    """Yield what the rules of entailment find, each set of facts once."""
    seen: set[tuple[str, frozenset[GeneralTriple]]] = set()
    for one in inference.closure.contradictions():
        facts = [premise for premise in one.premises if not inference.is_axiom(premise)]
        key = one.rule, frozenset(facts)
        if key in seen or _same_date(facts):
            continue
        seen.add(key)
        sides = tuple(_side(inference, premise) for premise in facts)
        if _at_one_time(sides):
            axioms = tuple(premise for premise in one.premises if inference.is_axiom(premise))
            yield Conflict(rule=one.rule, sides=sides, axioms=axioms)


def _side(inference: Inference, triple: GeneralTriple) -> Side:
    steps = inference.proof(triple)
    stated = [step for step in steps if step.rule == "stated"]
    return Side(
        triple=triple,
        stated=tuple(step.conclusion for step in stated),
        evidence=in_order(place for step in stated for place in step.evidence),
        imports=tuple(sorted({graph for step in stated for graph in step.imports})),
    )


def _at_one_time(sides: Iterable[Side]) -> bool:
    """Whether there is a time at which all sides hold, taken two by two."""
    return all(
        any(overlap(first, second) for first in _times(one) for second in _times(other))
        for one, other in combinations(sides, 2)
    )


def _times(side: Side) -> list[tuple[str, str]]:
    """Return when what carries a side holds; an import knows no time."""
    found = [valid_time(one.statement) for one in side.evidence if one.statement is not None]
    return [*found, ALWAYS] if side.imports or not found else found


def _same_date(facts: list[GeneralTriple]) -> bool:
    """Whether two facts differ only in how finely they tell a date."""
    if len(facts) != 2 or facts[0][:2] != facts[1][:2]:
        return False
    one, other = (span(fact.object) for fact in facts)
    return one is not None and other is not None and (covers(one, other) or covers(other, one))
