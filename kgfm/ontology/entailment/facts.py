"""Facts as sorted arrays of numbers: by predicate, pairs of subject and object, found from either end."""

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kgfm.kg import IRI, Literal, Term

Array = NDArray[np.int64]
Fact = tuple[int, int, int]  # subject, predicate, object, by their numbers

LOW: Final = np.int64((1 << 32) - 1)
_FEW: Final = 1000
_NONE: Final = np.empty(0, np.int64)


def keys(subjects: Array, objects: Array) -> Array:
    """Pack pairs of numbers below 2**31 into one number each."""
    return (subjects << np.int64(32)) | objects


def turned(pairs: Array) -> Array:
    """Swap the halves of packed pairs."""
    return ((pairs & LOW) << np.int64(32)) | (pairs >> np.int64(32))


def once(numbers: Array) -> Array:
    """Sort numbers and leave repeated ones out; many times as quick as numpy's own `unique`."""
    ordered = np.sort(numbers)
    return ordered[np.append(True, ordered[1:] != ordered[:-1])] if len(ordered) else ordered


def places(ordered: Array, wanted: Array) -> Array:
    """Return where numbers belong among ordered ones; in order they are looked up many times as quickly."""
    if len(wanted) < _FEW or (wanted[1:] >= wanted[:-1]).all():
        return np.searchsorted(ordered, wanted)
    order = np.argsort(wanted)
    found = np.empty(len(wanted), np.int64)
    found[order] = np.searchsorted(ordered, wanted[order])
    return found


def clash(pairs: Array, distinct: Array) -> NDArray[np.bool_]:
    """Return a mask of the packed pairs whose two terms are known to be different."""
    left, right = distinct[pairs >> np.int64(32)], distinct[pairs & LOW]
    found: NDArray[np.bool_] = (left > 0) & (right > 0) & (left != right)
    return found


class Relation:
    """The pairs of one predicate, packed, sorted and each once, with the round in which each was found."""

    __slots__ = ("_turned", "pairs", "rounds")

    def __init__(self, pairs: Array = _NONE, round_: int = 0) -> None:
        self.pairs = pairs
        self.rounds = np.full(len(pairs), round_, np.int32)
        self._turned: Array | None = None

    def __len__(self) -> int:
        return len(self.pairs)

    @property
    def turned(self) -> Array:
        """The pairs with object before subject, sorted."""
        if self._turned is None:
            self._turned = np.sort(turned(self.pairs))
        return self._turned

    def subjects(self, object_: int) -> Array:
        """Return the subjects of an object."""
        low, high = np.searchsorted(self.turned, np.array([object_ << 32, (object_ + 1) << 32], np.int64))
        return self.turned[low:high] & LOW

    def add(self, fresh: "Relation", round_: int) -> None:
        """Add pairs that are not there yet."""
        where = np.searchsorted(self.pairs, fresh.pairs)
        self.pairs = np.insert(self.pairs, where, fresh.pairs)
        self.rounds = np.insert(self.rounds, where, np.int32(round_))
        if self._turned is not None:
            self._turned = np.insert(self._turned, np.searchsorted(self._turned, fresh.turned), fresh.turned)

    def place(self, wanted: Array) -> tuple[Array, NDArray[np.bool_]]:
        """Return where packed pairs stand, and whether they are there."""
        if not len(self.pairs):
            return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), bool)
        where = np.minimum(places(self.pairs, wanted), len(self.pairs) - 1)
        return where, self.pairs[where] == wanted


_EMPTY: Final = Relation()


class Facts:
    """Relations by the number of their predicate."""

    def __init__(self, relations: dict[int, Relation] | None = None) -> None:
        self.relations = relations or {}

    @property
    def size(self) -> int:
        """How many facts there are."""
        return sum(len(one) for one in self.relations.values())

    def relation(self, predicate: int) -> Relation:
        """Return a predicate's pairs; empty where it has none. Not to be added to."""
        return self.relations.get(predicate, _EMPTY)

    def round_of(self, fact: Fact) -> int | None:
        """Return in which round a fact was found, 0 if it was stated; None where it does not hold."""
        relation = self.relation(fact[1])
        where, there = relation.place(np.array([fact[0] << 32 | fact[2]], np.int64))
        return int(relation.rounds[where[0]]) if there[0] else None

    def fresh(self, candidates: dict[int, list[Array]]) -> "Facts":
        """Return those of the candidates that are not there yet, each once."""
        found = {}
        for predicate, arrays in candidates.items():
            pairs = once(np.concatenate(arrays))
            _, there = self.relation(predicate).place(pairs)
            if not there.all():
                found[predicate] = Relation(pairs[~there])
        return Facts(found)

    def add(self, fresh: "Facts", round_: int) -> None:
        """Add facts that are not there yet."""
        for predicate, relation in fresh.relations.items():
            if predicate in self.relations:
                self.relations[predicate].add(relation, round_)
            else:
                self.relations[predicate] = Relation(relation.pairs, round_)


class Terms:
    """Numbers terms in the order in which they come."""

    def __init__(self) -> None:
        self.terms: list[Term] = []
        self._iris: dict[str, int] = {}  # by text: its hash is kept, a term's is worked out each time
        self._others: dict[Term, int] = {}

    def __len__(self) -> int:
        return len(self.terms)

    def number(self, term: Term) -> int:
        """Return a term's number; a new one gets the next."""
        found = self.find(term)
        if found is not None:
            return found
        if isinstance(term, IRI):
            self._iris[term.value] = len(self.terms)
        else:
            self._others[term] = len(self.terms)
        self.terms.append(term)
        return len(self.terms) - 1

    def find(self, term: Term) -> int | None:
        """Return a term's number, None where it has none."""
        return self._iris.get(term.value) if isinstance(term, IRI) else self._others.get(term)

    def literals(self) -> Iterable[tuple[int, Literal]]:
        """Yield the literals with their numbers."""
        return ((number, term) for term, number in self._others.items() if isinstance(term, Literal))
