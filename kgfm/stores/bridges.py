"""A knowledge base as the graphs of other libraries: networkx and RDFLib."""

from functools import lru_cache
from typing import TYPE_CHECKING

from kgfm.kg import IRI, BlankNode, Literal, Term, Triple
from kgfm.kg.namespaces import LABEL, PREFIXES, TYPE, readable_name
from kgfm.stores.base import TripleStore
from kgfm.stores.entity_naming import label_order

if TYPE_CHECKING:
    import networkx as nx
    from rdflib import Dataset, Graph
    from rdflib.term import Node


def to_networkx(store: TripleStore) -> "nx.MultiDiGraph[str]":
    """Return the asserted triples between two entities as a graph, held in memory.

    A node is an IRI's text, with `label` and `types` (IRIs of its classes). An edge's key is the IRI of
    its relation, so that an edge is a triple; it has `label` and `confidence`, in [0, 1]. Texts and
    numbers are no nodes: they stay in the knowledge base.
    """
    import networkx as nx

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    name = lru_cache(maxsize=None)(store.label)
    for triple, confidence in store.edges():
        attributes = {"label": name(triple.predicate), "confidence": confidence}
        graph.add_edge(triple.subject.value, triple.object.value, triple.predicate.value, **attributes)
    labels: dict[str, Literal] = {}
    for triple in store.match(None, LABEL):
        entity, label = triple.subject.value, triple.object
        if entity in graph and isinstance(label, Literal):
            labels[entity] = min(labels.get(entity, label), label, key=label_order)
    types: dict[str, set[str]] = {}
    for triple in store.match(None, TYPE):
        if triple.subject.value in graph:
            types.setdefault(triple.subject.value, set()).add(triple.object.value)
    for node, attributes in graph.nodes(data=True):
        attributes["label"] = labels[node].value if node in labels else readable_name(IRI(node))
        attributes["types"] = tuple(sorted(types.get(node, ())))
    return graph


def to_rdflib(store: TripleStore) -> "Graph":
    """Return the asserted triples as an RDFLib graph, held in memory."""
    from rdflib import Graph

    graph = Graph()
    _bind(graph)
    for triple in store.match():
        graph.add(_nodes(triple))
    return graph


def to_rdflib_dataset(store: TripleStore) -> "Dataset":
    """Return the whole content, named graphs with their provenance included, as an RDFLib dataset."""
    from rdflib import Dataset
    from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
    from rdflib.term import URIRef

    dataset = Dataset()
    _bind(dataset)
    for triple, graph in store.quads():
        name = DATASET_DEFAULT_GRAPH_ID if graph is None else URIRef(str(graph)[1:-1])
        dataset.graph(name).add(_nodes(triple))
    return dataset


def _bind(graph: "Graph") -> None:
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)


def _nodes(triple: Triple) -> "tuple[Node, Node, Node]":
    return _node(triple.subject), _node(triple.predicate), _node(triple.object)


def _node(term: Term) -> "Node":
    from rdflib.term import BNode, URIRef
    from rdflib.term import Literal as RdflibLiteral

    if isinstance(term, Literal):
        datatype, language = term.datatype or None, term.language or None
        return RdflibLiteral(term.value, datatype=datatype, lang=language, normalize=False)
    return BNode(term.value) if isinstance(term, BlankNode) else URIRef(str(term)[1:-1])
