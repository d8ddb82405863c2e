"""RDF lists in the facts: the cells of each, and the rules over whole lists, written for each list."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Final

import numpy as np

from kgfm.kg import IRI, Term
from kgfm.kg.namespaces import OWL, RDF
from kgfm.ontology.entailment.facts import LOW, Array, Fact, Facts, Relation, keys, once
from kgfm.ontology.entailment.rules import CELL, Pattern, Rule

_MOST_READINGS: Final = 64  # of a list with cells that have several rdf:first or rdf:rest
_HEADS: Final = ("intersectionOf", "unionOf", "oneOf", "members", "distinctMembers")  # read cell by cell
_Next = Mapping[int, list[int]]


@dataclass
class Lists:
    """Finds lists as they come to be known; `number` gives a term its number."""

    number: Callable[[Term], int]
    _written: set[tuple[str, int, tuple[int, ...]]] = field(default_factory=set)

    def __post_init__(self) -> None:
        named = self.number
        self.first, self.rest, self.nil = (named(IRI(RDF + one)) for one in ("first", "rest", "nil"))
        self.cell, self.type, self.same = named(CELL), named(IRI(RDF + "type")), named(IRI(OWL + "sameAs"))
        self._heads = [named(IRI(OWL + one)) for one in _HEADS]
        self._whole = {
            named(IRI(OWL + "propertyChainAxiom")): self._chain,
            named(IRI(OWL + "hasKey")): self._key,
            named(IRI(OWL + "intersectionOf")): self._intersection,
        }

    def concerned(self, delta: Facts) -> bool:
        """Whether new facts may make or change a list."""
        return any(one in delta.relations for one in (self.first, self.rest, *self._heads, *self._whole))

    def cells(self, facts: Facts) -> Array:
        """Return packed pairs of each list that is read cell by cell, and its cells."""
        rest = _next(facts.relation(self.rest))
        heads = {head for name in self._heads for head in _objects(facts.relation(name))}
        found = [(head, cell) for head in sorted(heads) for cell in self._reached(rest, head)]
        return keys(*np.array(found, np.int64).reshape(-1, 2).T)

    def rules(self, facts: Facts) -> Iterator[Rule]:
        """Yield the rules over whole lists that were not written before."""
        first, rest = _next(facts.relation(self.first)), _next(facts.relation(self.rest))
        for predicate, write in self._whole.items():
            for pair in facts.relation(predicate).pairs.tolist():
                subject, head = pair >> 32, pair & int(LOW)
                for cells, elements in islice(self._readings(first, rest, head), _MOST_READINGS):
                    rule = write(subject, elements)
                    if elements and (rule.name, subject, elements) not in self._written:
                        self._written.add((rule.name, subject, elements))
                        grounds = [(subject, predicate, head), *self._links(cells)]
                        grounds += [(c, self.first, e) for c, e in zip(cells, elements, strict=True)]
                        yield Rule(
                            rule.name, rule.premises, rule.conclusions, rule.comparisons, tuple(grounds)
                        )

    def path(self, facts: Facts, head: int, cell: int) -> list[Fact]:
        """Return the rdf:rest facts that lead from a list's head to one of its cells."""
        reached = self._reached(_next(facts.relation(self.rest)), head)
        cells = [cell]
        while cells[-1] != head:
            cells.append(reached[cells[-1]])
        return self._links(cells[::-1])

    def _links(self, cells: Sequence[int]) -> list[Fact]:
        return [(one, self.rest, after) for one, after in pairwise(cells)]

    def _reached(self, rest: _Next, head: int) -> dict[int, int]:
        """Return the cells of a list, each with the one before it."""
        found = {head: head} if head != self.nil else {}
        waiting = list(found)
        while waiting:
            cell = waiting.pop()
            for after in rest.get(cell, ()):
                if after not in found and after != self.nil:
                    found[after] = cell
                    waiting.append(after)
        return found

    def _readings(
        self, first: _Next, rest: _Next, head: int
    ) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
        """Yield each way to read a list: its cells and its elements. One that never ends is none."""
        waiting: list[tuple[int, tuple[int, ...], tuple[int, ...]]] = [(head, (), ())]
        while waiting:
            cell, cells, elements = waiting.pop()
            if cell == self.nil:
                yield cells, elements
            elif cell not in cells:
                waiting += [
                    (after, (*cells, cell), (*elements, element))
                    for element in first.get(cell, ())
                    for after in rest.get(cell, ())
                ]

    def _chain(self, subject: int, elements: tuple[int, ...]) -> Rule:
        premises: list[Pattern] = [(f"?{n}", one, f"?{n + 1}") for n, one in enumerate(elements)]
        return Rule("prp-spo2", tuple(premises), (("?0", subject, f"?{len(elements)}"),))

    def _key(self, subject: int, elements: tuple[int, ...]) -> Rule:
        premises: list[Pattern] = [("?x", self.type, subject), ("?y", self.type, subject)]
        for n, one in enumerate(elements):
            premises += [("?x", one, f"?{n}"), ("?y", one, f"?{n}")]
        return Rule("prp-key", tuple(premises), (("?x", self.same, "?y"),), (("?x", "<", "?y"),))

    def _intersection(self, subject: int, elements: tuple[int, ...]) -> Rule:
        premises: list[Pattern] = [("?x", self.type, one) for one in elements]
        return Rule("cls-int1", tuple(premises), (("?x", self.type, subject),))


def _objects(relation: Relation) -> list[int]:
    return [int(one) for one in once(relation.pairs & LOW)]


def _next(relation: Relation) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for pair in relation.pairs.tolist():
        found[pair >> 32].append(pair & int(LOW))
    return found
