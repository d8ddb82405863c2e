"""Saving what can be read of a damaged Oxigraph store into a new one."""

import logging
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import pyoxigraph as ox

from kgfm.errors import KgfmError, StoreError
from kgfm.kg import IRI, DocumentGraph
from kgfm.stores import layout
from kgfm.stores.counting import counters, read_numbers
from kgfm.stores.oxigraph import OxigraphStore
from kgfm.stores.oxigraph_quads import Quads
from kgfm.stores.oxigraph_reader import OxigraphReader
from kgfm.stores.provenance import decode, encode

T = TypeVar("T")
Name = ox.NamedNode | ox.BlankNode

log = logging.getLogger(__name__)

_FAULTS_IN_A_ROW: Final = 100  # after so many an index is taken to be unreadable from there on


@dataclass(frozen=True, slots=True)
class RepairReport:
    """What was saved, and what was not."""

    documents: int
    triples: int  # of imported and edited graphs
    lost: tuple[str, ...]  # IRIs of graphs of documents that were not whole; build these anew
    nameless: int  # how many more documents there were, as far as that can be read
    lost_triples: int  # of imported and edited graphs, likewise
    faults: tuple[str, ...]  # what Oxigraph said of the damage, each once


def repair(damaged: Path, target: Path) -> RepairReport:
    """Read what can be read of a damaged store, by each of its indexes, into a new one.

    The damaged one is left as it is. A document is saved whole or not at all. Raises StoreError where
    nothing can be read, or `target` exists.
    """
    if not (damaged / "store").is_dir():
        raise StoreError(f"{damaged} holds no knowledge base; name the folder that --kb named.")
    if target.exists():
        raise StoreError(f"{target} exists; name a folder that is to be made.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        workplace = tempfile.TemporaryDirectory(prefix=".kgfm-repair-", dir=target.parent)
    except OSError as error:
        raise StoreError(f"{target} cannot be made: {error.strerror}; name a folder elsewhere.") from error
    with workplace as place:
        copy, staging = Path(place) / "copy", Path(place) / "saved"
        shutil.copytree(damaged / "store", copy)
        _name_manifest(copy)
        faults: dict[str, None] = {}
        saved = Quads(ox.Store(str(staging)), str(target))
        saved.load(_readable(_opened(copy, damaged), faults))
        said = tuple(fault.replace(str(copy), str(damaged / "store")) for fault in faults)
        with OxigraphStore.open(target) as store:
            report = _filled(store, saved, said)
        del saved  # lets go of its files before they are deleted
    return report


def _name_manifest(store: Path) -> None:
    """Have CURRENT name the newest manifest where it names none that is there."""
    manifests = sorted(one.name for one in store.glob("MANIFEST-*"))
    current = store / "CURRENT"
    said = current.read_bytes() if current.exists() else b""
    if manifests and said.decode("ascii", "replace") not in {f"{name}\n" for name in manifests}:
        current.write_text(manifests[-1] + "\n", encoding="ascii")


def _opened(copy: Path, damaged: Path) -> ox.Store:
    try:
        return ox.Store.read_only(str(copy))
    except (OSError, RuntimeError) as error:
        reason = " ".join(str(error).replace(str(copy), str(damaged / "store")).split())
        raise StoreError(
            f"nothing of {damaged} can be read ({reason}): all its documents and imports are lost; "
            "build it anew from its sources, or fetch it from a backup."
        ) from error


def _readable(store: ox.Store, faults: dict[str, None]) -> Iterator[ox.Quad]:
    """Yield each quad that some index still gives, some of them several times."""
    subjects: set[ox.NamedNode] = set()
    predicates: set[ox.NamedNode] = set()
    for quad in _until_the_end(store.quads_for_pattern(None, None, None, None), faults):
        yield quad
    if not faults:
        return
    for graph in sorted(set(_names(store.named_graphs(), faults)), key=str):
        for quad in _until_the_end(store.quads_for_pattern(None, None, None, graph), faults):
            yield quad
            predicates.add(quad.predicate)
            if isinstance(quad.subject, ox.NamedNode):
                subjects.add(quad.subject)
    for predicate in sorted(predicates, key=str):
        yield from _until_the_end(store.quads_for_pattern(None, predicate, None, None), faults)
    # By subject: beyond the place in an index where reading on was not possible.
    for subject in sorted(subjects, key=str):
        yield from _until_the_end(store.quads_for_pattern(subject, None, None, None), faults)


def _names(found: Iterator[Name], faults: dict[str, None]) -> Iterator[ox.NamedNode]:
    for one in _until_the_end(found, faults):
        if isinstance(one, ox.NamedNode):
            yield one


def _until_the_end(items: Iterator[T], faults: dict[str, None]) -> Iterator[T]:
    in_a_row = 0
    while in_a_row < _FAULTS_IN_A_ROW:
        try:
            item = next(items)
        except StopIteration:
            return
        except (OSError, RuntimeError) as error:
            faults[" ".join(str(error).split())] = None
            in_a_row += 1
        else:
            in_a_row = 0
            yield item


def _filled(store: OxigraphStore, saved: Quads, faults: tuple[str, ...]) -> RepairReport:
    _take_over_names(store, saved)
    lost: list[str] = []
    documents = triples = 0
    for name in sorted(saved.named_graphs()):
        if layout.is_document_graph(name):
            document = _whole(saved, name)
            if document is None:
                lost.append(name.value)
            else:
                store.add_document(document)
                documents += 1
        elif layout.is_support_graph(name):
            triples += store.import_triples(name, saved.find(graph=name))
    before = counters(read_numbers(saved.find(graph=layout.META)))
    imported = sum(before.by_source.values()) - before.statements  # the rest are documents' statements
    return RepairReport(
        documents,
        triples,
        tuple(lost),
        max(0, before.documents - documents - len(lost)),
        max(0, imported - triples),
        faults,
    )


def _take_over_names(store: OxigraphStore, saved: Quads) -> None:
    """Take over vocabulary and merges; `kgfm build` will look for merges anew, for documents come after."""
    known = OxigraphReader(saved)
    store.set_ontology(saved.find(graph=layout.ONTOLOGY))
    for member, canonical in sorted(known.kept_apart()):
        store.keep_apart(member, canonical)
    try:
        store.set_merges(known.merges())
    except KgfmError as error:
        log.warning("the merges of names are lost (%s); `kgfm build` finds them again", error)


def _whole(saved: Quads, name: IRI) -> DocumentGraph | None:
    """Return a document if all of it is there, by its own counts, and nothing that hangs in the air."""
    triples = set(saved.find(graph=name))
    try:
        document = decode(triples)
        wanted = [
            next(saved.find(name, count, None, name)).object.value
            for count in (layout.ENTITY_COUNT, layout.STATEMENT_COUNT)
        ]
    except (KgfmError, KeyError, ValueError, StopIteration):
        return None
    found = [str(len(document.entities)), str(len(document.statements))]
    return document if found == wanted and triples <= set(encode(document)) else None
