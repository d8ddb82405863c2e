"""Many triples into Neo4j at once: what is known to be new is created unlooked-for.

Where no relationship leaves a subject's node, or it has none yet, none of its triples can be there, and its
labels and names are those that the batch gives it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from kgfm.kg import IRI, Literal, Term, Triple
from kgfm.kg.namespaces import TYPE
from kgfm.kg.oxigraph_terms import to_iri_node
from kgfm.stores.neo4j_connection import Connection
from kgfm.stores.neo4j_names import (
    TELLING,
    class_label,
    hashed,
    label_key,
    names_of,
    properties,
    relationship_type,
    triple_digest,
)
from kgfm.stores.oxigraph_transaction import NAMES

Edge = tuple[int, int, int]  # the numbers of subject, predicate and object in their batch

_KNOWN: Final = """
UNWIND range(0, size($keys) - 1) AS i
MATCH (t:Term {key: $keys[i]})
RETURN collect([i, EXISTS { (t)-->() }]) AS known"""
# `subjects` and `objects` hold numbers of nodes: IRIs that come, then literals that come, then what is there.
# `relations` holds those of the predicates between them among `predicates`: [type, IRI].
_CREATE: Final = """
CALL () {
  UNWIND $iris AS row
  CREATE (t:Term:$(row[5]) {
    key: row[0], kb: $kb, label_key: row[1], iri: row[2], name: row[3], aliases: row[4]})
  RETURN collect(t) AS iris }
CALL () {
  UNWIND $literals AS row
  CREATE (t:Term:Literal {
    key: row[0], kb: $kb, label_key: row[1], value: row[2], datatype: row[3], language: row[4]})
  RETURN collect(t) AS literals }
CALL () { UNWIND $there AS key MATCH (t:Term {key: key}) RETURN collect(t) AS there }
WITH iris + literals + there AS nodes
CALL (nodes) { UNWIND $called AS row WITH nodes[row[0]] AS t, row SET t.label_key = row[1] }
CALL (nodes) {
  UNWIND $told AS row
  WITH nodes[row[0]] AS t, row
  SET t.name = row[1], t.aliases = row[2], t:$(row[3]) }
UNWIND range(0, size($subjects) - 1) AS i
WITH nodes[$subjects[i]] AS s, nodes[$objects[i]] AS o, $predicates[$relations[i]] AS predicate
CREATE (s)-[:$(predicate[0]) {
  predicate: predicate[1], asserted: true, graphs: $graphs, confidence: 1.0}]->(o)"""


@dataclass(frozen=True, slots=True)
class Batch:
    """Distinct triples of one graph, made of terms and predicates by number."""

    terms: list[Term]
    keys: list[str]  # of the terms' nodes
    predicates: list[IRI]
    edges: dict[Edge, Triple]
    digests: list[bytes]  # of the edges
    label_keys: dict[int, str]  # by what labels among the terms are found

    @classmethod
    def of(cls, kb: str, triples: Iterable[Triple]) -> Self:
        """Number what the triples are made of."""
        terms: dict[Term, int] = {}
        predicates: dict[IRI, int] = {}
        edges: dict[Edge, Triple] = {}
        for triple in triples:
            subject = terms.setdefault(triple.subject, len(terms))
            predicate = predicates.setdefault(triple.predicate, len(predicates))
            object_ = terms.setdefault(triple.object, len(terms))
            edges[subject, predicate, object_] = triple
        keys = [hashed(kb, str(term)) for term in terms]
        names = [one.value for one in predicates]
        digests = [triple_digest(keys[s], names[p], keys[o]) for s, p, o in edges]
        naming = {number for one, number in predicates.items() if one in NAMES}
        called = {edge[2]: edges[edge].object for edge in edges if edge[1] in naming}
        label_keys = {number: label_key(kb, label.value) for number, label in called.items()}
        return cls(list(terms), keys, list(predicates), edges, digests, label_keys)

    def telling(self) -> set[int]:
        """Return the numbers of those predicates that a node's labels and names follow."""
        return {number for number, one in enumerate(self.predicates) if one in TELLING}


def known(connection: Connection, batch: Batch) -> dict[int, bool]:
    """Return the numbers of those terms of a batch that have nodes, and whether relationships leave these."""
    rows = connection.rows(_KNOWN, keys=batch.keys)
    return {number: leaves for row in rows for number, leaves in row["known"]}


def creation(
    kb: str, graph: IRI, batch: Batch, new: Iterable[Edge], there: Mapping[int, bool]
) -> tuple[dict[str, Any], list[Triple]]:
    """Return what `create` needs to write triples of a batch that are new, and those that it cannot write.

    `there` is what `known` returns. What would change the labels or names that a node has is left.
    """
    fresh: list[Edge] = []
    left: list[Triple] = []
    telling = batch.telling()
    for edge in new:
        if edge[1] in telling and there.get(edge[0]):
            left.append(batch.edges[edge])
        else:
            fresh.append(edge)
    nodes, places = _nodes(batch, fresh, there)
    values = {
        **nodes,
        "kb": kb,
        "subjects": [places[edge[0]] for edge in fresh],
        "relations": [edge[1] for edge in fresh],
        "objects": [places[edge[2]] for edge in fresh],
        "predicates": [[relationship_type(one), to_iri_node(one).value] for one in batch.predicates],
        "graphs": [graph.value],
    }
    return values, left


def create(connection: Connection, values: dict[str, Any]) -> None:
    """Write what `creation` returned, in the transaction under way."""
    if values["subjects"]:
        connection.run(_CREATE, **values)


def _nodes(
    batch: Batch, edges: list[Edge], known: Mapping[int, bool]
) -> tuple[dict[str, list[Any]], dict[int, int]]:
    """Return the rows of all nodes that edges need, and the place that each term's node has among them."""
    wanted = dict.fromkeys(end for subject, _, object_ in edges for end in (subject, object_))
    there = [number for number in wanted if number in known]
    comes = [number for number in wanted if number not in known]
    literals = [number for number in comes if isinstance(batch.terms[number], Literal)]
    iris = [number for number in comes if not isinstance(batch.terms[number], Literal)]
    places = {number: place for place, number in enumerate(iris + literals + there)}
    told = _told(batch, edges)

    def row(number: int) -> list[Any]:
        return [batch.keys[number], batch.label_keys.get(number), *properties(batch.terms[number])]

    rows: dict[str, list[Any]] = {
        "iris": [row(number) + told.get(number, [None, None, []]) for number in iris],
        "literals": [row(number) for number in literals],
        "there": [batch.keys[number] for number in there],
        "called": [[places[one], batch.label_keys[one]] for one in there if one in batch.label_keys],
        "told": [[places[one], *told[one]] for one in there if one in told],
    }
    return rows, places


def _told(batch: Batch, edges: Iterable[Edge]) -> dict[int, list[Any]]:
    """Return the name, aliases and labels of each node that gets some."""
    said: dict[int, list[Triple]] = defaultdict(list)
    telling = batch.telling()
    for edge in edges:
        if edge[1] in telling:
            said[edge[0]].append(batch.edges[edge])
    return {
        subject: [
            *names_of((one.predicate, one.object) for one in triples),
            [
                class_label(one.object)
                for one in triples
                if one.predicate == TYPE and isinstance(one.object, IRI)
            ],
        ]
        for subject, triples in said.items()
    }
