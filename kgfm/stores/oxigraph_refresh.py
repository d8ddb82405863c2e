"""Putting an Oxigraph store right after others wrote to it past our transactions."""

from collections.abc import Iterator

import pyoxigraph as ox

from kgfm.kg import IRI, BlankNode, Literal, Triple
from kgfm.kg.oxigraph_terms import to_quad
from kgfm.stores import layout
from kgfm.stores.counting import counter_triple, read_numbers
from kgfm.stores.oxigraph_quads import Quads
from kgfm.stores.oxigraph_recount import recount
from kgfm.stores.oxigraph_transaction import NAMES, is_supported, label_key_triple
from kgfm.stores.projection import MergeTable

_NOT_PLAIN = "SELECT ?s ?p ?o WHERE { ?s ?p ?o FILTER NOT EXISTS { GRAPH ?graph { ?s ?p ?o } } }"


def refresh(quads: Quads, table: MergeTable, version: int) -> None:
    """Record what stands in the default graph without support as an edit; count and index anew."""
    _name_blank_nodes(quads)
    edits = [triple for triple in _without_copy(quads) if not is_supported(quads, table, triple, None)]
    quads.load(to_quad(triple, layout.EDITS) for triple in edits)
    for triple in list(quads.find(graph=layout.EDITS)):
        projected = table.project(triple)
        if projected is not None and not quads.has(projected):
            quads.store.remove(to_quad(triple, layout.EDITS))
    quads.store.clear_graph(ox.NamedNode(layout.LABEL_KEYS.value))
    quads.load(to_quad(triple, layout.LABEL_KEYS) for triple in _label_keys(quads))
    write_counters(quads, version)


def write_counters(quads: Quads, version: int) -> None:
    """Count anew and write the counters and the version, in one transaction; clears IMPORTING."""
    meta = list(quads.find(graph=layout.META))
    old = [counter_triple(key, count) for key, count in read_numbers(meta).items()]
    old += [one for one in meta if one.predicate in (layout.STORE_VERSION, layout.IMPORTING)]
    new = [counter_triple(key, count) for key, count in recount(quads).numbers().items()]
    new.append(Triple(layout.META, layout.STORE_VERSION, Literal(str(version))))
    quads.update(
        f"DELETE DATA {{ GRAPH {layout.META} {{ {' '.join(map(str, old))} }} }} ;\n"
        f"INSERT DATA {{ GRAPH {layout.META} {{ {' '.join(map(str, new))} }} }}"
    )


def _name_blank_nodes(quads: Quads) -> None:
    """Name blank nodes of the default graph, since DELETE DATA cannot take them."""
    rows = quads.rows("SELECT ?s ?p ?o WHERE { ?s ?p ?o FILTER(isBlank(?s) || isBlank(?o)) }")
    for subject, predicate, object_ in list(rows):
        if isinstance(subject, IRI | BlankNode) and isinstance(predicate, IRI) and object_ is not None:
            triple = Triple(subject, predicate, object_)
            quads.store.remove(to_quad(triple))
            quads.store.add(to_quad(without_blanks(triple, layout.EDITS)))


def _without_copy(quads: Quads) -> Iterator[Triple]:
    for subject, predicate, object_ in quads.rows(_NOT_PLAIN):
        if isinstance(subject, IRI | BlankNode) and isinstance(predicate, IRI) and object_ is not None:
            yield Triple(subject, predicate, object_)


def _label_keys(quads: Quads) -> Iterator[Triple]:
    for name in NAMES:
        for triple in quads.find(None, name):
            if isinstance(triple.subject, IRI):
                yield label_key_triple(triple.subject, layout.label_key(triple.object.value))


def without_blanks(triple: Triple, graph: IRI) -> Triple:
    """Give a triple's blank nodes names of their own, one a graph and label."""
    subject, object_ = triple.subject, triple.object
    if isinstance(subject, BlankNode):
        subject = layout.blank_iri(graph, subject.value)
    if isinstance(object_, BlankNode):
        object_ = layout.blank_iri(graph, object_.value)
    return Triple(subject, triple.predicate, object_)
