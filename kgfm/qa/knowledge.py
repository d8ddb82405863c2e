"""What question answering reads from a store: texts and names for the index, edges around an entity."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from typing import Final, TypeVar

from kgfm.kg import IRI, Literal, Term, Triple
from kgfm.kg.namespaces import ALT_LABEL, ENTITY_CLASSES, LABEL, TYPE, entity_kind
from kgfm.qa.entities import NamedEntity
from kgfm.qa.passages import Passage, passages
from kgfm.stores.base import SourcedStatement, TripleStore

_MOST_EDGES: Final = 400  # read around one entity, so that hubs cost bounded time
_SHORTEST_PASSAGE: Final = 12  # words; shorter ones without a full stop are headings
_NOT_EDGES: Final = frozenset({TYPE, LABEL, ALT_LABEL})
AnyTerm = TypeVar("AnyTerm", bound=Term)
_KINDS: Final = {iri: kind for kind, iri in ENTITY_CLASSES.items()}


@dataclass(frozen=True, slots=True)
class Edge:
    """A step from an entity to something else, and the statement that carries it.

    `via` is "" where the target is the triple's other end, else the kind of the qualifier that it is.
    """

    target: IRI | Literal
    triple: Triple
    forward: bool  # from subject to object
    via: str
    sourced: SourcedStatement | None  # None for a triple of an imported graph

    @property
    def holds(self) -> bool:
        """Whether the document vouches for it."""
        return self.sourced is None or self.sourced.statement.holds

    @property
    def confidence(self) -> float:
        """Calibrated confidence of the statement, in [0, 1]; 1 for an imported triple."""
        return 1.0 if self.sourced is None else self.sourced.statement.confidence


class StoreSource:
    """A store as the search index sees it."""

    def __init__(self, store: TripleStore) -> None:
        self._store = store

    @property
    def version(self) -> str:
        """The knowledge base's id and the version of its content."""
        return f"{self._store.id}/{self._store.version}"

    def passages(self) -> Iterable[Passage]:
        """Yield all sentences of all documents but headings, in the order of the documents' ids."""
        for info in self._store.documents():
            for passage in passages(info.id, info.title, self._store.document_text(info.id)):
                if passage.text[-1] in ".!?\"'”’)" or len(passage.text.split()) > _SHORTEST_PASSAGE:
                    yield passage

    def entities(self) -> Iterable[NamedEntity]:
        """Yield all entities with their canonical names, in the order of their IRIs."""
        labels, others, mentions = self._labels(LABEL), self._labels(ALT_LABEL), self._mentions()
        for iri in sorted(labels.keys() | others.keys()):
            names = list(dict.fromkeys([*labels.get(iri, ()), *others.get(iri, ())]))
            yield NamedEntity(iri, self._kind(iri), names[0], tuple(names[1:]), mentions.get(iri, 1))

    def _labels(self, predicate: IRI) -> dict[IRI, list[str]]:
        found: dict[IRI, list[str]] = defaultdict(list)
        for triple in self._store.match(predicate=predicate):
            if isinstance(triple.subject, IRI) and isinstance(triple.object, Literal):
                found[triple.subject].append(triple.object.value)
        return {iri: sorted(names) for iri, names in found.items()}

    def _mentions(self) -> dict[IRI, int]:
        merges = self._store.merges()
        found: dict[IRI, int] = defaultdict(int)
        for entity in self._store.entity_names():
            merge = merges.get(entity.iri)
            found[merge.canonical if merge else entity.iri] += entity.mentions
        return found

    def _kind(self, iri: IRI) -> str:
        if kind := entity_kind(iri):
            return kind
        classes = (triple.object for triple in self._store.match(iri, TYPE))
        return next((_KINDS[class_] for class_ in classes if class_ in _KINDS), "")


class Neighbourhood:
    """The edges around entities, remembered while the store's version stays."""

    def __init__(self, store: TripleStore) -> None:
        self._store = store
        self._merges = store.merges()
        self.edges = lru_cache(maxsize=2048)(self._edges)

    def _edges(self, entity: IRI) -> tuple[Edge, ...]:
        """Return the edges of an entity, both directions, negated and hedged ones included."""
        sourced = chain(
            self._store.statements(subject=entity, holds=None),
            self._store.statements(object=entity, holds=None),
        )
        found: list[Edge] = []
        seen: set[Triple] = set()
        for item in islice(sourced, _MOST_EDGES):
            triple = item.statement.triple
            triple = Triple(self._canonical(triple.subject), triple.predicate, self._canonical(triple.object))
            seen.add(triple)
            found += self._edges_of_statement(entity, triple, item)
        found += self._plain_edges(entity, seen)
        return tuple(found)

    def _plain_edges(self, entity: IRI, seen: set[Triple]) -> Iterator[Edge]:
        """Yield edges of imported triples, which no statement carries."""
        matched = chain(self._store.match(subject=entity), self._store.match(object=entity))
        for triple in islice(matched, _MOST_EDGES):
            if triple.predicate in _NOT_EDGES or triple in seen:
                continue
            target = triple.object if triple.subject == entity else triple.subject
            if isinstance(target, IRI | Literal):
                yield Edge(target, triple, triple.subject == entity, "", None)

    def _edges_of_statement(self, entity: IRI, triple: Triple, item: SourcedStatement) -> Iterator[Edge]:
        forward = triple.subject == entity
        target = triple.object if forward else triple.subject
        if isinstance(target, IRI | Literal) and target != entity:
            yield Edge(target, triple, forward, "", item)
        for qualifier in item.statement.qualifiers:
            yield Edge(self._canonical(qualifier.value), triple, forward, qualifier.kind.value, item)

    def _canonical(self, term: AnyTerm) -> AnyTerm:
        while isinstance(term, IRI) and (merge := self._merges.get(term)):
            term = merge.canonical  # type: ignore[assignment]
        return term
