"""Graph files, read and written by their suffix: RDF, tables of triples, GraphML, compressed or not.

All are streamed; of GraphML and Neo4j's tables, names of nodes are kept in memory.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

import pyoxigraph as ox

from kgfm.errors import ConfigError, FormatError
from kgfm.kg.compression import bare_name, opened_to_read, opened_to_write, packing_of
from kgfm.kg.graphml import read_graphml, write_graphml
from kgfm.kg.namespaces import PREFIXES
from kgfm.kg.neo4j_csv import read_neo4j_csv, write_neo4j_csv
from kgfm.kg.oxigraph_terms import to_quad, to_triple
from kgfm.kg.rdf_parsing import parse, syntax_fault
from kgfm.kg.tables import read_table, write_table
from kgfm.kg.terms import IRI, Triple

Faults = list[FormatError] | None  # where faults are put so that reading goes on; None: the first is raised
Quad = tuple[Triple, IRI | None]  # a triple and its named graph; None is the default graph

RDF_FORMATS: Final = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "xml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
# Formats of plain triples, without named graphs.
_READERS: Final[dict[str, Callable[[Path, IO[bytes], Faults], Iterator[Triple]]]] = {
    "tsv": lambda path, file, faults: read_table(path, file, "\t", faults),
    "csv": lambda path, file, faults: read_table(path, file, ",", faults),
    "graphml": lambda path, file, _faults: read_graphml(path, file),
}
_WRITERS: Final[dict[str, Callable[[IO[bytes], Iterable[Triple]], None]]] = {
    "tsv": lambda file, triples: write_table(file, triples, "\t"),
    "csv": lambda file, triples: write_table(file, triples, ","),
    "graphml": write_graphml,
}
# Neo4j's import tables: a folder of two files.
FOLDER_FORMAT: Final = "neo4j-csv"
FORMATS: Final = (*RDF_FORMATS, *_READERS, FOLDER_FORMAT)
DATASET_FORMATS: Final = frozenset(name for name, one in RDF_FORMATS.items() if one.supports_datasets)
_OTHER_SUFFIXES: Final = {
    "turtle": "ttl", "ntriples": "nt", "nquads": "nq", "rdf": "xml", "owl": "xml", "rdfxml": "xml",
    "json": "jsonld", "json-ld": "jsonld", "txt": "tsv", "neo4j": FOLDER_FORMAT,
}  # fmt: skip


def format_of(path: Path, format: str | None = None) -> str:
    """Return the name of a file's format, a member of FORMATS: `format` if given, else by suffix.

    A suffix .gz or .zst behind it says how the file is compressed. A folder holds Neo4j's import tables.
    Raises ConfigError where the format is not known.
    """
    suffix = FOLDER_FORMAT if path.is_dir() else bare_name(path).suffix
    name = (format or suffix).lower().lstrip(".")
    name = _OTHER_SUFFIXES.get(name, name)
    if name not in FORMATS:
        raise ConfigError(f"{path} has no known graph format; give one with --format: {', '.join(FORMATS)}.")
    return name


def read_quads(path: Path, format: str | None = None, faults: Faults = None) -> Iterator[Quad]:
    """Yield a file's triples with their named graphs.

    Raises FormatError at the first malformed line, naming file and line, or where it cannot be read.
    With `faults`, what is malformed is left out and its fault put there. In Turtle and TriG the statement
    behind it may be lost too; XML, JSON-LD and GraphML cannot be read any further behind a fault.
    """
    name = format_of(path, format)
    if name == FOLDER_FORMAT:
        with file_faults(path):
            for triple in read_neo4j_csv(path, faults):
                yield triple, None
        return
    if name in _READERS:
        with file_faults(path), opened_to_read(path) as file:
            for triple in _READERS[name](path, file, faults):
                yield triple, None
        return
    for quad in read_nodes(path, name, faults):
        graph = quad.graph_name
        if isinstance(graph, ox.BlankNode):
            yield to_triple(quad), IRI(f"urn:kgfm:graph:{graph.value}")
        else:
            yield to_triple(quad), IRI(graph.value) if isinstance(graph, ox.NamedNode) else None


def read_nodes(path: Path, format: str | None = None, faults: Faults = None) -> Iterator[ox.Quad]:
    """Yield the quads of an RDF file in Oxigraph's own terms; faults are as in `read_quads`."""
    with file_faults(path), opened_to_read(path) as file:
        yield from without_quoted(parse(path, file, RDF_FORMATS[format_of(path, format)], faults), faults)


def without_quoted(quads: Iterable[ox.Quad], faults: Faults = None) -> Iterator[ox.Quad]:
    """Leave out quads with a quoted triple (RDF-star); faults are as in `read_quads`."""
    for quad in quads:
        if isinstance(quad.object, ox.Triple):
            fault = FormatError(
                f"{quad.object} is a quoted triple, which kgfm does not read; write it as a plain statement."
            )
            if faults is None:
                raise fault
            faults.append(fault)
            continue
        yield quad


def check_file(path: Path, format: str | None = None) -> None:
    """Read a file without keeping anything; raises FormatError as `read_quads`, and is quicker."""
    name = format_of(path, format)
    if name == FOLDER_FORMAT:
        deque(read_quads(path, name), maxlen=0)
        return
    if name in RDF_FORMATS:
        deque(read_nodes(path, name), maxlen=0)
        return
    with file_faults(path), opened_to_read(path) as file:
        deque(_READERS[name](path, file, None), maxlen=0)


def read_triples(path: Path, format: str | None = None, faults: Faults = None) -> Iterator[Triple]:
    """Yield a file's triples, whatever named graph they stand in; faults are as in `read_quads`."""
    for triple, _ in read_quads(path, format, faults):
        yield triple


def write_quads(path: Path, quads: Iterable[Quad], format: str | None = None) -> None:
    """Write a file, whole or not at all; a format without named graphs gets the default graph alone.

    Raises FormatError where the file cannot be written, or its format cannot hold a term.
    """
    name = format_of(path, format)
    fresh = path.with_name(f"{path.name}.new")
    triples = (triple for triple, graph in quads if graph is None)
    if name == FOLDER_FORMAT:
        with file_faults(path):
            write_neo4j_csv(path, triples, packing_of(path))
        return
    try:
        with file_faults(path):
            with opened_to_write(fresh, like=path) as file:
                if name in _WRITERS:
                    _WRITERS[name](file, triples)
                elif name in DATASET_FORMATS:
                    _serialize(file, name, (to_quad(triple, graph) for triple, graph in quads))
                else:
                    _serialize(file, name, (to_quad(triple).triple for triple in triples))
            fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _serialize(file: IO[bytes], name: str, items: Iterable[ox.Quad] | Iterable[ox.Triple]) -> None:
    ox.serialize(items, file, RDF_FORMATS[name], prefixes=PREFIXES)


@contextmanager
def file_faults(path: Path) -> Iterator[None]:
    """Turn what goes wrong with a file into a FormatError that names it."""
    try:
        yield
    except FormatError as error:
        if str(error).startswith(str(path)):
            raise
        raise FormatError(f"{path}: {error}") from error
    except SyntaxError as error:
        raise syntax_fault(path, error) from None
    except UnicodeDecodeError as error:
        raise FormatError(f"{path} is not UTF-8 text ({error.reason}); convert it first.") from None
    except OSError as error:
        raise FormatError(f"{path}: {error.strerror or error}.") from error
