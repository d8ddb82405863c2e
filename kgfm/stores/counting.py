"""Counters as triples of the meta graph, and how they change with a write."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, unquote

from kgfm.kg import IRI, Literal, Triple
from kgfm.kg.namespaces import KGFM, XSD
from kgfm.stores.base import Counters
from kgfm.stores.layout import META, SOURCE

Key = tuple[IRI, IRI]  # the subject and predicate under which one number stands in the meta graph

_INTEGER: Final = XSD + "integer"
_TOTALS: Final = {
    IRI(KGFM + f"count{name.title()}"): name for name in ("documents", "statements", "triples", "entities")
}
_INSTANCES: Final = IRI(KGFM + "countInstances")
_RELATION_TRIPLES: Final = IRI(KGFM + "countRelationTriples")
_SOURCE_CLAIMS: Final = IRI(KGFM + "countSourceClaims")


@dataclass(slots=True)
class Tally:
    """Counters that can be changed: a state, or the difference that a write makes."""

    documents: int = 0
    statements: int = 0
    triples: int = 0
    entities: int = 0
    by_type: Counter[IRI] = field(default_factory=Counter)
    by_relation: Counter[IRI] = field(default_factory=Counter)
    by_source: Counter[str] = field(default_factory=Counter)

    def numbers(self) -> dict[Key, int]:
        """Return every number that is not zero under its key."""
        named = {(META, key): getattr(self, name) for key, name in _TOTALS.items()}
        named |= {(class_, _INSTANCES): count for class_, count in self.by_type.items()}
        named |= {(relation, _RELATION_TRIPLES): count for relation, count in self.by_relation.items()}
        named |= {
            (IRI(SOURCE + quote(name)), _SOURCE_CLAIMS): count for name, count in self.by_source.items()
        }
        return {key: count for key, count in named.items() if count}


def counter_triple(key: Key, count: int) -> Triple:
    """Write one number as a triple of the meta graph."""
    return Triple(*key, Literal(str(count), _INTEGER))


def read_numbers(triples: Iterable[Triple]) -> dict[Key, int]:
    """Pick the counters out of the meta graph's triples."""
    return {
        (triple.subject, triple.predicate): int(triple.object.value)
        for triple in triples
        if isinstance(triple.subject, IRI) and _is_counter(triple.predicate)
    }


def _is_counter(predicate: IRI) -> bool:
    return predicate in _TOTALS or predicate in (_INSTANCES, _RELATION_TRIPLES, _SOURCE_CLAIMS)


def counters(numbers: Mapping[Key, int]) -> Counters:
    """Return the numbers as Counters, each table with its largest count first."""
    totals = {name: numbers.get((META, key), 0) for key, name in _TOTALS.items()}
    return Counters(
        **totals,
        by_type=dict(_table(numbers, _INSTANCES)),
        by_relation=dict(_table(numbers, _RELATION_TRIPLES)),
        by_source={
            unquote(node.value[len(SOURCE) :]): count for node, count in _table(numbers, _SOURCE_CLAIMS)
        },
    )


def _table(numbers: Mapping[Key, int], predicate: IRI) -> Iterator[tuple[IRI, int]]:
    rows = [(subject, count) for (subject, name), count in numbers.items() if name == predicate]
    yield from sorted(rows, key=lambda row: (-row[1], row[0]))
