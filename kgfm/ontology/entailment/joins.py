"""Matches of a rule's premises, column by column: the smallest part first, then what hangs on it."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from kgfm.errors import EntailmentError
from kgfm.ontology.entailment.facts import LOW, Array, Facts, Relation, keys, places
from kgfm.ontology.entailment.rules import Comparison, Part, Pattern

_MOST_ROWS: Final = 200_000_000  # 1.6 GB a column
_COMPARE: Final = {"!=": np.not_equal, "<": np.less, "<=": np.less_equal}


@dataclass(frozen=True, slots=True)
class Rows:
    """Matches found so far: a column of numbers for each variable."""

    count: int
    columns: Mapping[str, Array]

    def take(self, picks: Array) -> "Rows":
        """Return some of the rows, each as often as it is named."""
        return Rows(len(picks), {name: column[picks] for name, column in self.columns.items()})

    def plus(self, name: Part, column: Array) -> "Rows":
        """Return the rows with one more column; a number instead of a variable adds none."""
        return Rows(self.count, {**self.columns, name: column}) if isinstance(name, str) else self


UNIT: Final = Rows(1, {})
_NO_ROWS: Final = Rows(0, {})


def solve(
    patterns: Sequence[Pattern],
    sources: Sequence[Facts],
    comparisons: Sequence[Comparison],
    keep: frozenset[str],
    start: Rows = UNIT,
) -> Rows:
    """Match patterns, each against its own facts; only the columns of `keep` are sure to be there.

    Raises EntailmentError where more than 200 million matches would have to be held at once.
    """
    rows = _compared(start, comparisons, ())
    left = list(range(len(patterns)))
    while left and rows.count:
        best = min(left, key=lambda one: _cost(patterns[one], rows, sources[one]))
        left.remove(best)
        before = rows.columns.keys()
        rows = _compared(_extended(rows, patterns[best], sources[best]), comparisons, before)
        needed = keep.union(*(patterns[one] for one in left), *comparisons)
        rows = Rows(rows.count, {name: rows.columns[name] for name in rows.columns if name in needed})
    return rows if rows.count else _NO_ROWS


def _compared(rows: Rows, comparisons: Sequence[Comparison], before: Container[str]) -> Rows:
    """Keep the rows that meet each comparison whose variables have just become known."""
    for one, sign, other in comparisons:
        if one in rows.columns and other in rows.columns and not (one in before and other in before):
            rows = rows.take(np.flatnonzero(_COMPARE[sign](rows.columns[one], rows.columns[other])))
    return rows


def _cost(pattern: Pattern, rows: Rows, facts: Facts) -> tuple[bool, float]:
    """Return what stands against matching a pattern next: first of all that nothing of it is known."""
    subject, predicate, object_ = pattern
    known = [not isinstance(part, str) or part in rows.columns for part in pattern]
    apart = not any(isinstance(part, str) and part in rows.columns for part in pattern)
    if isinstance(predicate, str):
        size: float = facts.size / (max(1, len(facts.relations)) if known[1] else 1)
    else:
        size = len(facts.relation(predicate))
        if isinstance(object_, int) and not known[0]:
            size = _count(facts.relation(predicate).turned, object_)
        elif isinstance(subject, int) and not known[2]:
            size = _count(facts.relation(predicate).pairs, subject)
    if known[0] and known[2]:
        size /= 1000
    return bool(rows.columns) and apart, size


def _count(pairs: Array, number: int) -> int:
    low, high = np.searchsorted(pairs, np.array([number << 32, (number + 1) << 32], np.int64))
    return int(high - low)


def _extended(rows: Rows, pattern: Pattern, facts: Facts) -> Rows:
    subject, predicate, object_ = pattern
    if isinstance(predicate, int):
        return _joined(rows, subject, object_, facts.relation(predicate))
    if predicate in rows.columns:
        return _together(
            _joined(rows.take(picks), subject, object_, facts.relation(number))
            for number, picks in groups(rows.columns[predicate])
            if number in facts.relations
        )
    parts = []
    for number, relation in facts.relations.items():
        part = _joined(rows, subject, object_, relation)
        parts.append(part.plus(predicate, np.full(part.count, number, np.int64)))
    return _together(iter(parts))


def groups(column: Array) -> Iterator[tuple[int, Array]]:
    """Yield each value of a column with the places where it stands."""
    order = np.argsort(column, kind="stable")
    values, starts = np.unique(column[order], return_index=True)
    yield from zip(values.tolist(), np.split(order, starts[1:]), strict=True)


def _together(parts: Iterator[Rows]) -> Rows:
    full = [part for part in parts if part.count]
    if len(full) < 2:
        return full[0] if full else _NO_ROWS
    names = full[0].columns
    columns = {name: np.concatenate([part.columns[name] for part in full]) for name in names}
    return Rows(sum(part.count for part in full), columns)


def _joined(rows: Rows, subject: Part, object_: Part, relation: Relation) -> Rows:
    """Match the two ends of a pattern against the pairs of its predicate."""
    if not len(relation) or not rows.count:
        return _NO_ROWS
    subjects, objects = _known(rows, subject), _known(rows, object_)
    if subjects is not None and objects is not None:
        return rows.take(np.flatnonzero(relation.place(keys(subjects, objects))[1]))
    if subjects is not None:
        picks, where = _spread(relation.pairs, subjects)
        return rows.take(picks).plus(object_, relation.pairs[where] & LOW)
    if objects is not None:
        picks, where = _spread(relation.turned, objects)
        return rows.take(picks).plus(subject, relation.turned[where] & LOW)
    pairs = relation.pairs
    if subject == object_:
        pairs = pairs[(pairs >> np.int64(32)) == (pairs & LOW)]
    _check(rows.count * len(pairs))
    found = rows.take(np.repeat(np.arange(rows.count), len(pairs)))
    pairs = np.tile(pairs, rows.count)
    return found.plus(subject, pairs >> np.int64(32)).plus(object_, pairs & LOW)


def _known(rows: Rows, part: Part) -> Array | None:
    if isinstance(part, str):
        return rows.columns.get(part)
    return np.full(rows.count, part, np.int64)


def _spread(pairs: Array, firsts: Array) -> tuple[Array, Array]:
    """Return, for each pair that begins with one of the numbers, the place of the number and of the pair."""
    low = places(pairs, firsts << np.int64(32))
    counts = places(pairs, (firsts + 1) << np.int64(32)) - low
    total = int(counts.sum())
    _check(total)
    picks = np.repeat(np.arange(len(firsts)), counts)
    return picks, np.arange(total) + np.repeat(low - (np.cumsum(counts) - counts), counts)


def _check(count: int) -> None:
    if count > _MOST_ROWS:
        raise EntailmentError(
            f"the graph entails too much: one rule has {count:,} matches. Look for a property that is said "
            "to be transitive or inverse functional and is not, or for a key that many things share."
        )
