"""A quick exact test whether a graph meets SHACL shapes, for the constraints that our shapes use.

pyshacl takes about a millisecond a constraint and node; a knowledge base has millions of these. So a
graph is first tested here, and only one that fails, or shapes with other constraints, go to pyshacl,
which also writes the report.
Source: SHACL (W3C Recommendation, 2017), sections 2.1.3 and 4.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final, Self

from kgfm.kg import IRI, BlankNode, Literal, Term, Triple
from kgfm.kg.formats import read_triples
from kgfm.kg.namespaces import RDF, TYPE, XSD

SH: Final = "http://www.w3.org/ns/shacl#"
Facts = Mapping[IRI, Sequence[Term]]
Graph = Mapping[Term, Facts]
# Whether the values of a property meet one constraint: (values, the node's facts, the graph).
Check = Callable[[Sequence[Term], Facts, Graph], bool]

_NOTHING: Final[Facts] = {}
_NUMBERS: Final = frozenset(XSD + name for name in ("integer", "decimal", "double", "float"))
# Lexical forms of the datatypes that our shapes name.
_FORMS: Final = {XSD + "integer": re.compile(r"[+-]?[0-9]+")}
_KINDS: Final = {
    IRI(SH + "IRI"): (IRI,),
    IRI(SH + "Literal"): (Literal,),
    IRI(SH + "IRIOrLiteral"): (IRI, Literal),
}


@dataclass(frozen=True, slots=True)
class Shapes:
    """Node shapes by what they target; `understood` says whether `met_by` can speak for all of them."""

    by_class: Mapping[Term, Sequence[tuple[IRI, Check]]]
    by_predicate: Mapping[Term, Sequence[tuple[IRI, Check]]]
    understood: bool

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read shapes from Turtle."""
        graph = _grouped(read_triples(path, "ttl"))
        by_class: dict[Term, list[tuple[IRI, Check]]] = defaultdict(list)
        by_predicate: dict[Term, list[tuple[IRI, Check]]] = defaultdict(list)
        understood = True
        for facts in graph.values():
            if IRI(SH + "NodeShape") not in facts.get(TYPE, ()):
                continue
            checks, known = _checks(facts, graph)
            understood = understood and known
            for class_ in facts.get(IRI(SH + "targetClass"), ()):
                by_class[class_] += checks
            for predicate in facts.get(IRI(SH + "targetSubjectsOf"), ()):
                by_predicate[predicate] += checks
        return cls(dict(by_class), dict(by_predicate), understood)

    def met_by(self, triples: Iterable[Triple]) -> bool:
        """Whether a graph surely meets the shapes. False may also mean that it is not understood."""
        if not self.understood:
            return False
        graph = _grouped(triples)
        return all(
            check(facts.get(path, ()), facts, graph)
            for facts in graph.values()
            for path, check in self._of(facts)
        )

    def _of(self, facts: Facts) -> Iterator[tuple[IRI, Check]]:
        for class_ in facts.get(TYPE, ()):
            yield from self.by_class.get(class_, ())
        for predicate in self.by_predicate:
            if isinstance(predicate, IRI) and predicate in facts:
                yield from self.by_predicate[predicate]


def _grouped(triples: Iterable[Triple]) -> dict[Term, dict[IRI, list[Term]]]:
    graph: dict[Term, dict[IRI, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for triple in set(triples):
        graph[triple.subject][triple.predicate].append(triple.object)
    return graph


def _checks(shape: Facts, graph: Graph) -> tuple[list[tuple[IRI, Check]], bool]:
    """Return a node shape's checks, each with its path, and whether they are all that it asks."""
    rest = {predicate.value.removeprefix(SH) for predicate in shape if predicate.value.startswith(SH)}
    known = rest <= {"targetClass", "targetSubjectsOf", "property"}
    checks: list[tuple[IRI, Check]] = []
    for node in shape.get(IRI(SH + "property"), ()):
        facts = graph.get(node, _NOTHING)
        paths = facts.get(IRI(SH + "path"), ())
        if len(paths) != 1 or not isinstance(paths[0], IRI):
            return checks, False
        for predicate, values in facts.items():
            name = predicate.value.removeprefix(SH)
            if name in ("path", "name", "description", "message", "severity"):
                continue
            made = _CHECKS[name](values[0], graph) if name in _CHECKS and len(values) == 1 else None
            known = known and made is not None
            if made is not None:
                checks.append((paths[0], made))
    return checks, known


def _at_least(limit: Term, _: Graph) -> Check:
    return lambda values, facts, graph: len(values) >= int(limit.value)


def _at_most(limit: Term, _: Graph) -> Check:
    return lambda values, facts, graph: len(values) <= int(limit.value)


def _of_kind(kind: Term, _: Graph) -> Check | None:
    classes = _KINDS.get(kind) if isinstance(kind, IRI) else None
    return (
        None if classes is None else lambda values, facts, graph: all(isinstance(v, classes) for v in values)
    )


def _of_datatype(datatype: Term, _: Graph) -> Check | None:
    form = _FORMS.get(datatype.value)
    if form is None:
        return None
    return lambda values, facts, graph: all(
        isinstance(one, Literal) and one.datatype == datatype.value and form.fullmatch(one.value) is not None
        for one in values
    )


def _of_class(class_: Term, _: Graph) -> Check:
    return lambda values, facts, graph: all(
        class_ in graph.get(one, _NOTHING).get(TYPE, ()) for one in values
    )


def _among(head: Term, shapes: Graph) -> Check:
    members = set()
    while head in shapes:
        facts = shapes[head]
        members.add(facts[IRI(RDF + "first")][0])
        head = facts[IRI(RDF + "rest")][0]
    return lambda values, facts, graph: members.issuperset(values)


def _no_less(limit: Term, _: Graph) -> Check:
    return lambda values, facts, graph: all(_ordered(limit, one) for one in values)


def _no_more(limit: Term, _: Graph) -> Check:
    return lambda values, facts, graph: all(_ordered(one, limit) for one in values)


def _less_than(other: Term, _: Graph) -> Check | None:
    if not isinstance(other, IRI):
        return None
    return lambda values, facts, graph: all(
        _ordered(one, larger) and not _ordered(larger, one)
        for one in values
        for larger in facts.get(other, ())
    )


def _ordered(low: Term, high: Term) -> bool:
    """Whether two terms are numbers, and the first no larger than the second."""
    numbers = [_number(term) for term in (low, high)]
    return None not in numbers and numbers[0] <= numbers[1]  # type: ignore[operator]


def _number(term: Term) -> Decimal | None:
    if not isinstance(term, Literal) or term.datatype not in _NUMBERS:
        return None
    try:
        number = Decimal(term.value)
    except InvalidOperation:
        return None
    return None if number.is_nan() else number


def _like(pattern: Term, _: Graph) -> Check:
    form = re.compile(pattern.value)
    return lambda values, facts, graph: all(
        not isinstance(one, BlankNode) and form.search(one.value) is not None for one in values
    )


def _as_long_as(limit: Term, _: Graph) -> Check:
    return lambda values, facts, graph: all(
        not isinstance(one, BlankNode) and len(one.value) >= int(limit.value) for one in values
    )


_CHECKS: Final[Mapping[str, Callable[[Term, Graph], Check | None]]] = {
    "minCount": _at_least,
    "maxCount": _at_most,
    "nodeKind": _of_kind,
    "datatype": _of_datatype,
    "class": _of_class,
    "in": _among,
    "minInclusive": _no_less,
    "maxInclusive": _no_more,
    "lessThan": _less_than,
    "pattern": _like,
    "minLength": _as_long_as,
}
