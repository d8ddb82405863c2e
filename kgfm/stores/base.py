"""What every knowledge base can do, whatever program keeps it, and how provenance is written.

The layout, decided once:

- Each document has a named graph, `document_iri(id)`. In it stand
  - the document's node (same IRI): title, source, origin, text, content hash, fingerprint, counts;
  - plain triples of each entity: `rdf:type` its class, `rdfs:label`, `skos:altLabel`, and
    `kgfm:mentions` (how often it is named);
  - one `kgfm:Statement` node a statement, named by `statement_iri`: `rdf:subject`, `rdf:predicate`,
    `rdf:object` with the names that the document itself uses, polarity, modality, raw and calibrated
    confidence, qualifiers, and its `kgfm:Support` nodes: offsets into the text, extractor.
- An imported file is a named graph of plain triples. Its blank nodes get names of their own.
- A triple that a user's SPARQL update puts into the default graph is kept in `urn:kgfm:edits`.
- A triple stands in the default graph iff one of these graphs carries it, plain or as a statement
  that is affirmed and asserted; its terms are mapped to canonical IRIs by the merge table. So it
  stands there once, however many documents say it, and goes when the last of them goes.
- `urn:kgfm:merges`: `member kgfm:mergedInto canonical`, `member kgfm:mergeReason "..."`, and
  `member kgfm:keptApartFrom canonical` for a merge that was undone. A merged member's label
  becomes an alternative label of the canonical entity; its class is dropped, since the canonical
  entity has its own. There is no owl:sameAs.
- `urn:kgfm:ontology`: labels and kinds of predicates and classes. An imported ontology has a graph of
  its own, `urn:kgfm:ontology:PATH`; its axioms are reasoned with, but are no facts and never
  counted. `urn:kgfm:labels`: each entity's labels without case, to find them by. `urn:kgfm:meta`: the
  id of the knowledge base, the version of its content, and counters that change in the same
  transactions as what they count.

A query without GRAPH sees the default graph alone: no statements, no documents, no bookkeeping.
A deletion by SPARQL update from the default graph holds until a support of the triple changes.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Literal, Protocol, Self

from kgfm.kg import IRI, BlankNode, DocumentGraph, Entity, Statement, Term, Triple
from kgfm.kg.formats import Faults

Quad = tuple[Triple, IRI | None]  # a triple and its named graph; None is the default graph


@dataclass(frozen=True, slots=True)
class QueryResult:
    """What a SPARQL query gave: rows for SELECT, `boolean` for ASK, `triples` for CONSTRUCT and DESCRIBE."""

    variables: tuple[str, ...] = ()
    rows: tuple[tuple[Term | None, ...], ...] = ()  # one value a variable; None where it is unbound
    boolean: bool | None = None
    triples: tuple[Triple, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentInfo:
    """A document without its text and statements."""

    id: str
    title: str
    source: str
    origin: str
    fingerprint: str
    entities: int  # how many it mentions
    statements: int  # how many it makes, negated and hedged ones included


@dataclass(frozen=True, slots=True)
class SourcedStatement:
    """A statement with the document that makes it and the sentences that carry it."""

    statement: Statement
    document: str  # id
    title: str
    sentences: tuple[str, ...]  # one a support, in order, cut from the document's text


@dataclass(frozen=True, slots=True)
class Merge:
    """A name's canonical entity, and why the two are thought to be one."""

    canonical: IRI
    reason: str


@dataclass(frozen=True, slots=True)
class Counters:
    """How much a knowledge base holds. Entities are the IRIs at the ends of default-graph triples.

    Classes count as entities only where something else is said of them. `by_source` counts the
    statements of the documents under each origin, and the triples of each imported graph.
    """

    documents: int = 0
    statements: int = 0  # of all documents, negated and hedged ones included
    triples: int = 0  # of the default graph
    entities: int = 0
    by_type: Mapping[IRI, int] = field(default_factory=dict)  # class -> instances
    by_relation: Mapping[IRI, int] = field(default_factory=dict)  # predicate -> triples
    by_source: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a store can do beyond what every store must; a law that hangs on one is kept where it is True."""

    language: Literal["sparql", "cypher"] = "sparql"  # what its server speaks itself
    updates: bool = True  # carries out SPARQL updates
    snapshots: bool = True  # a reader keeps seeing the content as it was when it was opened
    one_writer: bool = True  # a second writer is refused; else writers take turns, write by write
    imports_undone: bool = True  # an import that is cut short is taken out at the next opening


class TripleStore(Protocol):
    """A knowledge base. Writing methods raise StoreError where the store was opened to read only.

    Every write is one transaction unless its docstring says otherwise, and adds one to `version`.
    """

    @property
    def id(self) -> str:
        """The knowledge base's own id, the same as long as it exists."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What it can do beyond the rest of this protocol."""
        ...

    @property
    def path(self) -> Path | None:
        """The folder it lies in; None where it has none."""
        ...

    @property
    def version(self) -> int:
        """A number that grows with every write; what was derived from the content hangs on it."""
        ...

    @property
    def resolution_pending(self) -> bool:
        """Whether documents came or went since the last `set_merges`."""
        ...

    def match(
        self,
        subject: IRI | BlankNode | None = None,
        predicate: IRI | None = None,
        object: Term | None = None,
    ) -> Iterator[Triple]:
        """Yield the default graph's triples that have the given terms; None stands for any."""
        ...

    def __contains__(self, triple: Triple) -> bool: ...

    def query(self, sparql: str, *, allow_network: bool = False) -> QueryResult:
        """Answer a SPARQL 1.1 query; the usual prefixes need no declaration.

        Raises QueryError where it is malformed (with line and column), or calls SERVICE without leave.
        """
        ...

    def cypher(self, text: str, *, write: bool = False) -> QueryResult:
        """Answer a Cypher query; `write` lets it change the data and then brings counters up to date.

        Raises QueryError where it is malformed, writes without leave, or the store speaks no Cypher.
        """
        ...

    def update(self, sparql: str, *, allow_network: bool = False) -> None:
        """Carry out a SPARQL 1.1 update and bring counters and labels up to date.

        Raises QueryError where it is malformed, or calls SERVICE or LOAD without leave.
        """
        ...

    def refresh(self) -> None:
        """Bring counters and labels up to date after another program wrote to the store."""
        ...

    def add_document(self, graph: DocumentGraph) -> None:
        """Add a document, or replace its older version, whole. An equal fingerprint changes nothing."""
        ...

    def remove_document(self, identifier: str) -> bool:
        """Take a document out with every triple that only it supports; False where there is none."""
        ...

    def documents(self) -> Iterator[DocumentInfo]:
        """Yield all documents, in the order of their ids."""
        ...

    def document(self, identifier: str) -> DocumentGraph:
        """Read a document back: what was added, sorted. Raises UnknownTermError where there is none."""
        ...

    def document_text(self, identifier: str) -> str:
        """Return a document's text. Raises UnknownTermError where there is no such document."""
        ...

    def fingerprints(self) -> dict[str, str]:
        """Return each document's fingerprint by its id."""
        ...

    def statements(
        self,
        subject: IRI | None = None,
        predicate: IRI | None = None,
        object: Term | None = None,
        *,
        holds: bool | None = True,
    ) -> Iterator[SourcedStatement]:
        """Yield what documents say, with sentences: the evidence for a triple, or for all that match.

        Terms are canonical; the names merged into them are found too. `holds` True gives affirmed and
        asserted statements, False negated and hedged ones, None both.
        """
        ...

    def statements_of_document(self, identifier: str) -> Iterator[SourcedStatement]:
        """Yield all that one document says. Raises UnknownTermError where there is none."""
        ...

    def graphs(self, triple: Triple) -> Iterator[IRI]:
        """Yield the named graphs that support a default-graph triple, documents' and imports' alike."""
        ...

    def edges(self) -> Iterator[tuple[Triple, float]]:
        """Yield each default-graph triple between two IRIs, but for rdf:type, with its confidence.

        The confidence lies in [0, 1]: one minus the product of one minus each supporting statement's
        (noisy-or: sources err independently of each other); 1 where an import or an edit carries it.
        """
        ...

    def import_triples(self, graph: IRI, triples: Iterable[Triple]) -> int:
        """Make triples the content of a named graph of their own, streaming; return how many were read.

        What the graph held before goes. More than some thousand triples are not one transaction: an
        import that is cut short is taken out when the store is next opened.
        """
        ...

    def import_file(self, graph: IRI, path: Path, format: str | None = None, faults: Faults = None) -> int:
        """Make a graph file the content of a named graph, streaming; return how many triples were read.

        Documents, merges and named graphs of a quads file keep their own graphs, so that what
        `quads` exported comes back as it was. Raises FormatError with the line of the first fault,
        and then changes nothing; with `faults`, leaves out what is malformed and puts its faults there.
        """
        ...

    def remove_graph(self, graph: IRI) -> int:
        """Take an imported graph out with all that only it supports; return how many triples it had.

        Done in chunks, each a transaction of its own.
        """
        ...

    def imported_graphs(self) -> Iterator[IRI]:
        """Yield the named graphs that hold imported or edited triples, sorted."""
        ...

    def quads(self) -> Iterator[Quad]:
        """Yield the whole content, all graphs, without what can be derived from the rest."""
        ...

    def counters(self) -> Counters:
        """Return the counters as kept, without counting."""
        ...

    def recount(self) -> Counters:
        """Count anew; equals `counters()`. Takes seconds for a million triples."""
        ...

    def merges(self) -> dict[IRI, Merge]:
        """Return the merge table: each merged name -> its canonical entity and the reason."""
        ...

    def set_merges(self, merges: Mapping[IRI, Merge]) -> None:
        """Replace the merge table and remap the triples of the names that it concerns.

        Clears `resolution_pending`. Raises StoreError where the table runs in a circle.
        """
        ...

    def kept_apart(self) -> frozenset[tuple[IRI, IRI]]:
        """Return the pairs (member, canonical) that must not be merged again."""
        ...

    def keep_apart(self, member: IRI, canonical: IRI) -> None:
        """Undo a merge, if there is one, and remember that the two are different."""
        ...

    def entity_names(self) -> Iterator[Entity]:
        """Yield each entity as all documents together name it, before merges, in the order of IRIs.

        Its label is the one that most documents give it; mentions are summed.
        """
        ...

    def set_ontology(self, triples: Iterable[Triple]) -> None:
        """Replace the labels and kinds of predicates and classes; the same ones change nothing."""
        ...

    def import_ontology(self, graph: IRI, triples: Iterable[Triple]) -> int:
        """Make axioms the content of an ontology's graph; return how many there are.

        They are no facts: the default graph and the counters stay as they are. Their labels are found.
        What the graph held before goes, so that no axioms remove it. Raises StoreError where the graph's
        name is none of an ontology (`layout.is_ontology_graph`).
        """
        ...

    def ontologies(self) -> Iterator[IRI]:
        """Yield the graphs of imported ontologies, sorted."""
        ...

    def axioms(self) -> Iterator[Triple]:
        """Yield what `set_ontology` and the imported ontologies say; a triple may come twice."""
        ...

    def label(self, iri: IRI) -> str:
        """Return how a person would call it: its label, the ontology's, else the IRI's last part."""
        ...

    def labels(self, iri: IRI) -> tuple[str, ...]:
        """Return all its labels, the preferred one first; empty where there is none."""
        ...

    def find_label(self, text: str) -> list[IRI]:
        """Return the entities and predicates that bear a label, by exact case if any, else by any case."""
        ...

    def close(self) -> None:
        """Write what is pending and let go of the store; a second call does nothing."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
