"""What a Neo4j database holds, read as quads; `neo4j.py` documents the mapping."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Set
from itertools import islice
from typing import Final, TypeVar

import neo4j
import pyoxigraph as ox

from kgfm.errors import QueryError
from kgfm.kg import IRI, BlankNode, Literal, Term, Triple
from kgfm.kg.namespaces import ALT_LABEL, ENTITY_CLASSES, LABEL, TYPE
from kgfm.kg.oxigraph_terms import to_triple
from kgfm.stores import layout, neo4j_documents
from kgfm.stores.base import Quad, QueryResult
from kgfm.stores.counting import Tally
from kgfm.stores.memory_copy import MemoryCopy
from kgfm.stores.neo4j_changes import apply
from kgfm.stores.neo4j_connection import Connection, Row
from kgfm.stores.neo4j_names import (
    escaped,
    hashed,
    key_of,
    label_key,
    parse_term,
    relationship_type,
    setting_key,
)
from kgfm.stores.neo4j_scan import scanned
from kgfm.stores.oxigraph_transaction import NAMES
from kgfm.stores.provenance import encode
from kgfm.stores.quad_source import Changes, ends_of

T = TypeVar("T")

_TOGETHER: Final = 10_000  # triples in one question
_KINDS: Final = {iri: kind for kind, iri in ENTITY_CLASSES.items()}
_IS_SUPPORT: Final = (
    f"NOT {{graph}} IN $bookkeeping AND NOT {{graph}} STARTS WITH '{layout.ONTOLOGIES}' "
    "AND coalesce({graph} <> $without, true)"
)
_TERMS: Final = "s.iri, r.predicate, o.iri, o.value, o.datatype, o.language"
# Every question about many triples begins with these: their relationships, with the number of each.
_EACH_EDGE: Final = """
UNWIND $rows AS row
MATCH (s:Term {key: row.s})-[r]->(o:Term {key: row.o}) WHERE r.predicate = row.p"""
_EACH_MENTION: Final = """
UNWIND $rows AS row
MATCH (t:Term {key: row.s})<-[m:MENTIONS]-(d:Document)
WHERE coalesce(m.kind = row.kind OR m.label = row.label OR row.other IN m.alt_labels, false)"""
_EACH_STATEMENT: Final = "UNWIND $rows AS row MATCH (n:Statement {name: row.name})"
# Whoever has set a property of this node holds its lock until the transaction ends.
_TAKE_TURN: Final = """
MERGE (n:KnowledgeBase {key: $key}) ON CREATE SET n.kb = $kb
SET n.turns = coalesce(n.turns, 0) + 1
RETURN n.turns AS turn"""
_BEARERS: Final = f"""
MATCH (:Term {{label_key: $key}})<-[r:{"|".join(escaped(relationship_type(one)) for one in NAMES)}]-(t:Term)
WHERE r.asserted AND r.predicate IN $names
RETURN DISTINCT t.iri AS iri"""
_STANDING: Final = """
UNWIND $rows AS row
MATCH (t:Term {key: row.key})
WHERE EXISTS { (t)-[r]->(:Term) WHERE r.asserted }
   OR EXISTS { (t)<-[r]-(:Term) WHERE r.asserted AND r.predicate <> $type }
RETURN row.i AS i, 1 AS n"""
_DEGREES: Final = """
UNWIND $rows AS row
MATCH (t:Term {key: row.key})
RETURN row.i AS i, COUNT { (t)-[r]->(:Term) WHERE r.asserted }
   + COUNT { (t)<-[r]-(:Term) WHERE r.asserted AND r.predicate <> $type } AS n"""


class Neo4jQuads:
    """One knowledge base in a Neo4j database: `QuadSource` in Cypher."""

    def __init__(self, connection: Connection, kb: str) -> None:
        self.connection = connection
        self.kb = kb
        self.place = connection.place
        self.turn = 0  # the number of our last turn to write, or of that under way
        self._copy = MemoryCopy(self, self.quads)

    def find(
        self,
        subject: IRI | BlankNode | None = None,
        predicate: IRI | None = None,
        object: Term | None = None,
        graph: IRI | None = None,
    ) -> Iterator[Triple]:
        """Yield the triples of one graph that have the given terms; graph None is the default graph."""
        if any(isinstance(term, BlankNode) for term in (subject, object)):
            return
        if graph == layout.META:
            found: Iterable[Triple] = self._settings(subject, predicate)
        elif graph is not None and layout.is_document_graph(graph):
            found = self._document_triples(graph)
        elif graph == layout.LABEL_KEYS and isinstance(object, Literal):
            found = self._label_keys(object)
        else:
            yield from self._edges(subject, predicate, object, graph)
            return
        for triple in found:
            if (
                subject in (None, triple.subject)
                and predicate in (None, triple.predicate)
                and object in (None, triple.object)
            ):
                yield triple

    def _settings(self, subject: Term | None, predicate: IRI | None) -> Iterator[Triple]:
        one = subject is not None and predicate is not None
        cypher = f"MATCH (n:Setting {{{'key: $key' if one else 'kb: $kb'}}}) RETURN n"
        key = setting_key(self.kb, subject.value, predicate.value) if subject and predicate else ""
        for row in self.connection.rows(cypher, kb=self.kb, key=key):
            node = row["n"]
            yield Triple(IRI(node["subject"]), IRI(node["predicate"]), parse_term(node["value"]))

    def _label_keys(self, key: Literal) -> Iterator[Triple]:
        """Yield that entities bear labels of this key."""
        found = self.connection.rows(
            _BEARERS, key=label_key(self.kb, key.value), names=[one.value for one in NAMES]
        )
        yield from (Triple(IRI(row["iri"]), layout.LABEL_KEY, key) for row in found)
        # Older programs kept an index as in the other stores, until the next refresh.
        yield from self._edges(None, layout.LABEL_KEY, key, layout.LABEL_KEYS)

    def _document_triples(self, graph: IRI) -> Iterator[Triple]:
        if document := neo4j_documents.read(self.connection, self.kb, graph):
            yield from encode(document)

    def _edges(
        self, subject: Term | None, predicate: IRI | None, object_: Term | None, graph: IRI | None
    ) -> Iterator[Triple]:
        """Yield relationships of terms as triples."""
        held = "r.asserted" if graph is None else "$graph IN r.graphs"
        if subject is predicate is object_ is None and graph not in layout.BOOKKEEPING_GRAPHS:
            value = graph.value if graph else None
            for triple, _ in scanned(self.connection, self.kb, wanted=held, graph=value):
                yield triple
            return
        start = "(s:Term {key: $s})" if subject else "(s:Term {kb: $kb})"
        if graph in layout.BOOKKEEPING_GRAPHS and predicate and not subject and not object_:
            start = "(s {kb: $kb})"  # few have this type: without a label, they are what is looked through
        end = "(o:Term {key: $o})" if object_ else "(o:Term)"
        # Types are for finding by predicate alone: a text of its own for each predicate takes planning.
        types = [
            escaped(relationship_type(predicate, asserted=one))
            for one in (True, False)
            if predicate and not subject and not object_
        ]
        cypher = f"MATCH {start}-[r{':' if types else ''}{'|'.join(types)}]->{end} WHERE {held}"
        cypher += " AND r.predicate = $p" if predicate else ""
        values = {
            "kb": self.kb,
            "s": key_of(self.kb, subject) if subject else None,
            "p": predicate.value if predicate else None,
            "o": key_of(self.kb, object_) if object_ else None,
            "graph": graph.value if graph else None,
        }
        yield from map(_triple, self.connection.rows(f"{cypher} RETURN {_TERMS}", **values))

    def everywhere(
        self,
        subject: IRI | BlankNode | None = None,
        predicate: IRI | None = None,
        object: Term | None = None,
    ) -> Iterator[tuple[Triple, IRI]]:
        """Yield the triples of the named graphs that are no documents' with the given terms."""
        start = "(s:Term {key: $s})" if subject else "(s:Term {kb: $kb})"
        end = "(o:Term {key: $o})" if object else "(o:Term)"
        wanted = " AND r.predicate = $p" if predicate else ""
        cypher = f"MATCH {start}-[r]->{end} WHERE size(r.graphs) > 0{wanted} RETURN "
        for row in self.connection.rows(
            f"{cypher}{_TERMS}, r.graphs AS g",
            kb=self.kb,
            s=key_of(self.kb, subject) if subject else None,
            p=predicate.value if predicate else None,
            o=key_of(self.kb, object) if object else None,
        ):
            yield from ((_triple(row), IRI(graph)) for graph in row["g"])

    def has(self, triple: Triple, graph: IRI | None = None) -> bool:
        """Whether a graph holds a triple."""
        return any(True for _ in self.find(triple.subject, triple.predicate, triple.object, graph))

    def present(self, triples: Iterable[Triple]) -> set[Triple]:
        """Return those of the triples that the default graph holds."""
        return {
            triple for triple, _ in self._of_each(triples, f"{_EACH_EDGE} AND r.asserted RETURN row.i AS i")
        }

    def copies(self, triples: Iterable[Triple]) -> Iterator[tuple[Triple, IRI]]:
        """Yield each of the triples with every named graph that holds it."""
        for chunk in _chunks(triples, _TOGETHER):
            asked = [
                (_EACH_EDGE + " UNWIND r.graphs AS g RETURN row.i AS i, g", chunk),
                (_EACH_MENTION + " RETURN row.i AS i, d.iri AS g", chunk),
                (_EACH_STATEMENT + " RETURN row.i AS i, n.document AS g", chunk),
            ]
            for cypher, some in asked:
                for triple, row in self._of_each(some, cypher):
                    yield triple, IRI(row["g"])

    def vouched(self, triples: Iterable[Triple], without: IRI | None, *, documents: bool) -> set[Triple]:
        """Return those that a support graph but `without` holds; `documents`: a document's graph."""
        edge = f"{_EACH_EDGE} AND any(g IN r.graphs WHERE {_IS_SUPPORT.format(graph='g')})"
        asked = [
            _EACH_MENTION + " AND coalesce(d.iri <> $without, true)",
            _EACH_STATEMENT + " WHERE coalesce(n.document <> $without, true)",
        ]
        values = {
            "without": without.value if without else None,
            "bookkeeping": sorted(graph.value for graph in layout.BOOKKEEPING_GRAPHS),
        }
        rest, found = set(triples), set[Triple]()
        for cypher in asked if documents else [edge, *asked]:
            rows = self._of_each(rest, f"{cypher} RETURN DISTINCT row.i AS i", **values)
            found |= {triple for triple, _ in rows}
            rest -= found
        return found

    def _of_each(
        self, triples: Iterable[Triple], cypher: str, **values: object
    ) -> Iterator[tuple[Triple, neo4j.Record]]:
        """Ask one thing of many triples: yield each that has an answer, with it."""
        statements, mentions = cypher.startswith(_EACH_STATEMENT), cypher.startswith(_EACH_MENTION)
        for chunk in _chunks(triples, _TOGETHER):
            rows = [
                row
                for number, triple in enumerate(chunk)
                if (row := self._row(number, triple, statements=statements, mentions=mentions))
            ]
            if rows:
                for record in self.connection.rows(cypher, rows=rows, type=TYPE.value, **values):
                    yield chunk[record["i"]], record

    def _row(self, number: int, triple: Triple, *, statements: bool, mentions: bool) -> Row | None:
        """Return what a question needs to know of a triple; None where it cannot concern it."""
        if statements:
            if triple.predicate != TYPE or triple.object != layout.STATEMENT_CLASS:
                return None
            return {"i": number, "name": neo4j_documents.statement_name(self.kb, IRI(triple.subject.value))}
        row = {"i": number, "s": key_of(self.kb, triple.subject)}
        if not mentions:
            return row | {"p": triple.predicate.value, "o": key_of(self.kb, triple.object)}
        if triple.predicate == TYPE and isinstance(triple.object, IRI) and triple.object in _KINDS:
            return row | {"kind": _KINDS[triple.object]}
        plain = isinstance(triple.object, Literal) and triple.object == Literal(triple.object.value)
        if triple.predicate in (LABEL, ALT_LABEL) and plain:
            return row | {"label" if triple.predicate == LABEL else "other": triple.object.value}
        return None

    def standing(self, ends: Iterable[IRI], without: Set[Triple] = frozenset()) -> set[IRI]:
        """Return those that are an end of a default-graph triple, the triples `without` not counted."""
        going = Counter(end for triple in without for end in ends_of(triple))
        found = set()
        for chunk in _chunks(ends, _TOGETHER):
            rows = [{"i": number, "key": key_of(self.kb, end)} for number, end in enumerate(chunk)]
            answer = self.connection.rows(_DEGREES if without else _STANDING, rows=rows, type=TYPE.value)
            found |= {chunk[row["i"]] for row in answer if row["n"] > going[chunk[row["i"]]]}
        return found

    def named_graphs(self) -> list[IRI]:
        """Return the named graphs that are no documents', empty ones included, then documents'."""
        found = []
        for label in ("Graph", "Document"):
            cypher = f"MATCH (n:{label} {{kb: $kb}}) RETURN n.iri AS iri"
            found += [IRI(row["iri"]) for row in self.connection.rows(cypher, kb=self.kb)]
        return found

    def bare(self) -> Iterator[Triple]:
        """Yield the default graph's triples that no graph holds but perhaps a document's."""
        for triple, _ in scanned(self.connection, self.kb, wanted="r.asserted AND size(r.graphs) = 0"):
            yield triple

    def name_blank_nodes(self) -> None:
        """Do nothing: Neo4j's nodes all have keys."""

    def tally(self) -> Tally:
        """Count the whole content anew."""
        return neo4j_tally(self.connection, self.kb)

    def quads(self) -> Iterator[Quad]:
        """Yield the whole content but for settings and the index of labels."""
        for triple, graphs in self._edges_of_all():
            yield from ((triple, graph) for graph in graphs if graph != layout.LABEL_KEYS)
        for graph in self.named_graphs():
            if layout.is_document_graph(graph):
                yield from ((triple, graph) for triple in self._document_triples(graph))

    def _edges_of_all(self) -> Iterator[tuple[Triple, list[IRI | None]]]:
        held = scanned(self.connection, self.kb, wanted="true", column="[r.asserted, r.graphs]")
        for triple, (asserted, named) in held:
            graphs: list[IRI | None] = [None] if asserted else []
            yield triple, graphs + [IRI(graph) for graph in named]

    def rows(self, sparql: str) -> Iterator[tuple[Term | None, ...]]:
        """Yield the rows of a SELECT query of our own."""
        return self._copy.current().rows(sparql)

    def query(self, sparql: str) -> QueryResult:
        """Answer a SPARQL query from a copy in memory, made anew when the content has changed."""
        return self._copy.current().query(sparql)

    def update(self, sparql: str) -> None:  # noqa: ARG002
        """Refuse: Neo4j has no SPARQL."""
        raise QueryError(f"{self.place} takes no SPARQL updates; write in Cypher, then call `kgfm refresh`.")

    def write(self, changes: Changes) -> None:
        """Carry out changes in the transaction under way."""
        apply(self.connection, self.kb, changes)

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Add many quads in chunks."""
        for chunk in _chunks(quads, _TOGETHER):
            graphs: dict[IRI | None, set[Triple]] = {}
            for quad in chunk:
                name = quad.graph_name
                graph = IRI(name.value) if isinstance(name, ox.NamedNode) else None
                graphs.setdefault(graph, set()).add(to_triple(quad))
            self._apart(Changes(0, inserted=graphs))

    def remove(self, triples: Iterable[Triple], graph: IRI) -> None:
        """Take triples out of a named graph."""
        for chunk in _chunks(triples, _TOGETHER):
            self._apart(Changes(0, deleted={graph: set(chunk)}))

    def clear(self, graph: IRI) -> None:
        """Empty a named graph that is no document's."""
        self._apart(Changes(0, dropped=(graph,)))

    def index_labels(self, named: Iterable[Triple]) -> None:
        """Let entities be found by these triples that name them, and by no others."""
        self.clear(layout.LABEL_KEYS)  # where an older program kept the index
        for chunk in _chunks(named, _TOGETHER):
            self._apart(Changes(0, inserted={None: set(chunk)}))

    def _apart(self, changes: Changes) -> None:
        self.in_turn(lambda: self.write(changes))

    def in_turn(self, work: Callable[[], T]) -> T:
        """Carry out work in one transaction, while all other writers of this knowledge base wait."""
        if self.connection.in_transaction:
            return work()

        def locked() -> T:
            for row in self.connection.rows(_TAKE_TURN, key=hashed(self.kb, "turn"), kb=self.kb):
                self.turn = row["turn"]
            return work()

        return self.connection.transact(locked)


def neo4j_tally(connection: Connection, kb: str) -> Tally:
    """Count documents, statements, triples and entities."""
    tally = Tally()
    edges = "MATCH (s:Term {kb: $kb})-[r]->(o:Term) WHERE r.asserted"
    for row in connection.rows(f"{edges} RETURN r.predicate AS p, count(*) AS n", kb=kb):
        tally.by_relation[IRI(row["p"])] = row["n"]
    tally.triples = sum(tally.by_relation.values())
    typed = f"{edges} AND r.predicate = $type AND o.iri IS NOT NULL RETURN o.iri AS c, count(*) AS n"
    for row in connection.rows(typed, kb=kb, type=TYPE.value):
        tally.by_type[IRI(row["c"])] = row["n"]
    ends = """
MATCH (t:Term {kb: $kb}) WHERE t.iri IS NOT NULL AND (EXISTS { (t)-[r]->(:Term) WHERE r.asserted }
   OR EXISTS { (t)<-[r]-(:Term) WHERE r.asserted AND r.predicate <> $type }) RETURN count(*) AS n"""
    tally.entities = sum(row["n"] for row in connection.rows(ends, kb=kb, type=TYPE.value))
    said = """
MATCH (d:Document {kb: $kb}) OPTIONAL MATCH (d)<-[:IN]-(n:Statement)
RETURN d.origin AS origin, count(DISTINCT d) AS documents, count(n) AS statements"""
    for row in connection.rows(said, kb=kb):
        tally.documents += row["documents"]
        tally.statements += row["statements"]
        tally.by_source[row["origin"]] += row["statements"]
    held = "MATCH (s:Term {kb: $kb})-[r]->(:Term) UNWIND r.graphs AS g RETURN g, count(*) AS n"
    for row in connection.rows(held, kb=kb):
        if layout.is_support_graph(IRI(row["g"])):
            tally.by_source[row["g"]] += row["n"]
    return tally


def _triple(row: neo4j.Record) -> Triple:
    """Return the triple of a row that begins with _TERMS."""
    # By place, not by name, which takes longer.
    subject, predicate, object_, value, datatype, language = row[:6]
    end = IRI(object_) if object_ is not None else Literal(value, datatype, language)
    return Triple(IRI(subject), IRI(predicate), end)


def _chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk
