"""Triples as the two tables that `neo4j-admin database import` takes: nodes.csv and relationships.csv.

    nodes.csv          :ID, :LABEL, name, iri, value, datatype, language
    relationships.csv  :START_ID, :TYPE, :END_ID, predicate

Each term is a node, whose :ID is the term as in other tables; an entity has the readable names of its
classes as labels, a text is a `Literal`. A relationship has the readable name of its relation as type
and the relation itself as `predicate`. Texts of several lines need Neo4j's `--multiline-fields=true`.

Tables of other programs are read by their headers, several files of each kind, compressed or not;
`property_graph.py` says what becomes of them.
Source: Neo4j 5 Operations Manual, "Import", section "CSV header format".
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kgfm.errors import FormatError
from kgfm.kg.compression import COMPRESSIONS, bare_name, opened_to_read, opened_to_write
from kgfm.kg.namespaces import expand, readable_name
from kgfm.kg.property_graph import node_iri, node_triples, relationship_triples
from kgfm.kg.spool import NodeTable
from kgfm.kg.tables import LONGEST_CELL, read_cell, write_cell
from kgfm.kg.terms import IRI, Literal, Term, Triple

Faults = list[FormatError] | None

_NODES, _RELATIONSHIPS = "nodes.csv", "relationships.csv"
_NODE_HEADER: Final = (":ID", ":LABEL", "name", "iri", "value", "datatype", "language")
_RELATIONSHIP_HEADER: Final = (":START_ID", ":TYPE", ":END_ID", "predicate")
_WHOLE_NUMBERS: Final = ("int", "long", "short", "byte")
_LITERAL: Final = "Literal"


def write_neo4j_csv(folder: Path, triples: Iterable[Triple], packing: str = "") -> None:
    """Write both tables into a folder, each whole or not at all; `packing` is "", ".gz" or ".zst"."""
    folder.mkdir(exist_ok=True)
    table = NodeTable()
    with (
        _replaced(folder / f"{_NODES}{packing}", _NODE_HEADER) as nodes,
        _replaced(folder / f"{_RELATIONSHIPS}{packing}", _RELATIONSHIP_HEADER) as relationships,
    ):
        for triple in triples:
            for text in table.new_texts(triple):
                nodes.writerow([write_cell(text), _LITERAL, "", "", text.value, text.datatype, text.language])
            ends = write_cell(triple.subject), write_cell(triple.object)
            relation = readable_name(triple.predicate)
            relationships.writerow([ends[0], relation, ends[1], write_cell(triple.predicate)])
        for term, label in table.labels.items():
            labels = sorted({readable_name(one).replace(";", ",") for one in table.classes.get(term, ())})
            iri = term.value if isinstance(term, IRI) else ""
            nodes.writerow([write_cell(term), ";".join(labels), label, iri, "", "", ""])


@contextmanager
def _replaced(path: Path, header: Sequence[str]) -> Iterator[Any]:
    """Give a writer of rows; what it wrote takes the file's place once all has gone well."""
    fresh = path.with_name(f"{path.name}.new")
    try:
        with opened_to_write(fresh, like=path) as raw:
            file = io.TextIOWrapper(raw, encoding="utf-8", newline="")
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header)
            yield writer
            file.detach()  # flushes; the file itself is closed by who opened it
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def read_neo4j_csv(folder: Path, faults: Faults = None) -> Iterator[Triple]:
    """Yield what the tables of a folder say.

    Of nodes whose ids are no terms by themselves, the ids are kept in memory. Raises FormatError, with
    file and line, where a table is malformed; with `faults`, leaves such lines out and lists them there.
    """
    files = sorted(
        one
        for one in folder.iterdir()
        if bare_name(one).suffix.lower() == ".csv" and one.suffix.lower() in (".csv", *COMPRESSIONS)
    )
    kinds = [(path, columns) for path in files if (columns := _Columns.of(path))]
    if not kinds:
        raise FormatError(f"{folder} has no CSV file whose header names :ID, or :START_ID and :END_ID.")
    known: dict[tuple[str, str], IRI] = {}
    for path, columns in kinds:
        # What a table of our own says of nodes stands among the relationships, too.
        if columns.is_nodes and not columns.is_ours:
            for row in _rows(path, columns, faults):
                yield from _node(row, known)
    for path, columns in kinds:
        if not columns.is_nodes:
            for row in _rows(path, columns, faults):
                yield from _relationship(path, row, known, faults)


@dataclass(frozen=True, slots=True)
class _Columns:
    """What a header says: a name and a type a column; for an id, the type holds its id space."""

    columns: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, path: Path) -> "_Columns | None":
        with _reader(path) as reader:
            header: list[str] = next(reader, [])
        named = tuple((name, type_) for name, _, type_ in map(_split, header))
        found = cls(named)
        kinds = {_kind(type_) for _, type_ in named}
        return found if "ID" in kinds or {"START_ID", "END_ID"} <= kinds else None

    @property
    def is_ours(self) -> bool:
        return self.columns == tuple((name, type_) for name, _, type_ in map(_split, _NODE_HEADER))

    @property
    def is_nodes(self) -> bool:
        return "ID" in {_kind(type_) for _, type_ in self.columns}


@dataclass(slots=True)
class _Row:
    """One line: ids with their id spaces by kind, labels or type, and other properties."""

    line: int
    ids: dict[str, tuple[str, str]]
    labels: list[str]
    properties: dict[str, object]


def _split(cell: str) -> tuple[str, str, str]:
    return cell.strip().partition(":")


def _kind(type_: str) -> str:
    return type_.partition("(")[0].partition("{")[0].upper()


def _space(type_: str) -> str:
    return type_.partition("(")[2].partition(")")[0]


@contextmanager
def _reader(path: Path) -> Iterator[Any]:
    csv.field_size_limit(LONGEST_CELL)
    with opened_to_read(path) as raw:
        file = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
        yield csv.reader(file, strict=True)
        file.detach()


def _rows(path: Path, columns: _Columns, faults: Faults) -> Iterator[_Row]:
    with _reader(path) as reader:
        next(reader, None)
        while True:
            try:
                cells = next(reader, None)
                if cells is None:
                    return
                if cells:
                    yield _row(reader.line_num, columns, cells)
            except (FormatError, csv.Error, ValueError) as error:
                _report(FormatError(f"{path}, line {reader.line_num}: {error}"), faults)


def _report(fault: FormatError, faults: Faults) -> None:
    if faults is None:
        raise fault from None
    faults.append(fault)


def _row(line: int, columns: _Columns, cells: list[str]) -> _Row:
    if len(cells) != len(columns.columns):
        raise FormatError(f"{len(cells)} columns instead of {len(columns.columns)}, as in the header.")
    row = _Row(line, {}, [], {})
    for (name, type_), cell in zip(columns.columns, cells, strict=True):
        kind = _kind(type_)
        if kind in ("ID", "START_ID", "END_ID"):
            if not cell:
                raise FormatError(f"the :{kind} is empty.")
            row.ids[kind] = _space(type_), cell
            if name:
                row.properties[name] = cell
        elif kind in ("LABEL", "TYPE"):
            row.labels += [label for label in cell.split(";") if label] if kind == "LABEL" else [cell]
        elif kind != "IGNORE" and cell:
            row.properties[name] = _value(type_, cell)
    return row


def _value(type_: str, cell: str) -> object:
    kind = type_.partition("{")[0].lower()
    if kind.endswith("[]"):
        return [_value(kind[:-2], one) for one in cell.split(";")]
    if kind in _WHOLE_NUMBERS:
        return int(cell)
    if kind in ("float", "double"):
        return float(cell)
    return cell.lower() == "true" if kind == "boolean" else cell


def _node(row: _Row, known: dict[tuple[str, str], IRI]) -> Iterator[Triple]:
    space, identifier = row.ids["ID"]
    node = node_iri(f"{space}:{identifier}" if space else identifier, row.properties)
    known[row.ids["ID"]] = node
    yield from node_triples(node, row.labels, row.properties)


def _own(identifier: str) -> Term | None:
    """Return the term that an id is by itself; None where it is a name that only its table knows."""
    if identifier.startswith(('"', "_:")) or expand(identifier) is not None:
        return read_cell(identifier)
    return None


def _relationship(
    path: Path, row: _Row, known: dict[tuple[str, str], IRI], faults: Faults
) -> Iterator[Triple]:
    ends: list[Term] = []
    for kind in ("START_ID", "END_ID"):
        try:
            term = known.get(row.ids[kind]) or _own(row.ids[kind][1])
            if term is None:
                raise FormatError(f"no node has the id {row.ids[kind][1]}; its table is missing.")
        except FormatError as error:
            _report(FormatError(f"{path}, line {row.line}: {error}"), faults)
            return
        ends.append(term)
    head, tail = ends
    name = "".join(row.labels)
    if expand(str(row.properties.get("predicate", ""))) is not None:
        name = str(row.properties.pop("predicate"))
    if isinstance(head, Literal) or not name:
        reason = f"its start {head} is a text" if name else "it has no :TYPE"
        _report(FormatError(f"{path}, line {row.line}: {reason}."), faults)
        return
    yield from relationship_triples(head, name, tail, row.properties)
