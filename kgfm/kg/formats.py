"""Graph files, read and written by their suffix: RDF, tables of triples, GraphML.

RDF and tables are streamed; GraphML is held in memory as a whole.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

import pyoxigraph as ox

from kgfm.errors import ConfigError, FormatError
from kgfm.kg.graphml import read_graphml, write_graphml
from kgfm.kg.namespaces import PREFIXES
from kgfm.kg.oxigraph_terms import to_quad, to_triple
from kgfm.kg.tables import read_table, write_table
from kgfm.kg.terms import IRI, Triple

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
_READERS: Final[dict[str, Callable[[Path], Iterator[Triple]]]] = {
    "tsv": lambda path: read_table(path, "\t"),
    "csv": lambda path: read_table(path, ","),
    "graphml": read_graphml,
}
_WRITERS: Final[dict[str, Callable[[Path, Iterable[Triple]], None]]] = {
    "tsv": lambda path, triples: write_table(path, triples, "\t"),
    "csv": lambda path, triples: write_table(path, triples, ","),
    "graphml": write_graphml,
}
FORMATS: Final = (*RDF_FORMATS, *_READERS)
DATASET_FORMATS: Final = frozenset(name for name, one in RDF_FORMATS.items() if one.supports_datasets)
_OTHER_SUFFIXES: Final = {
    "turtle": "ttl", "ntriples": "nt", "nquads": "nq", "rdf": "xml", "owl": "xml", "rdfxml": "xml",
    "json": "jsonld", "json-ld": "jsonld", "txt": "tsv",
}  # fmt: skip


def format_of(path: Path, format: str | None = None) -> str:
    """Return the name of a file's format, a member of FORMATS: `format` if given, else by suffix.

    Raises ConfigError where neither is known.
    """
    name = (format or path.suffix).lower().lstrip(".")
    name = _OTHER_SUFFIXES.get(name, name)
    if name not in FORMATS:
        raise ConfigError(f"{path} has no known graph format; give one with --format: {', '.join(FORMATS)}.")
    return name


def read_quads(path: Path, format: str | None = None) -> Iterator[Quad]:
    """Yield a file's triples with their named graphs.

    Raises FormatError at the first malformed line, naming file and line, or where it cannot be read.
    """
    name = format_of(path, format)
    with _faults(path):
        if name in _READERS:
            for triple in _READERS[name](path):
                yield triple, None
            return
        for quad in _parse(path, name):
            graph = quad.graph_name
            if isinstance(graph, ox.BlankNode):
                yield to_triple(quad), IRI(f"urn:kgfm:graph:{graph.value}")
            else:
                yield to_triple(quad), IRI(graph.value) if isinstance(graph, ox.NamedNode) else None


def _parse(path: Path, name: str) -> Iterator[ox.Quad]:
    with path.open("rb") as file:
        # Relative IRIs hang on the file's name alone: a graph must not depend on where it lay.
        yield from ox.parse(file, RDF_FORMATS[name], base_iri=f"file:///{quote(path.name)}")


def check_file(path: Path, format: str | None = None) -> None:
    """Read a file without keeping anything; raises FormatError as `read_quads`, and is quicker."""
    name = format_of(path, format)
    with _faults(path):
        for item in _READERS[name](path) if name in _READERS else _parse(path, name):
            if isinstance(item, ox.Quad) and isinstance(item.object, ox.Triple):
                to_triple(item)


def read_triples(path: Path, format: str | None = None) -> Iterator[Triple]:
    """Yield a file's triples, whatever named graph they stand in; raises FormatError as `read_quads`."""
    for triple, _ in read_quads(path, format):
        yield triple


def write_quads(path: Path, quads: Iterable[Quad], format: str | None = None) -> None:
    """Write a file, whole or not at all; a format without named graphs gets the default graph alone.

    Raises FormatError where the file cannot be written, or its format cannot hold a term.
    """
    name = format_of(path, format)
    fresh = path.with_name(f"{path.name}.new")
    triples = (triple for triple, graph in quads if graph is None)
    try:
        with _faults(path):
            if name in _WRITERS:
                _WRITERS[name](fresh, triples)
            elif name in DATASET_FORMATS:
                _serialize(fresh, name, (to_quad(triple, graph) for triple, graph in quads))
            else:
                _serialize(fresh, name, (to_quad(triple).triple for triple in triples))
            fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _serialize(path: Path, name: str, items: Iterable[ox.Quad] | Iterable[ox.Triple]) -> None:
    with path.open("wb") as file:
        ox.serialize(items, file, RDF_FORMATS[name], prefixes=PREFIXES)


@contextmanager
def _faults(path: Path) -> Iterator[None]:
    try:
        yield
    except FormatError as error:
        if str(error).startswith(str(path)):
            raise
        raise FormatError(f"{path}: {error}") from error
    except SyntaxError as error:
        line = f", line {error.lineno}" if error.lineno else ""
        raise FormatError(f"{path}{line}: {' '.join(str(error.msg).split())}.") from None
    except UnicodeDecodeError as error:
        raise FormatError(f"{path} is not UTF-8 text ({error.reason}); convert it first.") from None
    except OSError as error:
        raise FormatError(f"{path}: {error.strerror or error}.") from error
