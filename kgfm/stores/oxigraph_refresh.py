"""Putting an Oxigraph store right after others wrote to it past our transactions."""

from collections.abc import Iterator

from kgfm.kg import IRI, BlankNode, Literal, Triple
from kgfm.kg.oxigraph_terms import to_quad
from kgfm.stores import layout
from kgfm.stores.counting import Tally, counter_triple, read_numbers
from kgfm.stores.oxigraph_transaction import NAMES, supported
from kgfm.stores.projection import MergeTable
from kgfm.stores.quad_source import Changes, QuadSource


def refresh(quads: QuadSource, table: MergeTable, version: int) -> None:
    """Record what stands in the default graph without support as an edit; count and index anew."""
    quads.name_blank_nodes()
    bare = set(quads.bare())
    edits = bare - supported(quads, table, bare, None)
    quads.load(to_quad(triple, layout.EDITS) for triple in edits)
    kept = {triple: table.project(triple) for triple in quads.find(graph=layout.EDITS)}
    standing = quads.present(one for one in kept.values() if one is not None)
    quads.remove(
        (edit for edit, one in kept.items() if one is not None and one not in standing), layout.EDITS
    )
    quads.index_labels(_named(quads))
    write_counters(quads, version)


def write_counters(quads: QuadSource, version: int, tally: Tally | None = None) -> None:
    """Write the counters, counted anew unless known, and the version in one transaction; clears IMPORTING."""
    meta = list(quads.find(graph=layout.META))
    old = {counter_triple(key, count) for key, count in read_numbers(meta).items()}
    old |= {one for one in meta if one.predicate in (layout.STORE_VERSION, layout.IMPORTING)}
    new = {counter_triple(key, count) for key, count in (tally or quads.tally()).numbers().items()}
    new.add(Triple(layout.META, layout.STORE_VERSION, Literal(str(version))))
    quads.write(Changes(version - 1, deleted={layout.META: old}, inserted={layout.META: new}))


def _named(quads: QuadSource) -> Iterator[Triple]:
    for name in NAMES:
        yield from quads.find(None, name)


def without_blanks(triple: Triple, graph: IRI) -> Triple:
    """Give a triple's blank nodes names of their own, one a graph and label."""
    subject, object_ = triple.subject, triple.object
    if isinstance(subject, BlankNode):
        subject = layout.blank_iri(graph, subject.value)
    if isinstance(object_, BlankNode):
        object_ = layout.blank_iri(graph, object_.value)
    return Triple(subject, triple.predicate, object_)
