"""Which names of different documents mean the same entity.

The merge table is a function of the set of names in the knowledge base and of nothing else: neither
the order of documents nor how often resolution ran before changes it. Only names of one kind merge,
so a person and a place of one name stay apart; where two candidates fit, none is taken.
"""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from itertools import compress

import numpy as np

from kgfm.extraction.name_keys import (
    PERSON_TITLES,
    PersonName,
    acronym,
    folded,
    organization_key,
    transliterated,
)
from kgfm.kg import IRI, Entity
from kgfm.stores.base import Merge

Link = tuple[Entity, Entity, str]


def resolve(names: Iterable[Entity], kept_apart: Set[tuple[IRI, IRI]] = frozenset()) -> Mapping[IRI, Merge]:
    """Return the merge table of entities as all documents together name them: each merged
    name -> its canonical entity and the reason.

    `kept_apart` holds (member, canonical) pairs that must never share a cluster again.
    """
    by_kind: dict[str, list[Entity]] = defaultdict(list)
    for name in names:
        by_kind[name.kind].append(name)
    merges: dict[IRI, Merge] = {}
    for kind in sorted(by_kind):
        group = sorted(by_kind[kind], key=lambda name: name.iri)
        merges.update(_merge_table(group, list(_links(kind, group)), kept_apart))
    return merges


def contenders(names: Callable[[], Iterable[Entity]]) -> Iterator[Entity]:
    """Yield the names that may merge with another: those that share a key with one. Most share none.

    `names` is asked twice and must give the same in the same order; only hashes are held meanwhile.
    """
    hashes, sizes = array("q"), array("i")
    for name in names():
        keys = set(_keys(name))
        hashes.extend(map(hash, keys))
        sizes.append(len(keys))
    _, inverse, counts = np.unique(hashes, return_inverse=True, return_counts=True)
    owners = np.repeat(np.arange(len(sizes)), sizes)
    contested = np.zeros(len(sizes), dtype=bool)
    contested[owners[counts[inverse] > 1]] = True
    return compress(names(), contested.tolist())


def _keys(name: Entity) -> Iterator[tuple[str, str, str]]:
    """Yield all by which one of the rules below may find a name: what shares no key merges with nothing."""
    kind, label = name.kind, name.label
    for text in (label, *name.alt_labels):
        yield kind, "name", folded(text)
    yield kind, "name", transliterated(label)
    if kind == "organization":
        yield kind, "name", organization_key(label)
        yield kind, "initials", acronym(label) or label.replace(".", "")
    if kind == "person":
        yield kind, "surname", PersonName.parse(label).surname


def _links(kind: str, names: list[Entity]) -> Iterator[Link]:
    """Yield pairs that mean the same, surest rules first."""
    yield from _equal_keys(names, folded, "same name but for case, accents or punctuation")
    yield from _transliterations(names)
    if kind == "organization":
        yield from _equal_keys(names, organization_key, "same name but for its legal form or word order")
        yield from _acronyms(names)
    if kind == "person":
        yield from _equal_keys(names, _without_title, "same name but for a title")
        yield from _person_variants(names)
    if kind != "concept":
        yield from _other_names(names)


def _equal_keys(names: list[Entity], key: Callable[[str], str], reason: str) -> Iterator[Link]:
    first: dict[str, Entity] = {}
    for name in names:
        value = key(name.label)
        if value and first.setdefault(value, name) is not name:
            yield first[value], name, reason


def _without_title(label: str) -> str:
    name = PersonName.parse(label)
    # A bare surname with a title is no full name: "Mrs Curie" and "Mr Curie" are two people.
    return " ".join((*name.given, name.surname, name.generation)) if name.given else ""


def _transliterations(names: list[Entity]) -> Iterator[Link]:
    plain = {folded(name.label): name for name in reversed(names)}
    for name in names:
        key = transliterated(name.label)
        if key != folded(name.label) and key in plain:
            yield plain[key], name, "same name in another transliteration"


def _acronyms(names: list[Entity]) -> Iterator[Link]:
    expansions: dict[str, dict[str, Entity]] = defaultdict(dict)
    for name in names:
        if initials := acronym(name.label):
            expansions[initials].setdefault(organization_key(name.label), name)
    for name in names:
        letters = name.label.replace(".", "")
        fuller = list(expansions[letters].values()) if letters.isupper() and len(letters) >= 3 else []
        if len(fuller) == 1:
            yield fuller[0], name, "acronym of the only name with these initials"


def _person_variants(names: list[Entity]) -> Iterator[Link]:
    """Join a shorter form to the only fuller name that it fits, longest forms first."""
    by_surname: dict[str, list[tuple[PersonName, Entity]]] = defaultdict(list)
    for name in names:
        parsed = PersonName.parse(name.label)
        by_surname[parsed.surname].append((parsed, name))
    for family in by_surname.values():
        full = [(parsed, name) for parsed, name in family if parsed.given]
        for parsed, name in full:
            fuller = [other for more, other in full if more != parsed and parsed.may_shorten(more)]
            if fuller and _one_person(fuller):
                yield fuller[0], name, "shorter form of the only name that it fits"
        if not full or not _one_person([name for _, name in full]):
            continue
        for parsed, name in family:
            if not parsed.given and len(parsed.surname) > 2:
                yield full[0][1], name, "surname of the only person who bears it here"


def _one_person(names: list[Entity]) -> bool:
    """Say whether all these names can be forms of the longest of them."""
    parsed = [PersonName.parse(name.label) for name in names]
    longest = max(parsed, key=lambda name: (sum(map(len, name.given)), name.given))
    return all(name == longest or name.may_shorten(longest) for name in parsed)


def _other_names(names: list[Entity]) -> Iterator[Link]:
    """Join a name to the only entity that a document calls so besides."""
    owners: dict[str, dict[IRI, Entity]] = defaultdict(dict)
    for name in names:
        for other in name.alt_labels:
            owners[folded(other)][name.iri] = name
    for name in names:
        key = folded(name.label)
        # One word is too little for people: half a family answers to it.
        if name.kind == "person" and " " not in key:
            continue
        candidates = [owner for owner in owners.get(key, {}).values() if owner.iri != name.iri]
        if len(candidates) == 1:
            yield candidates[0], name, f"a document gives it as another name of {candidates[0].label}"


def _merge_table(
    names: list[Entity], links: list[Link], kept_apart: Set[tuple[IRI, IRI]]
) -> dict[IRI, Merge]:
    cluster = {name.iri: {name.iri} for name in names}
    reasons: dict[IRI, str] = {}
    for one, other, reason in links:
        left, right = cluster[one.iri], cluster[other.iri]
        if left is right or _forbidden(left, right, kept_apart):
            continue
        left |= right
        reasons.setdefault(other.iri, reason)
        reasons.setdefault(one.iri, reason)
        cluster.update(dict.fromkeys(right, left))
    by_iri = {name.iri: name for name in names}
    merges = {}
    for name in names:
        members = cluster[name.iri]
        if len(members) > 1:
            canonical = min((by_iri[member] for member in members), key=_canonical_order).iri
            if canonical != name.iri:
                merges[name.iri] = Merge(canonical, reasons[name.iri])
    return merges


def _forbidden(left: set[IRI], right: set[IRI], kept_apart: Set[tuple[IRI, IRI]]) -> bool:
    return any(
        (member in left and canonical in right) or (member in right and canonical in left)
        for member, canonical in kept_apart
    )


def _canonical_order(name: Entity) -> tuple[bool, int, int, IRI]:
    """Prefer full names to single words and initials, then what most mentions say."""
    words = name.label.split()
    initials = any(len(word.strip(".")) == 1 for word in words)
    titled = words[0].strip(".").casefold() in PERSON_TITLES
    return len(words) == 1 or initials or titled, -name.mentions, -len(name.label), name.iri
