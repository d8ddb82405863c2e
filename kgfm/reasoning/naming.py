"""From what a person types to terms of the graph: labels, IRIs and prefixed names.

A label that fits several things is never decided by chance: the error lists them.
"""

import re
from collections.abc import Iterable, Iterator

from kgfm.errors import AmbiguousTermError, ConfigError, UnknownTermError
from kgfm.kg import IRI, Literal
from kgfm.kg.namespaces import LABEL, WDT, expand, shorten
from kgfm.ontology.schema import Schema
from kgfm.stores.base import TripleStore


def complete(
    store: TripleStore, names: tuple[str, str, str], gaps: int
) -> tuple[IRI | None, IRI | None, IRI | None]:
    """Resolve head, relation and tail; "?" becomes None. Raises ConfigError unless there are `gaps`."""
    if names.count("?") != gaps:
        wanted = "exactly one place must be ?" if gaps else "none of the places may be ?"
        raise ConfigError(f"{' '.join(names)}: {wanted}.")
    head, relation, tail = names
    return (
        None if head == "?" else find_entity(store, head),
        None if relation == "?" else find_relation(store, relation, Schema.default()),
        None if tail == "?" else find_entity(store, tail),
    )


def find_entity(store: TripleStore, name: str) -> IRI:
    """Return the entity that `name` is a label, alias, IRI or prefixed name of.

    Raises UnknownTermError with near labels, or AmbiguousTermError with all candidates.
    """
    if (iri := expand(name)) is not None:
        return iri
    relations = store.counters().by_relation
    found = [term for term in store.find_label(name) if term not in relations]
    return _only(name, found, _alike(store, name))


def find_relation(store: TripleStore, name: str, schema: Schema) -> IRI:
    """Return the relation that `name` names in this graph; the ontology's aliases count too.

    A Wikidata property goes before an open relation of the same label, its label before its aliases.
    """
    if (iri := expand(name)) is not None:
        return iri
    wanted = " ".join(name.casefold().split())
    used = {relation: store.label(relation) for relation in store.counters().by_relation}
    exact = [relation for relation, label in used.items() if label.casefold() == wanted]
    known = [relation for relation in exact if relation.value.startswith(WDT)]
    if known or exact:
        return _only(name, known or exact, ())
    aliased = [
        iri
        for iri, entry in schema.properties.items()
        if iri in used and wanted in {alias.casefold() for alias in (entry.label, *entry.aliases)}
    ]
    return _only(name, aliased, used.values())


def _only(name: str, found: list[IRI], labels: Iterable[str]) -> IRI:
    """Return the only one; `labels`, where near ones are looked for, is read only if there is none."""
    if len(found) == 1:
        return found[0]
    if found:
        raise AmbiguousTermError(name, sorted(shorten(term) for term in found))
    raise UnknownTermError(name, _near(name, labels))


def _alike(store: TripleStore, name: str) -> Iterator[str]:
    """Yield the labels of which a word begins like one of `name`; the store sifts them, which is quick."""
    beginnings = "|".join(sorted({word[:2] for word in re.findall(r"\w+", name)}))
    if not beginnings:
        return
    pattern = Literal(rf"(^|\W)({beginnings})")
    found = store.query(
        f'SELECT DISTINCT ?label {{ ?x {LABEL} ?label FILTER REGEX(?label, {pattern}, "i") }}'
    )
    yield from (label.value for (label,) in found.rows if label is not None)


def _near(name: str, labels: Iterable[str]) -> list[str]:
    from rapidfuzz import fuzz, process  # only where a name was not found

    matches = process.extract(name, set(labels), scorer=fuzz.WRatio, limit=3, score_cutoff=70)
    return [label for label, _, _ in matches]
