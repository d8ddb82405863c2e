"""One knowledge base, open: filled, changed, looked into, written out.

What lies on disk is opened when it is first needed, and to read only until something is written, so that a
query costs neither a lock nor a model.
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Self, TypeGuard
from urllib.parse import quote

from kgfm.errors import ConfigError, FormatError, SourceError, UnknownTermError
from kgfm.kg import IRI, Term, Triple
from kgfm.kg.namespaces import document_iri, expand
from kgfm.stores.base import Counters, Merge, QueryResult, TripleStore
from kgfm.stores.layout import ONTOLOGIES, SOURCE, is_ontology_graph
from kgfm.stores.opening import foreign_triples, opened

if TYPE_CHECKING:
    import networkx as nx
    from rdflib import Dataset, Graph

    from kgfm.data.measures import GraphMeasures
    from kgfm.extraction.build import BuildReport
    from kgfm.ontology.validation import ValidationReport
    from kgfm.stores.repair import RepairReport

Progress = Callable[[str, float, float | None], None]  # what is being done, how much, of how much


def silent(_stage: str, _done: float, _total: float | None) -> None:
    """Take progress and say nothing."""


class KnowledgeBase:
    """A knowledge base in a folder or on a server; a context manager. One belongs to one thread."""

    def __init__(self, store: TripleStore | None = None, *, kb: str | Path = "kb") -> None:
        self._store = store
        self._kb = kb
        self._writable = store is not None

    @classmethod
    def open(cls, kb: str | Path = "kb") -> Self:
        """Name a knowledge base (a folder, or a server); the first build or import makes it, not before."""
        return cls(kb=kb)

    @staticmethod
    def repair(damaged: str | Path, to: str | Path) -> "RepairReport":
        """Save what can be read of a damaged knowledge base into a new one; say what was lost."""
        from kgfm.stores.repair import repair

        return repair(Path(damaged), Path(to))

    # Filling and changing

    def build(
        self,
        sources: Sequence[str | Path],
        *,
        schema: str | Path | None = None,
        workers: int | None = None,
        prune: bool = False,
        stdin: BinaryIO | None = None,
        progress: Progress = silent,
    ) -> "BuildReport":
        """Extract what is new or changed under `sources`; what failed is listed in the report.

        Raises SourceError where not one of the sources exists: then no knowledge base is made either.
        """
        from kgfm.extraction.build import BuildConfig, build

        if not any(str(source) == "-" or Path(source).exists() for source in sources):
            raise SourceError(" ".join(map(str, sources)), "there is no such file or folder.")
        config = BuildConfig(schema=Path(schema) if schema else None, workers=workers, prune=prune)
        return build(self._writer(), sources, config, stdin=stdin, progress=progress)

    def remove(self, documents: Sequence[str] = (), *, source: str | Path | None = None) -> list[str]:
        """Take documents and imported files out, by id or by where they came from; return what went.

        Raises UnknownTermError, before anything is removed, where one of them is not there.
        """
        store = self._writer()
        known = {info.id: info for info in store.documents()}
        for identifier in documents:
            if identifier not in known:
                raise UnknownTermError(identifier)
        wanted = list(documents)
        graphs: list[IRI] = []
        if source is not None:
            place = os.path.abspath(source)  # noqa: PTH100 - links stay as the user names them
            inside = place.rstrip(os.sep) + os.sep
            for info in known.values():
                read_from = os.path.abspath(info.source)  # noqa: PTH100
                if info.origin == place or read_from == place or read_from.startswith(inside):
                    wanted.append(info.id)
            names = _import_graph(Path(source)), _ontology_graph(Path(source))
            graphs = [one for one in (*store.imported_graphs(), *store.ontologies()) if one in names]
            if not wanted and not graphs:
                raise UnknownTermError(str(source))
        for identifier in wanted:
            store.remove_document(identifier)
        for graph in graphs:
            if is_ontology_graph(graph):
                store.import_ontology(graph, ())
            else:
                store.remove_graph(graph)
        if store.resolution_pending:
            self._resolve()
        return wanted + [str(source) for _ in graphs]

    def import_file(
        self,
        file: str | Path,
        *,
        format: str | None = None,
        into: str | IRI | None = None,
        faults: list[FormatError] | None = None,
        allow_network: bool = False,
        progress: Progress = silent,
    ) -> int:
        """Add a graph file's triples, to the named graph `into` if it is given; return how many were read.

        The address of a Neo4j server stands for the property graph there that kgfm did not write.
        Importing the file again replaces what it said before. Raises FormatError at the first malformed
        line; with `faults`, leaves such lines out and puts their faults there. Contexts and ontologies that
        the file names are fetched only with `allow_network`.
        """
        from kgfm.stores.network_import import import_file

        progress(f"importing {file}", 0, None)
        own = IRI(SOURCE + quote(file)) if _is_address(file) else _import_graph(Path(file))
        graph = own if into is None else into if isinstance(into, IRI) else expand(into)
        if graph is None:
            raise ConfigError(f"'{into}' is no name of a graph; give an IRI or a prefixed name.")
        if _is_address(file):
            return self._writer().import_triples(graph, foreign_triples(file))
        return import_file(self._writer(), graph, Path(file), format, faults, allow_network=allow_network)

    def import_ontology(
        self, file: str | Path, *, format: str | None = None, faults: list[FormatError] | None = None
    ) -> int:
        """Add an ontology's axioms, to reason with and not as facts; return how many there are.

        Importing the file again replaces them; `remove(source=file)` takes them out. Raises FormatError
        as `import_file`.
        """
        from kgfm.kg.formats import read_triples

        triples = read_triples(Path(file), format, faults)
        return self._writer().import_ontology(_ontology_graph(Path(file)), triples)

    def export(self, file: str | Path, *, format: str | None = None) -> int:
        """Write the graph: TriG and N-Quads hold everything, other formats the asserted triples."""
        from kgfm.kg.formats import DATASET_FORMATS, format_of, write_quads

        store = self._reader()
        path = Path(file)
        if format_of(path, format) in DATASET_FORMATS:
            write_quads(path, store.quads(), format)
        else:
            write_quads(path, ((triple, None) for triple in store.match()), format)
        return store.counters().triples

    def update(self, sparql: str, *, allow_network: bool = False) -> None:
        """Carry out a SPARQL update; SERVICE and LOAD only with `allow_network`."""
        self._writer().update(sparql, allow_network=allow_network)

    def cypher(self, text: str, *, write: bool = False) -> QueryResult:
        """Answer a Cypher query where the knowledge base lies in Neo4j; `write` lets it change the data."""
        return (self._writer() if write else self._reader()).cypher(text, write=write)

    def refresh(self) -> Counters:
        """Bring counters and labels up to date after another program wrote; return the counters."""
        store = self._writer()
        store.refresh()
        return store.counters()

    def merges(self) -> dict[IRI, Merge]:
        """Return which names were taken for another entity, and why."""
        return self._reader().merges()

    def unmerge(self, name: str | IRI) -> None:
        """Undo a merge; the two are kept apart from now on. Raises UnknownTermError where there is none."""
        store = self._writer()
        member = name if isinstance(name, IRI) else expand(name)
        merge = store.merges().get(member) if member else None
        if member is None or merge is None:
            raise UnknownTermError(str(name))
        store.keep_apart(member, merge.canonical)
        self._resolve()

    # Looking into it

    def stats(self) -> Counters:
        """Return counts by type, relation and source, from counters kept with every write."""
        return self._reader().counters()

    def measures(self, *, progress: Progress = silent) -> "GraphMeasures":
        """Measure how the graph hangs together: degrees, components, central entities, communities."""
        from kgfm.data.measures import graph_measures

        progress("measuring", 0, None)
        return graph_measures(triple for triple, _ in self._reader().edges())

    def to_networkx(self) -> "nx.MultiDiGraph[str]":
        """Return the asserted triples between entities as a networkx graph, with labels and confidences."""
        from kgfm.stores.bridges import to_networkx

        return to_networkx(self._reader())

    def to_rdflib(self) -> "Graph":
        """Return the asserted triples as an RDFLib graph."""
        from kgfm.stores.bridges import to_rdflib

        return to_rdflib(self._reader())

    def to_rdflib_dataset(self) -> "Dataset":
        """Return everything, provenance included, as an RDFLib dataset of named graphs."""
        from kgfm.stores.bridges import to_rdflib_dataset

        return to_rdflib_dataset(self._reader())

    def validate(self, *, progress: Progress = silent) -> "ValidationReport":
        """Check every document's graph against the SHACL shapes."""
        from kgfm.ontology.validation import validate

        store = self._reader()
        total = store.counters().documents
        graphs = ((info.id, _graph_of(store, info.id)) for info in store.documents())
        return validate(graphs, progress=lambda done: progress("validating", done, total))

    def label(self, term: Term) -> str:
        """Return how a person would call a term."""
        if isinstance(term, IRI):
            return self._reader().label(term)
        return term.value

    def close(self) -> None:
        """Let go of the store; a second call does nothing."""
        if self._store is not None:
            self._store.close()
        self._forget()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _reader(self) -> TripleStore:
        if self._store is None:
            self._store = opened(self._kb)
        return self._store

    def _writer(self) -> TripleStore:
        self._forget()
        if self._store is None or not self._writable:
            if self._store is not None:
                self._store.close()
            self._store = opened(self._kb, write=True)
            self._writable = True
        return self._store

    def _forget(self) -> None:
        """Let go of all that was worked out from the content: it is about to change."""

    def _resolve(self) -> None:
        from kgfm.extraction.build import resolve_names

        resolve_names(self._writer())


def _graph_of(store: TripleStore, identifier: str) -> tuple[Triple, ...]:
    found = store.query(f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH {document_iri(identifier)} {{ ?s ?p ?o }} }}")
    return found.triples or ()


def _ontology_graph(file: Path) -> IRI:
    return IRI(ONTOLOGIES + quote(os.path.abspath(file)))  # noqa: PTH100 - links stay as the user names them


def _is_address(file: str | Path) -> TypeGuard[str]:
    return isinstance(file, str) and "://" in file


def _import_graph(file: Path) -> IRI:
    return IRI(SOURCE + quote(os.path.abspath(file)))  # noqa: PTH100 - links stay as the user names them
