"""Evidence from the store: the statements behind a triple, with their sentences."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import prod

from kgfm.data.edges import is_edge
from kgfm.kg import IRI, Triple
from kgfm.reasoning.answer import Evidence, Explanation
from kgfm.reasoning.explanation import explain
from kgfm.stores.base import SourcedStatement, TripleStore


def evidence_for(store: TripleStore, triple: Triple) -> tuple[Evidence, ...]:
    """Return every place that states a triple of the default graph, surest first."""
    if not isinstance(triple.subject, IRI):
        return ()
    stated = store.statements(triple.subject, triple.predicate, triple.object)
    return in_order(place for sourced in stated for place in places(sourced, triple))


def places(sourced: SourcedStatement, triple: Triple) -> Iterator[Evidence]:
    """Yield the places where a document says or denies a triple."""
    for support, sentence in zip(sourced.statement.supports, sourced.sentences, strict=True):
        yield Evidence(
            triple=triple,
            statement=sourced.statement,
            document=sourced.document,
            title=sourced.title,
            sentence=sentence,
            start=support.start,
            end=support.end,
            confidence=sourced.statement.confidence,
        )


def in_order(found: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Sort evidence, surest first."""
    return tuple(sorted(found, key=lambda item: (-item.confidence, item.document, item.start)))


def explain_with_evidence(store: TripleStore, head: IRI, relation: IRI, tail: IRI, k: int) -> Explanation:
    """Return the best paths between two entities; each step with the sentences that state it."""
    found = explain(lambda term: _edges_around(store, term), head, relation, tail, k)
    paths = tuple(
        replace(
            path, steps=tuple(replace(step, evidence=evidence_for(store, step.triple)) for step in path.steps)
        )
        for path in found.paths
    )
    return replace(found, paths=paths)


def _edges_around(store: TripleStore, term: IRI) -> Iterator[tuple[Triple, float]]:
    for triples in (store.match(subject=term), store.match(object=term)):
        for triple in triples:
            if is_edge(triple) and isinstance(triple.subject, IRI):
                said = store.statements(triple.subject, triple.predicate, triple.object)
                confidences = [sourced.statement.confidence for sourced in said]
                # Sources err independently of each other; what no document states was imported.
                yield triple, 1.0 - prod(1.0 - one for one in confidences) if confidences else 1.0
