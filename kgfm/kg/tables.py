"""Triples as tables: one a line, head, relation and tail in three columns, with or without a header.

A cell is an IRI, a known prefixed name, `"text"` as in N-Triples, or else a plain name, which becomes
an entity (kind "concept": a table does not say more) or a relation with that label.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import IO, Final

import pyoxigraph as ox

from kgfm.errors import FormatError
from kgfm.kg.namespaces import LABEL, entity_iri, expand, relation_iri
from kgfm.kg.oxigraph_terms import to_term
from kgfm.kg.terms import IRI, BlankNode, Literal, Term, Triple

_HEADERS: Final = (("head", "relation", "tail"), ("subject", "predicate", "object"))
LONGEST_CELL: Final = 1 << 30  # characters; the csv module's own limit would refuse long texts


def read_table(
    path: Path, raw: IO[bytes], delimiter: str, faults: list[FormatError] | None = None
) -> Iterator[Triple]:
    """Yield a table's triples, and each plain name's label once; `path` names it in messages.

    Raises FormatError, with the line, where a line has not three columns or a cell is malformed;
    with `faults`, such a line is left out and its fault put there.
    """
    csv.field_size_limit(LONGEST_CELL)
    names = PlainNames()
    file = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
    reader = (
        csv.reader(file, delimiter=delimiter, quoting=csv.QUOTE_NONE, strict=True)
        if delimiter == "	"
        else csv.reader(file, delimiter=delimiter, strict=True)
    )
    for number in count():
        try:
            row = next(reader, None)
            if row is None:
                break
            header = number == 0 and tuple(cell.strip().lower() for cell in row) in _HEADERS
            if row and not header:
                yield from names.triples(row)
        except (FormatError, csv.Error) as error:
            fault = FormatError(f"{path}, line {reader.line_num}: {error}")
            if faults is None:
                raise fault from None
            faults.append(fault)
    file.detach()


class PlainNames:
    """Turns cells into triples; remembers which plain names it has given a label."""

    def __init__(self) -> None:
        self._labelled: set[IRI] = set()

    def triples(self, cells: list[str]) -> Iterator[Triple]:
        """Yield the triple of three cells, after the labels of names that are new."""
        if len(cells) != 3:
            raise FormatError(f"{len(cells)} columns instead of three: head, relation, tail.")
        head, relation, tail = (cell.strip() for cell in cells)
        if not (head and relation and tail):
            raise FormatError("a cell is empty; each line needs head, relation and tail.")
        subject, object_ = read_cell(head), read_cell(tail)
        if isinstance(subject, Literal):
            raise FormatError(f"the head {head} is a text; a text can only be a tail.")
        predicate = expand(relation) or relation_iri(relation)
        for cell, term in ((head, subject), (tail, object_)):
            if isinstance(term, IRI) and term not in self._labelled and expand(cell) is None:
                self._labelled.add(term)
                yield Triple(term, LABEL, Literal(cell))
        yield Triple(subject, predicate, object_)


def read_cell(cell: str) -> Term:
    """Read an IRI, a prefixed name, a text in quotes, a blank node, or a plain name."""
    if cell.startswith('"'):
        try:
            quad = next(iter(ox.parse(f"<urn:s> <urn:p> {cell} .", ox.RdfFormat.N_TRIPLES)))
        except (SyntaxError, StopIteration):
            raise FormatError(f"{cell} is not a text in quotes as N-Triples writes it.") from None
        return to_term(quad.object)
    if cell.startswith("_:"):
        return BlankNode(cell[2:])
    return expand(cell) or entity_iri("concept", cell)


def write_table(raw: IO[bytes], triples: Iterable[Triple], delimiter: str) -> None:
    """Write triples with a header; IRIs stand bare, texts in quotes as N-Triples has them."""
    file = io.TextIOWrapper(raw, encoding="utf-8", newline="")
    if delimiter == "\t":
        file.write("\t".join(_HEADERS[0]) + "\n")
        file.writelines("\t".join(_row(triple)) + "\n" for triple in triples)
    else:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        writer.writerow(_HEADERS[0])
        writer.writerows(_row(triple) for triple in triples)
    file.detach()  # flushes; the file itself is closed by who opened it


def _row(triple: Triple) -> tuple[str, str, str]:
    return write_cell(triple.subject), write_cell(triple.predicate), write_cell(triple.object)


def write_cell(term: Term) -> str:
    """Write a term so that `read_cell` gives it back."""
    # An IRI of an unusual scheme needs its brackets, or it would be read as a name.
    return term.value if isinstance(term, IRI) and expand(term.value) == term else str(term)
