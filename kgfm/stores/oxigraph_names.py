"""Entities as all documents name them, read one by one: memory does not grow with what they are called."""

from collections import Counter
from collections.abc import Iterator

import pyoxigraph as ox

from kgfm.kg import IRI, Entity
from kgfm.kg.namespaces import ALT_LABEL, DOCUMENT, ENTITY_CLASSES, LABEL, TYPE
from kgfm.kg.oxigraph_terms import to_iri_node
from kgfm.stores import layout

_KINDS = {to_iri_node(iri): kind for kind, iri in ENTITY_CLASSES.items()}
_LABEL, _OTHER, _MENTIONS = map(to_iri_node, (LABEL, ALT_LABEL, layout.MENTIONS))
_SAID = frozenset({to_iri_node(TYPE), _LABEL, _OTHER, _MENTIONS})


def entity_names(store: ox.Store) -> Iterator[Entity]:
    """Yield each entity before merges, in the order of IRIs; see `TripleStore.entity_names`."""
    mentioned = store.quads_for_pattern(None, _MENTIONS, None, None)
    for name in sorted({quad.subject.value for quad in mentioned if isinstance(quad.subject, ox.NamedNode)}):
        if (entity := _entity(store, name)) is not None:
            yield entity


def _entity(store: ox.Store, name: str) -> Entity | None:
    kind, mentions = "", 0
    labels: Counter[str] = Counter()
    others: set[str] = set()
    for quad in store.quads_for_pattern(ox.NamedNode(name), None, None, None):
        predicate, value, graph = quad.predicate, quad.object, quad.graph_name
        if predicate not in _SAID or isinstance(graph, ox.DefaultGraph):
            continue
        if not graph.value.startswith(DOCUMENT):
            continue
        if isinstance(value, ox.NamedNode):
            kind = _KINDS.get(value, kind)
        elif not isinstance(value, ox.Literal):
            continue
        elif predicate == _LABEL:
            labels[value.value] += 1
        elif predicate == _OTHER:
            others.add(value.value)
        elif predicate == _MENTIONS:
            mentions += int(value.value)
    if not kind or not labels:
        return None
    # Most documents first; of equally common labels the first in the alphabet.
    best = min(labels.items(), key=lambda item: (-item[1], item[0]))[0]
    names = (others | labels.keys()) - {best}
    return Entity(IRI(name), kind, best, tuple(sorted(names)), mentions)
