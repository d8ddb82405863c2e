"""A knowledge base in Neo4j, beside other data if need be, to be read with pleasure in its own browser.

The mapping, which loses nothing:

- A term (IRI or literal) is a node `:Term`, found by `key`, a hash of the knowledge base's name and
  the term in N-Triples form. An IRI's node has `iri`; a literal's is also `:Literal`, with `value`,
  `datatype` and `language`. An entity's node bears the names of its classes as labels (`:Person`),
  its best label as `name`, the others as `aliases`. These follow the graph; they are never read back.
  What is a label is found by `label_key`, a hash of it without case.
- A triple is one relationship, however many graphs hold it. Its type is the readable end of the
  predicate (`live in`, `P19`), its property `predicate` the predicate itself, `graphs` the imports,
  edits and bookkeeping graphs that hold it. `asserted` says that it stands in the default graph: then
  `confidence` and `documents` say how sure it is and which documents say so. One that is not asserted
  (its names were merged into others) has a type that ends in " (as written)".
- A document is a node `:Document` with all its fields; `(:Document)-[:MENTIONS]->(:Term)` carries an
  entity as that document names it. Each thing that it says is a node `:Statement` with predicate,
  polarity, modality, confidences, `supports` (six offsets and the extractor) and `qualifiers` (kind
  and N-Triples term), and `[:IN]` its document, `[:SUBJECT]` and `[:OBJECT]` its terms.
- `:Setting` nodes are the meta graph: id, version, counters. `:Graph` nodes name the graphs that
  relationships have been in, with digests of the last large import (`blocks`). `:KnowledgeBase` is
  what a writer locks, so that writers take turns.
- Blank nodes of imported files have IRIs, as in every store. Every node has `kb`, the knowledge base's
  name: `neo4j://host:port/NAME` tells several in one database apart, "" is the unnamed one.

Literals keep their spelling, but for those of documents' statements, which are written in canonical form.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Final, Self, TypeVar

from kgfm.errors import UnknownTermError
from kgfm.kg import IRI, DocumentGraph, Entity, Literal, Term, Triple
from kgfm.kg.namespaces import ALT_LABEL, ENTITY_CLASSES, LABEL, TYPE, document_iri
from kgfm.kg.oxigraph_terms import stored_literal
from kgfm.stores import layout, neo4j_documents
from kgfm.stores.base import Capabilities, DocumentInfo, Quad, QueryResult, SourcedStatement
from kgfm.stores.entity_naming import Naming, joined
from kgfm.stores.neo4j_connection import Address, Connection, credentials
from kgfm.stores.neo4j_cypher import result_of
from kgfm.stores.neo4j_import import Neo4jImporter
from kgfm.stores.neo4j_names import key_of, term_of
from kgfm.stores.neo4j_scan import scanned

R = TypeVar("R")

_OLDEST: Final = (5, 26)  # the version of Neo4j that took types and labels as values
_KEYED: Final = ("Term", "Document", "Statement", "Setting", "Graph", "KnowledgeBase")
_INFOS: Final = """
MATCH (d:Document {kb: $kb})
RETURN d.id AS id, d.title AS title, d.source AS source, d.origin AS origin,
  d.fingerprint AS fingerprint, d.entities AS entities, d.statements AS statements"""
_NAMINGS: Final = """
MATCH (d:Document {kb: $kb})-[m:MENTIONS]->(t:Term)
RETURN t.iri AS entity, m.kind AS kind, m.label AS label,
  sum(m.mentions) AS mentions, count(*) AS documents"""
_OTHER_NAMES: Final = """
MATCH (d:Document {kb: $kb})-[m:MENTIONS]->(t:Term) UNWIND m.alt_labels AS name
RETURN DISTINCT t.iri AS entity, name"""
_BETWEEN_IRIS: Final = "r.asserted AND o.iri IS NOT NULL AND r.predicate <> $type"
_SAID_OF: Final = """
UNWIND $keys AS key
MATCH (t:Term {key: key})
MATCH (t)<-[:SUBJECT|OBJECT]-(n:Statement)
MATCH (n)-[:SUBJECT]->(s:Term)
MATCH (n)-[:OBJECT]->(o:Term)
WHERE n.polarity = 'affirmed' AND n.modality = 'asserted'
RETURN DISTINCT s.iri AS s, n.predicate AS p, o AS o"""
_MENTIONED: Final = """
UNWIND $keys AS key MATCH (t:Term {key: key})<-[m:MENTIONS]-(:Document)
RETURN DISTINCT t.iri AS s, m.kind AS kind, m.label AS label, m.alt_labels AS others"""


class Neo4jStore(Neo4jImporter):
    """A `TripleStore` in Neo4j 5.26 or later, any edition; needs no plug-in.

    Writers take turns, write by write; a reader sees every write at once. SPARQL queries are answered
    from a copy in memory, made anew after each change; `cypher` asks the server itself.
    """

    @classmethod
    def open(cls, name: str, *, create: bool = True, read_only: bool = False) -> Self:
        """Open the knowledge base at `neo4j://...` or `bolt://...`; credentials come from the environment.

        Raises ConfigError where the name is no address, NotAStoreError where nothing is there and none
        may be made, StoreError where the server is away or refuses us.
        """
        address = Address.of(name)
        connection = Connection(address, credentials())
        try:
            connection.verify(_OLDEST)
            store = cls(connection, address.kb, writable=not read_only)
            if create and not read_only:
                store._constrain()
            store._begin(name, create=create and not read_only)
        except BaseException:
            connection.close()
            raise
        return store

    def _constrain(self) -> None:
        """Have the server keep keys unique and find them, before anything is written."""
        wanted = {f"kgfm_{label.lower()}_key" for label in _KEYED} | {"kgfm_term_label_key"}
        known = {row["name"] for row in self._connection.rows("SHOW INDEXES YIELD name RETURN name")}
        if wanted <= known:
            return
        for label in _KEYED:
            start = f"kgfm_{label.lower()}"
            self._connection.define(
                f"CREATE CONSTRAINT {start}_key IF NOT EXISTS FOR (n:{label}) REQUIRE n.key IS UNIQUE"
            )
            self._connection.define(f"CREATE INDEX {start}_kb IF NOT EXISTS FOR (n:{label}) ON (n.kb)")
        self._connection.define(
            "CREATE INDEX kgfm_statement_name IF NOT EXISTS FOR (n:Statement) ON (n.name)"
        )
        self._connection.define(
            "CREATE INDEX kgfm_term_label_key IF NOT EXISTS FOR (n:Term) ON (n.label_key)"
        )
        self._connection.define("CALL db.awaitIndexes(60)")

    @property
    def capabilities(self) -> Capabilities:
        """Cypher; no SPARQL updates, no snapshots."""
        return Capabilities("cypher", updates=False, snapshots=False, one_writer=False, imports_undone=False)

    @property
    def place(self) -> str:
        """The name by which it can be opened again."""
        return self._connection.place

    def _in_unit(self, work: Callable[[], R]) -> R:
        """Carry out a unit of work as one transaction, while other writers wait."""

        def fresh() -> R:
            self._look()
            return work()

        try:
            return self._quads.in_turn(fresh)
        except BaseException:
            self._known = None  # what was to be written may not have been
            raise

    def _look(self) -> None:
        if self._known is None:
            self._numbers_read = self._table_read = None
        super()._look()

    def cypher(self, text: str, *, write: bool = False) -> QueryResult:
        """Answer a Cypher query; `write` lets it change the data and then brings counters up to date.

        Nodes that stand for IRIs come back as these, other values as literals.
        """
        result = result_of(*self._connection.users(text, write=write and self._writable))
        if write:
            self.refresh()
        return result

    def documents(self) -> Iterator[DocumentInfo]:
        """Yield all documents, in the order of their ids."""
        found = [DocumentInfo(**row) for row in self._connection.rows(_INFOS, kb=self._kb)]
        yield from sorted(found, key=lambda info: info.id)

    def fingerprints(self) -> dict[str, str]:
        """Return each document's fingerprint by its id."""
        cypher = "MATCH (d:Document {kb: $kb}) RETURN d.id AS id, d.fingerprint AS fingerprint"
        return {row["id"]: row["fingerprint"] for row in self._connection.rows(cypher, kb=self._kb)}

    def document(self, identifier: str) -> DocumentGraph:
        """Read a document back."""
        found = neo4j_documents.read(self._connection, self._kb, document_iri(identifier))
        if found is None:
            raise UnknownTermError(identifier)
        return found

    def document_text(self, identifier: str) -> str:
        """Return a document's text."""
        return self._text(document_iri(identifier))[1]

    def _text(self, graph: IRI) -> tuple[str, str, str]:
        """Return a document's id, text and title."""
        key = neo4j_documents.document_key(self._kb, graph)
        cypher = "MATCH (d:Document {key: $key}) RETURN d.id AS id, d.text AS text, d.title AS title"
        for row in self._connection.rows(cypher, key=key):
            return row["id"], row["text"], row["title"]
        raise UnknownTermError(graph.value)

    def statements(
        self,
        subject: IRI | None = None,
        predicate: IRI | None = None,
        object: Term | None = None,
        *,
        holds: bool | None = True,
    ) -> Iterator[SourcedStatement]:
        """Yield what documents say, with sentences."""
        self._look()
        table = self._table
        values: dict[str, Any] = {"kb": self._kb, "p": predicate.value if predicate else None}
        wanted = ["n.predicate = $p"] if predicate else []
        if subject:
            members = table.members(table.canonical(subject))
            values["s"] = [key_of(self._kb, one) for one in members]
            wanted.append("s.key IN $s")
        if object is not None:
            one = table.canonical(object) if isinstance(object, IRI) else object
            values["o"] = [
                key_of(self._kb, stored_literal(term) if isinstance(term, Literal) else term)
                for term in table.terms(one)
            ]
            wanted.append("o.key IN $o")
        if holds is not None:
            wanted.append(f"(n.polarity = 'affirmed' AND n.modality = 'asserted') = {str(holds).lower()}")
        scan = "" if subject or object is not None else "MATCH (n:Statement {kb: $kb}) "
        cypher = f"{scan}MATCH (s:Term)<-[:SUBJECT]-(n:Statement)-[:OBJECT]->(o:Term)"
        cypher += f" WHERE {' AND '.join(wanted)}" if wanted else ""
        text_of = lru_cache(maxsize=8)(self._text)
        order = " RETURN n, s.iri AS s, o ORDER BY n.document"
        for row in self._connection.rows(cypher + order, **values):
            statement = neo4j_documents.decoded(row["n"], row["s"], term_of(row["o"]))
            identifier, text, title = text_of(IRI(row["n"]["document"]))
            sentences = tuple(text[one.start : one.end] for one in statement.supports)
            yield SourcedStatement(statement, identifier, title, sentences)

    def edges(self) -> Iterator[tuple[Triple, float]]:
        """Yield each default-graph triple between two IRIs with its confidence."""
        yield from scanned(
            self._connection, self._kb, wanted=_BETWEEN_IRIS, column="r.confidence", type=TYPE.value
        )

    def _supported_triples(self, name: IRI) -> set[Triple]:
        """Return what support graphs carry of a name, plain or as a statement that holds."""
        keys = [key_of(self._kb, name)]
        found = {
            triple
            for pattern in ((name, None, None), (None, None, name))
            for triple, graph in self._quads.everywhere(*pattern)
            if layout.is_support_graph(graph)
        }
        for row in self._connection.rows(_SAID_OF, keys=keys):
            found.add(Triple(IRI(row["s"]), IRI(row["p"]), term_of(row["o"])))
        for row in self._connection.rows(_MENTIONED, keys=keys):
            entity = IRI(row["s"])
            found.add(Triple(entity, TYPE, ENTITY_CLASSES[row["kind"]]))
            found.add(Triple(entity, LABEL, Literal(row["label"])))
            found |= {Triple(entity, ALT_LABEL, Literal(one)) for one in row["others"]}
        return found

    def imported_graphs(self) -> Iterator[IRI]:
        """Yield the named graphs that hold imported or edited triples, sorted."""
        counted = self.counters().by_source
        for graph in sorted(self._quads.named_graphs()):
            if (
                layout.is_support_graph(graph)
                and not layout.is_document_graph(graph)
                and graph.value in counted
            ):
                yield graph

    def quads(self) -> Iterator[Quad]:
        """Yield the whole content, all graphs, without what can be derived from the rest."""
        return self._quads.quads()

    def entity_names(self) -> Iterator[Entity]:
        """Yield each entity as all documents together name it, before merges."""
        names = (
            Naming(IRI(row["entity"]), row["kind"], row["label"], row["mentions"], row["documents"])
            for row in self._connection.rows(_NAMINGS, kb=self._kb)
        )
        others = (
            (IRI(row["entity"]), row["name"]) for row in self._connection.rows(_OTHER_NAMES, kb=self._kb)
        )
        return joined(names, others)

    def close(self) -> None:
        """Let go of the server; a second call does nothing."""
        super().close()
        self._connection.close()
