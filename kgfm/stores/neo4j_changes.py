"""Writing to Neo4j: one write's changes as batches of Cypher, all in the transaction under way."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import prod
from typing import Final

from kgfm.kg import IRI, BlankNode, Literal, Term, Triple, statement_iri
from kgfm.kg.namespaces import TYPE
from kgfm.kg.oxigraph_terms import to_iri_node
from kgfm.stores import layout, neo4j_documents
from kgfm.stores.neo4j_connection import Connection, Row
from kgfm.stores.neo4j_names import (
    TELLING,
    class_label,
    escaped,
    graph_key,
    key_of,
    label_key,
    names_of,
    properties,
    relationship_type,
    setting_key,
)
from kgfm.stores.oxigraph_transaction import NAMES
from kgfm.stores.projection import MergeTable
from kgfm.stores.provenance import decode
from kgfm.stores.quad_source import Changes

_FOUND: Final = """
UNWIND $rows AS row
MATCH (s:Term {key: row.s})-[r]->(o:Term {key: row.o}) WHERE r.predicate = row.p"""
_MERGE_TERMS: Final = """
UNWIND $rows AS row MERGE (t:Term {key: row[0]}) ON CREATE SET t.kb = $kb, t.iri = row[1]"""
_MERGE_LITERALS: Final = """
UNWIND $rows AS row MERGE (t:Term {key: row[0]})
ON CREATE SET t:Literal, t.kb = $kb, t.value = row[1], t.datatype = row[2], t.language = row[3]"""
_ENDS: Final = "UNWIND $rows AS row MATCH (s:Term {key: row.s}) MATCH (o:Term {key: row.o}) "
_REGISTER: Final = """
UNWIND $rows AS row MERGE (g:Graph {key: row[0]}) ON CREATE SET g.kb = $kb, g.iri = row[1]"""
# A row holds two keys and the number of its predicate among $predicates: [type, IRI].
_ASSERTED_ENDS: Final = """
UNWIND $rows AS row
WITH row, $predicates[row[2]] AS predicate
MATCH (s:Term {key: row[0]}) MATCH (o:Term {key: row[1]}) """
_ASSERT: Final = (
    _ASSERTED_ENDS
    + """
MERGE (s)-[r:$(predicate[0]) {predicate: predicate[1]}]->(o)
ON CREATE SET r.asserted = true, r.graphs = $graphs, r.confidence = 1.0
ON MATCH SET r.graphs = r.graphs + [graph IN $graphs WHERE NOT graph IN r.graphs],
  r.confidence = CASE WHEN $plain THEN 1.0 ELSE r.confidence END"""
)
# What only graphs carried until now goes; its graphs go over to what is asserted.
_TAKE_OVER: Final = (
    _ASSERTED_ENDS
    + """
MATCH (s)-[old]->(o) WHERE old.predicate = predicate[1] AND NOT old.asserted
MATCH (s)-[r]->(o) WHERE r.predicate = predicate[1] AND r.asserted
SET r.graphs = r.graphs + [graph IN old.graphs WHERE NOT graph IN r.graphs]
DELETE old"""
)
_CREATE: Final = (
    _ENDS
    + """
CREATE (s)-[r:$(row.type)]->(o)
SET r.predicate = row.p, r.asserted = row.asserted, r.graphs = row.graphs, r.confidence = 1.0"""
)
_CALL: Final = "UNWIND $rows AS row MATCH (t:Term {key: row[0]}) SET t.label_key = row[1]"
_RELABEL: Final = """
UNWIND $rows AS row MATCH (t:Term {key: row.key}) SET t:$(row.comes) REMOVE t:$(row.goes)"""
_DESCRIBED: Final = f"""
UNWIND $keys AS key
MATCH (t:Term {{key: key}})
OPTIONAL MATCH (t)-[r:{"|".join(escaped(relationship_type(one)) for one in TELLING)}]->(o:Term)
WHERE r.asserted AND r.predicate IN $predicates
RETURN key, labels(t) AS labels, collect([r.predicate, o.iri, o.value, o.language]) AS said"""
_NAME: Final = """
UNWIND $rows AS row MATCH (t:Term {key: row.key}) SET t.name = row.name, t.aliases = row.aliases"""
_DOUBTS: Final = """
UNWIND $rows AS row
UNWIND row.names AS name
MATCH (n:Statement {name: name})
RETURN row.i AS i, collect(n.confidence) AS confidences, collect(DISTINCT n.document) AS documents"""
_DESCRIBE: Final = (
    _FOUND
    + f""" AND r.asserted
SET r.documents = row.documents,
    r.confidence =
      CASE WHEN any(g IN r.graphs WHERE NOT g IN $keys AND NOT g STARTS WITH '{layout.ONTOLOGIES}')
      THEN 1.0 ELSE row.confidence END"""
)
_STAY: Final = (
    _FOUND + " SET r.graphs = row.graphs, r.confidence = CASE WHEN row.plain THEN 1.0 ELSE r.confidence END"
)
_DELETE_LONELY: Final = "UNWIND $keys AS key MATCH (t:Term {key: key}) WHERE NOT EXISTS { (t)--() } DELETE t"


@dataclass(slots=True)
class _Edge:
    """What becomes of one relationship."""

    joins: set[str] = field(default_factory=set)  # graphs that hold it from now on
    leaves: set[str] = field(default_factory=set)
    asserted: bool | None = None  # None leaves it


def apply(connection: Connection, kb: str, changes: Changes) -> None:
    """Carry out a write."""
    _Writing(connection, kb).carry_out(changes)


def register_graphs(connection: Connection, kb: str, graphs: Iterable[str]) -> None:
    """Note that relationships are in these graphs, in the transaction under way."""
    if rows := [[graph_key(kb, graph), graph] for graph in graphs]:
        connection.run(_REGISTER, rows=rows, kb=kb)


class _Writing:
    def __init__(self, connection: Connection, kb: str) -> None:
        self._connection = connection
        self._kb = kb
        self._lonely: set[str] = set()  # keys of terms that lost a relationship

    def carry_out(self, changes: Changes) -> None:
        documents = [
            decode(triples)
            for graph, triples in changes.inserted.items()
            if graph is not None and layout.is_document_graph(graph) and triples
        ]
        for graph in changes.dropped:
            if layout.is_document_graph(graph):
                self._lonely |= neo4j_documents.delete(self._connection, self._kb, graph)
        edges = self._edges(changes)
        terms = {
            end for triple, edge in edges.items() if edge.joins or edge.asserted for end in _ends(triple)
        }
        self._add_terms(terms.union(*map(neo4j_documents.named_terms, documents)))
        for document in documents:
            neo4j_documents.create(self._connection, self._kb, document)
        items = list(edges.items())
        self._assert_edges([item for item in items if item[1].asserted and not item[1].leaves])
        self._change_edges([item for item in items if not item[1].asserted or item[1].leaves])
        self._call(changes.inserted.get(None, set()))
        self._change_settings(changes)
        self._name_terms(changes)
        self._describe(changes)
        self._run(_DELETE_LONELY, keys=sorted(self._lonely))

    def _run(self, cypher: str, **values: "list[Row] | list[list[str]] | list[str]") -> None:
        if all(values.values()):
            self._connection.run(cypher, **values)

    def _edges(self, changes: Changes) -> dict[Triple, _Edge]:
        edges: dict[Triple, _Edge] = defaultdict(_Edge)
        for graph in changes.dropped:
            for triple in self._held_by(graph):
                edges[triple].leaves.add(graph.value)
        for graphs, comes in ((changes.deleted, False), (changes.inserted, True)):
            for name, triples in graphs.items():
                if name == layout.META or (name is not None and layout.is_document_graph(name)):
                    continue
                if name == layout.LABEL_KEYS and comes:
                    continue  # the labels' nodes have them
                for triple in triples:
                    edge = edges[triple]
                    if name is None:
                        edge.asserted = comes
                    elif comes:
                        edge.joins.add(name.value)
                    else:
                        edge.leaves.add(name.value)
        joined = sorted({graph for edge in edges.values() for graph in edge.joins})
        register_graphs(self._connection, self._kb, joined)
        return edges

    def _held_by(self, graph: IRI) -> Iterator[Triple]:
        if layout.is_document_graph(graph):
            return
        cypher = "MATCH (s:Term {kb: $kb})-[r]->(o:Term) WHERE $graph IN r.graphs RETURN "
        cypher += "s.iri AS s, r.predicate AS p, o.iri AS o, o.value AS v, o.datatype AS d, o.language AS l"
        for row in list(self._connection.rows(cypher, kb=self._kb, graph=graph.value)):
            object_ = IRI(row["o"]) if row["o"] is not None else Literal(row["v"], row["d"], row["l"])
            yield Triple(IRI(row["s"]), IRI(row["p"]), object_)

    def _add_terms(self, terms: set[Term]) -> None:
        rows: dict[str, list[list[str]]] = {_MERGE_TERMS: [], _MERGE_LITERALS: []}
        for term in terms:
            row = [key_of(self._kb, term), *properties(term)]
            rows[_MERGE_LITERALS if isinstance(term, Literal) else _MERGE_TERMS].append(row)
        for cypher, some in rows.items():
            if some:
                self._connection.run(cypher, rows=some, kb=self._kb)

    def _assert_edges(self, edges: list[tuple[Triple, _Edge]]) -> None:
        """Let triples stand in the default graph: in one pass, for these are most of all that is written."""
        numbers: dict[IRI, int] = {}
        groups: dict[tuple[str, ...], list[list[str | int]]] = defaultdict(list)
        for triple, edge in edges:
            number = numbers.setdefault(triple.predicate, len(numbers))
            start, end = (key_of(self._kb, one) for one in _ends(triple))
            groups[tuple(sorted(edge.joins))].append([start, end, number])
        predicates = [[relationship_type(one), to_iri_node(one).value] for one in numbers]
        alone = self._some_stand_alone() or layout.LABEL_KEY in numbers  # older programs' index of labels
        for graphs, rows in groups.items():
            for cypher in (_ASSERT, _TAKE_OVER) if alone else (_ASSERT,):
                self._connection.run(cypher, rows=rows, predicates=predicates, **_graphs(graphs))

    def _some_stand_alone(self) -> bool:
        """Whether triples may be in graphs that do not stand in the default graph, but for keys of labels."""
        graphs = self._connection.rows("MATCH (g:Graph {kb: $kb}) RETURN g.iri AS iri", kb=self._kb)
        found = {IRI(row["iri"]) for row in graphs} - {layout.LABEL_KEYS}
        return not all(map(layout.is_support_graph, found))

    def _change_edges(self, edges: list[tuple[Triple, _Edge]]) -> None:
        rows = [self._row(triple) | {"i": number} for number, (triple, _) in enumerate(edges)]
        found = self._connection.rows(
            f"{_FOUND} RETURN row.i AS i, r.asserted AS asserted, r.graphs AS graphs", rows=rows
        )
        states = (
            {one["i"]: (bool(one["asserted"]), frozenset(one["graphs"])) for one in found} if rows else {}
        )
        goes: list[Row] = []
        stays: list[Row] = []
        comes: list[Row] = []
        for number, row in enumerate(rows):
            triple, edge = edges[number]
            before = states.get(number, (False, frozenset()))
            asserted = before[0] if edge.asserted is None else edge.asserted
            graphs = (before[1] - edge.leaves) | edge.joins
            after = row | {"asserted": asserted} | _graphs(graphs)
            if number in states and (asserted != before[0] or not (asserted or graphs)):
                goes.append(row)
                self._lonely |= {row["s"], row["o"]}
            elif number in states:
                stays.append(after)
                continue
            if asserted or graphs:
                comes.append(after | {"type": relationship_type(triple.predicate, asserted=asserted)})
        self._run(f"{_FOUND} DELETE r", rows=goes)
        self._run(_STAY, rows=stays)
        self._run(_CREATE, rows=comes)

    def _row(self, triple: Triple) -> Row:
        return {
            "s": key_of(self._kb, triple.subject),
            "p": triple.predicate.value,
            "o": key_of(self._kb, triple.object),
        }

    def _change_settings(self, changes: Changes) -> None:
        gone, come = changes.deleted.get(layout.META, set()), changes.inserted.get(layout.META, set())
        rows = [
            {
                "key": setting_key(self._kb, one.subject.value, one.predicate.value),
                "kb": self._kb,
                "subject": one.subject.value,
                "predicate": one.predicate.value,
                "value": str(one.object),
            }
            for one in come
        ]
        kept = {row["key"] for row in rows}
        keys = sorted({setting_key(self._kb, one.subject.value, one.predicate.value) for one in gone} - kept)
        self._run("UNWIND $keys AS key MATCH (n:Setting {key: key}) DELETE n", keys=keys)
        self._run("UNWIND $rows AS row MERGE (n:Setting {key: row.key}) SET n = row", rows=rows)

    def _call(self, triples: Iterable[Triple]) -> None:
        """Let labels be found whose triples come into the default graph."""
        labels = {one.object for one in triples if one.predicate in NAMES}
        rows = [[key_of(self._kb, label), label_key(self._kb, label.value)] for label in labels]
        self._run(_CALL, rows=rows)

    def _name_terms(self, changes: Changes) -> None:
        """Let labels and names of nodes follow rdf:type and the labels of the default graph."""
        changed = changes.deleted.get(None, set()) | changes.inserted.get(None, set())
        keys = sorted({key_of(self._kb, one.subject) for one in changed if one.predicate in TELLING})
        if not keys:
            return
        predicates = [one.value for one in TELLING]
        lost: dict[str, set[str]] = defaultdict(set)
        for one in changes.deleted.get(None, ()):
            if one.predicate == TYPE and isinstance(one.object, IRI):
                lost[key_of(self._kb, one.subject)].add(class_label(one.object))
        names: list[Row] = []
        labels: list[Row] = []
        for row in list(self._connection.rows(_DESCRIBED, keys=keys, predicates=predicates)):
            said = [(IRI(one[0]), *one[1:]) for one in row["said"] if one[0] is not None]
            classes = {class_label(IRI(iri)) for predicate, iri, _, _ in said if predicate == TYPE and iri}
            comes, goes = classes - set(row["labels"]), lost[row["key"]] - classes
            if comes or goes:
                labels.append({"key": row["key"], "comes": sorted(comes), "goes": sorted(goes)})
            name, aliases = names_of(
                (predicate, Literal(text, "", language)) for predicate, _, text, language in said if text
            )
            names.append({"key": row["key"], "name": name, "aliases": aliases})
        self._run(_NAME, rows=names)
        self._run(_RELABEL, rows=labels)

    def _describe(self, changes: Changes) -> None:
        """Write on each relationship which documents say it, and how sure that makes it."""
        rows = [
            self._row(one) | {"i": number, "names": list(self._statement_names(one, changes.table))}
            for number, one in enumerate(changes.concerned)
        ]
        said = {row["i"]: row for row in self._connection.rows(_DOUBTS, rows=rows)} if rows else {}
        for row in rows:
            found = said.get(row["i"])
            doubts = [1.0 - confidence for confidence in found["confidences"]] if found else [0.0]
            row["confidence"] = 1.0 - prod(doubts)
            row["documents"] = sorted(found["documents"]) if found else None
        # What no document says has been so all along, unless documents went or names changed.
        if not changes.dropped and layout.MERGES not in changes.inserted.keys() | changes.deleted.keys():
            rows = [row for row in rows if row["i"] in said]
        self._run(_DESCRIBE, rows=rows, keys=sorted(graph.value for graph in layout.BOOKKEEPING_GRAPHS))

    def _statement_names(self, triple: Triple, table: MergeTable) -> Iterator[str]:
        for origin in table.origins(triple):
            if isinstance(origin.subject, IRI) and not isinstance(origin.object, BlankNode):
                node = statement_iri(origin.subject, origin.predicate, origin.object)
                yield neo4j_documents.statement_name(self._kb, node)


def _graphs(graphs: Iterable[str]) -> Row:
    """Return the graphs that hold a relationship, and whether one of them vouches for it."""
    held = sorted(graphs)
    return {"graphs": held, "plain": any(layout.is_support_graph(IRI(graph)) for graph in held)}


def _ends(triple: Triple) -> tuple[Term, Term]:
    return triple.subject, triple.object
