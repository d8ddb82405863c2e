"""A store as its documentation tells it, slow and plain: what the laws compare stores with."""

from collections import Counter

from kgfm.kg import IRI, DocumentGraph, Literal, Triple
from kgfm.kg.namespaces import ALT_LABEL, ENTITY_CLASSES, LABEL, TYPE
from kgfm.stores.base import Counters, Merge, TripleStore
from tests import strategies as draw


class Model:
    """A store as its documentation tells it, slow and plain: the reference of the laws."""

    def __init__(self) -> None:
        self.documents: dict[str, DocumentGraph] = {}
        self.graphs: dict[IRI, set[Triple]] = {}
        self.merges: dict[IRI, Merge] = {}

    def apply(self, operation: draw.Operation) -> None:
        match operation:
            case draw.Add(document):
                self.documents[document.id] = document
            case draw.Remove(identifier):
                self.documents.pop(identifier, None)
            case draw.Import(graph, triples):
                self.graphs[graph] = set(triples)
            case draw.RemoveGraph(graph):
                self.graphs.pop(graph, None)
            case draw.SetMerges(merges):
                self.merges = dict(merges)
            case draw.KeepApart(member, canonical):
                if member in self.merges and self.end(member) == self.end(canonical):
                    del self.merges[member]

    def end(self, iri: IRI) -> IRI:
        while iri in self.merges:
            iri = self.merges[iri].canonical
        return iri

    def default_graph(self) -> set[Triple]:
        said = {triple for triples in self.graphs.values() for triple in triples}
        for document in self.documents.values():
            said |= {one.triple for one in document.statements if one.holds}
            for entity in document.entities:
                said.add(Triple(entity.iri, TYPE, ENTITY_CLASSES[entity.kind]))
                said.add(Triple(entity.iri, LABEL, Literal(entity.label)))
                said |= {Triple(entity.iri, ALT_LABEL, Literal(name)) for name in entity.alt_labels}
        return {one for triple in said for one in self._mapped(triple)}

    def _mapped(self, triple: Triple) -> list[Triple]:
        assert isinstance(triple.subject, IRI)
        subject = self.end(triple.subject)
        object_ = self.end(triple.object) if isinstance(triple.object, IRI) else triple.object
        if subject == triple.subject:
            return [Triple(subject, triple.predicate, object_)]
        if triple.predicate == TYPE:
            return []
        return [Triple(subject, ALT_LABEL if triple.predicate == LABEL else triple.predicate, object_)]

    def counters(self) -> Counters:
        triples = self.default_graph()
        ends = {one.subject for one in triples} | {one.object for one in triples if one.predicate != TYPE}
        sources: Counter[str] = Counter()
        for document in self.documents.values():
            sources[document.origin] += len(document.statements)
        sources.update({graph.value: len(held) for graph, held in self.graphs.items()})
        return Counters(
            documents=len(self.documents),
            statements=sum(len(one.statements) for one in self.documents.values()),
            triples=len(triples),
            entities=sum(isinstance(end, IRI) for end in ends),
            by_type=Counter(
                one.object for one in triples if one.predicate == TYPE and isinstance(one.object, IRI)
            ),
            by_relation=Counter(one.predicate for one in triples),
            by_source=+sources,
        )


def carry_out(store: TripleStore, operation: draw.Operation) -> None:
    match operation:
        case draw.Add(document):
            store.add_document(document)
        case draw.Remove(identifier):
            store.remove_document(identifier)
        case draw.Import(graph, triples):
            store.import_triples(graph, triples)
        case draw.RemoveGraph(graph):
            store.remove_graph(graph)
        case draw.SetMerges(merges):
            store.set_merges(dict(merges))
        case draw.KeepApart(member, canonical):
            store.keep_apart(member, canonical)
