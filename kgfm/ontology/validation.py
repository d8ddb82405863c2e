"""SHACL validation of documents' graphs, some at a time, so that memory stays bounded.

Each document must meet the shapes by itself: documents that are checked together share no node.
Source: SHACL (W3C Recommendation, 2017), through pyshacl.
"""

import os
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from kgfm.kg import BlankNode, Literal, Term, Triple
from kgfm.kg.namespaces import KGFM, TYPE
from kgfm.processes import SPAWN, deaf_to_interrupts, prepare_worker
from kgfm.resources import shared_folder

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

DocumentTriples = tuple[str, Iterable[Triple]]  # a document's id and its graph

_BATCH_TRIPLES: Final = 20_000  # checked at once: each run has a cost of its own, each triple takes memory
_FEW_BATCHES: Final = 6  # checked in this process: others take a second to start
_BATCHES_AHEAD: Final = 2  # per process; bounds what waits in memory
_OWN: Final = KGFM + "checked:"  # before the number of a document, in names of its nodes
_OWN_NAME: Final = re.compile(rf"{_OWN}(\d+):")


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that does not meet a shape."""

    document: str  # its id
    focus: str  # the node
    path: str  # the property, "" where the node itself is at fault
    message: str


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """What validation found; `turtle` is the SHACL report of the batches that do not conform."""

    conforms: bool
    documents: int
    violations: tuple[Violation, ...]
    turtle: str


_Batch = list[tuple[str, list[Triple]]]
_Found = tuple[int, list[Violation], str]  # documents, what is wrong with them, the report on it in Turtle


def validate(
    documents: Iterable[DocumentTriples],
    progress: Callable[[int], None] = lambda _: None,
    workers: int | None = None,
) -> ValidationReport:
    """Check documents' graphs against `ontologies/kgfm/shapes.ttl`; `progress` gets how many are done.

    Many are checked in `workers` processes: None is one a core, 0 stays in this one.
    """
    violations: list[Violation] = []
    reports: list[str] = []
    done = 0
    for count, found, turtle in _checked(_batches(documents), workers):
        violations += found
        reports += [turtle] if turtle else []
        done += count
        progress(done)
    return ValidationReport(not violations, done, tuple(violations), "\n".join(reports))


def _batches(documents: Iterable[DocumentTriples]) -> Iterator[_Batch]:
    batch: _Batch = []
    size = 0
    for name, triples in documents:
        batch.append((name, list(triples)))
        size += len(batch[-1][1])
        if size >= _BATCH_TRIPLES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _checked(batches: Iterator[_Batch], workers: int | None) -> Iterator[_Found]:
    first = list(islice(batches, _FEW_BATCHES))
    count = (os.cpu_count() or 1) if workers is None else workers
    if count == 0 or len(first) < _FEW_BATCHES:
        yield from map(_check, chain(first, batches))
        return
    waiting: deque[Future[_Found]] = deque()
    pool = ProcessPoolExecutor(count, SPAWN, prepare_worker)
    try:
        for batch in chain(first, batches):
            with deaf_to_interrupts():  # submitting starts processes
                waiting.append(pool.submit(_check, batch))
            if len(waiting) >= count * _BATCHES_AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _check(batch: _Batch) -> _Found:
    from pyshacl import validate as check

    conforms, report, _ = check(_data(batch), shacl_graph=_shapes(), advanced=False, inplace=True)
    if conforms:
        return len(batch), [], ""
    return (
        len(batch),
        list(_violations(report, [name for name, _ in batch])),
        _renamed(report).serialize(format="turtle"),
    )


@cache
def _shapes() -> "Graph":
    """Return the shapes, each property shape with the targets of the node shape that it stands in.

    That means the same, and pyshacl checks all targets of a shape at once but nested shapes node by node.
    """
    from rdflib import Graph
    from rdflib.namespace import RDF, SH

    shapes = Graph().parse(shared_folder("ontologies") / "kgfm" / "shapes.ttl")
    for shape, property_ in list(shapes.subject_objects(SH.property)):
        targets = [
            (kind, target)
            for kind in (SH.targetClass, SH.targetSubjectsOf)
            for target in shapes.objects(shape, kind)
        ]
        if targets:
            shapes.remove((shape, SH.property, property_))
            for kind, target in [(RDF.type, SH.PropertyShape), *targets]:
                shapes.add((property_, kind, target))
    return shapes


def _data(batch: _Batch) -> "Graph":
    """Join the documents' graphs; what a document says something of is a node of its own."""
    from rdflib import Graph

    data = Graph()
    for number, (_, triples) in enumerate(batch):
        mark = f"{_OWN}{number}:"
        own = {triple.subject: _node(triple.subject, mark) for triple in triples}
        for subject, predicate, value in ((one.subject, one.predicate, one.object) for one in triples):
            owned = value in own and predicate != TYPE
            data.store.add((own[subject], _node(predicate), _node(value, mark if owned else "")), data)
    return data


@lru_cache(maxsize=10_000)
def _node(term: Term, mark: str = "") -> "Node":
    from rdflib.term import BNode, URIRef
    from rdflib.term import Literal as RdflibLiteral

    if isinstance(term, Literal):
        return RdflibLiteral(
            term.value, datatype=term.datatype or None, lang=term.language or None, normalize=False
        )
    if isinstance(term, BlankNode):
        return BNode(mark + term.value)
    return URIRef(mark + str(term)[1:-1])


def _violations(report: "Graph", documents: list[str]) -> Iterator[Violation]:
    from rdflib.namespace import SH

    for result in report.objects(None, SH.result):
        focus = str(report.value(result, SH.focusNode))
        own = _OWN_NAME.match(focus)
        yield Violation(
            documents[int(own[1])] if own else "",
            _OWN_NAME.sub("", focus),
            str(report.value(result, SH.resultPath) or ""),
            _OWN_NAME.sub("", str(report.value(result, SH.resultMessage))),
        )


def _renamed(report: "Graph") -> "Graph":
    """Give the nodes in a report the names that they have in their documents."""
    from rdflib import Graph

    renamed = Graph(namespace_manager=report.namespace_manager)
    for subject, predicate, value in report:
        renamed.add((_restored(subject), predicate, _restored(value)))
    return renamed


def _restored(node: "Node") -> "Node":
    from rdflib.term import BNode, URIRef
    from rdflib.term import Literal as RdflibLiteral

    name = _OWN_NAME.sub("", str(node))
    if name == str(node):
        return node
    if isinstance(node, BNode):
        return BNode(name)
    return URIRef(name) if isinstance(node, URIRef) else RdflibLiteral(name)
