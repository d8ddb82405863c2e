"""SHACL validation of documents' graphs, some at a time, so that memory stays bounded.

Source: SHACL (W3C Recommendation, 2017), through pyshacl.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from kgfm.kg import Triple
from kgfm.kg.namespaces import STATEMENT
from kgfm.resources import shared_folder

if TYPE_CHECKING:
    from rdflib import Graph

DocumentTriples = tuple[str, Iterable[Triple]]  # a document's id and its graph

_TOGETHER: Final = 40  # documents a run: each run has a cost of its own, each document takes memory


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that does not meet a shape."""

    document: str  # its id; for a node that is no statement, the ids of those checked together
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


def validate(
    documents: Iterable[DocumentTriples], progress: Callable[[int], None] = lambda _: None
) -> ValidationReport:
    """Check documents' graphs against `ontologies/kgfm/shapes.ttl`; `progress` gets how many are done."""
    from pyshacl import validate as check
    from rdflib import Graph

    shapes = Graph().parse(shared_folder("ontologies") / "kgfm" / "shapes.ttl")
    violations: list[Violation] = []
    reports: list[str] = []
    done = 0
    rest = iter(documents)
    while batch := list(islice(rest, _TOGETHER)):
        data = Graph().parse(data="\n".join(_lines(batch)), format="nt")
        conforms, report, _ = check(data, shacl_graph=shapes, advanced=False)
        if not conforms:
            violations += _violations(report, [name for name, _ in batch])
            reports.append(report.serialize(format="turtle"))
        done += len(batch)
        progress(done)
    return ValidationReport(not violations, done, tuple(violations), "\n".join(reports))


def _lines(batch: Iterable[DocumentTriples]) -> Iterator[str]:
    """Write the batch as N-Triples; documents that say the same get statements of their own."""
    for number, (_, triples) in enumerate(batch):
        for triple in triples:
            yield str(triple).replace(f"<{STATEMENT}", f"<{STATEMENT}{number}:")


def _violations(report: "Graph", documents: Sequence[str]) -> Iterator[Violation]:
    from rdflib.namespace import SH

    for result in report.objects(None, SH.result):
        focus = str(report.value(result, SH.focusNode))
        document = "one of " + ", ".join(documents)
        if focus.startswith(STATEMENT):
            number, _, rest = focus.removeprefix(STATEMENT).partition(":")
            focus, document = STATEMENT + rest, documents[int(number)]
        yield Violation(
            document,
            focus,
            str(report.value(result, SH.resultPath) or ""),
            str(report.value(result, SH.resultMessage)),
        )
