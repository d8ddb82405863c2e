"""Many triples into Neo4j at once: what is said of a subject for the first time is created unlooked-for.

A subject is fresh where it is no node yet, or one that no relationship leaves: then none of its triples
can be there, and its labels and names are those that the batch gives it. Others take the longer way.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Any, Final, Self

from kgfm.kg import IRI, Literal, Term, Triple
from kgfm.kg.namespaces import TYPE
from kgfm.kg.oxigraph_terms import to_iri_node
from kgfm.stores import layout
from kgfm.stores.neo4j_changes import register_graphs
from kgfm.stores.neo4j_connection import Connection
from kgfm.stores.neo4j_names import TELLING, class_label, hashed, names_of, properties, relationship_type
from kgfm.stores.oxigraph_transaction import NAMES

Edge = tuple[int, int, int]  # the numbers of subject, predicate and object in their batch

_KNOWN: Final = """
UNWIND range(0, size($keys) - 1) AS i
MATCH (t:Term {key: $keys[i]})
RETURN collect([i, EXISTS { (t)-->() }]) AS known"""
# `edges` holds numbers of nodes (IRIs that come, then literals that come, then what is there), of a
# predicate among `predicates` ([type, IRI]), whether it is asserted, and of its graph.
_CREATE: Final = """
CALL () {
  UNWIND $iris AS row CREATE (t:Term {key: row[0], kb: $kb, iri: row[1]}) RETURN collect(t) AS iris }
CALL () {
  UNWIND $literals AS row
  CREATE (t:Term:Literal {key: row[0], kb: $kb, value: row[1], datatype: row[2], language: row[3]})
  RETURN collect(t) AS literals }
CALL () { UNWIND $there AS key MATCH (t:Term {key: key}) RETURN collect(t) AS there }
WITH iris + literals + there AS nodes
CALL (nodes) {
  UNWIND $told AS row
  WITH nodes[row[0]] AS t, row
  SET t.name = row[1], t.aliases = row[2], t:$(row[3]) }
UNWIND $edges AS row
WITH nodes[row[0]] AS s, nodes[row[1]] AS o, $predicates[row[2]] AS predicate, $graphs[row[3]] AS graphs
CREATE (s)-[:$(predicate[0]) {
  predicate: predicate[1], asserted: predicate[2], graphs: graphs, confidence: 1.0}]->(o)"""


@dataclass(frozen=True, slots=True)
class Batch:
    """Distinct triples of one graph and their labels' keys, made of terms and predicates by number."""

    terms: list[Term]
    keys: list[str]  # of the terms' nodes
    predicates: list[IRI]
    edges: dict[Edge, Triple]
    label_keys: set[Edge]

    @classmethod
    def of(cls, kb: str, triples: Iterable[Triple]) -> Self:
        """Number what the triples are made of."""
        terms: dict[Term, int] = {}
        predicates: dict[IRI, int] = {}
        edges, label_keys = {}, set()
        for triple in triples:
            subject = terms.setdefault(triple.subject, len(terms))
            predicate = predicates.setdefault(triple.predicate, len(predicates))
            edges[subject, predicate, terms.setdefault(triple.object, len(terms))] = triple
            if triple.predicate in NAMES:
                key = Literal(layout.label_key(triple.object.value))
                predicate = predicates.setdefault(layout.LABEL_KEY, len(predicates))
                label_keys.add((subject, predicate, terms.setdefault(key, len(terms))))
        keys = [hashed(kb, str(term)) for term in terms]
        return cls(list(terms), keys, list(predicates), edges, label_keys)


def create(connection: Connection, kb: str, graph: IRI, batch: Batch) -> list[Triple]:
    """Write what a batch says of fresh subjects, in the transaction under way; return the other triples."""
    known = {
        number: leaves for row in connection.rows(_KNOWN, keys=batch.keys) for number, leaves in row["known"]
    }
    fresh = [edge for edge in batch.edges if not known.get(edge[0])]
    label_keys = [edge for edge in batch.label_keys if not known.get(edge[0])]
    if fresh:
        register_graphs(connection, kb, [graph.value, *([layout.LABEL_KEYS.value] if label_keys else [])])
        nodes, places = _nodes(batch, {end for edge in fresh + label_keys for end in edge[::2]}, known)
        predicates = [
            [relationship_type(one, asserted=asserted), to_iri_node(one).value, asserted]
            for asserted in (True, False)
            for one in batch.predicates
        ]
        beyond = len(batch.predicates)
        edges = [[places[s], places[o], p, 0] for s, p, o in fresh]
        edges += [[places[s], places[o], beyond + p, 1] for s, p, o in label_keys]
        connection.run(
            _CREATE,
            **nodes,
            kb=kb,
            told=_told(batch, fresh, places),
            edges=edges,
            predicates=predicates,
            graphs=[[graph.value], [layout.LABEL_KEYS.value]],
        )
    return [triple for edge, triple in batch.edges.items() if known.get(edge[0])]


def _nodes(
    batch: Batch, wanted: Set[int], known: Mapping[int, bool]
) -> tuple[dict[str, list[Any]], dict[int, int]]:
    """Return the rows of all nodes that edges need, and the place that each term's node has among them."""
    there = [number for number in wanted if number in known]
    comes = [number for number in wanted if number not in known]
    literals = [number for number in comes if isinstance(batch.terms[number], Literal)]
    iris = [number for number in comes if not isinstance(batch.terms[number], Literal)]
    nodes: dict[str, list[Any]] = {
        name: [[batch.keys[number], *properties(batch.terms[number])] for number in numbers]
        for name, numbers in (("iris", iris), ("literals", literals))
    }
    nodes["there"] = [batch.keys[number] for number in there]
    return nodes, {number: place for place, number in enumerate(iris + literals + there)}


def _told(batch: Batch, edges: Iterable[Edge], places: Mapping[int, int]) -> list[list[Any]]:
    """Return the place, name, aliases and labels of each node that gets some."""
    said: dict[int, list[Triple]] = defaultdict(list)
    for edge in edges:
        if batch.predicates[edge[1]] in TELLING:
            said[edge[0]].append(batch.edges[edge])
    return [
        [
            places[subject],
            *names_of((one.predicate, one.object) for one in triples),
            [
                class_label(one.object)
                for one in triples
                if one.predicate == TYPE and isinstance(one.object, IRI)
            ],
        ]
        for subject, triples in said.items()
    ]
