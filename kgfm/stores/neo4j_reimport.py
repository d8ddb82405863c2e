"""What a graph in Neo4j holds of a file that is imported again: asked in bulk, answered in a few bytes."""

from collections.abc import Sequence
from typing import Final

from kgfm.kg import IRI, Triple
from kgfm.kg.oxigraph_terms import to_iri_node
from kgfm.stores.neo4j_connection import Connection
from kgfm.stores.neo4j_names import hashed, key_of
from kgfm.stores.projection import MergeTable

# A row holds two keys, the number of its predicate, and whether the triple must stand in the default graph.
_HELD: Final = """
UNWIND range(0, size($rows) - 1) AS i
WITH i, $rows[i] AS row
MATCH (s:Term {key: row[0]}) MATCH (o:Term {key: row[1]})
MATCH (s)-[r]->(o)
WHERE r.predicate = $predicates[row[2]] AND $graph IN r.graphs AND (r.asserted OR NOT row[3])
RETURN collect(i) AS held"""
_COUNT: Final = "MATCH (s:Term {kb: $kb})-[r]->(:Term) WHERE $graph IN r.graphs RETURN count(r) AS n"


def missing(
    connection: Connection, kb: str, graph: IRI, triples: Sequence[Triple], table: MergeTable
) -> list[Triple]:
    """Return those of the triples that the graph does not hold, or that do not stand where they must."""
    numbers: dict[IRI, int] = {}
    rows = [
        [
            key_of(kb, one.subject),
            key_of(kb, one.object),
            numbers.setdefault(one.predicate, len(numbers)),
            table.project(one) == one,
        ]
        for one in triples
    ]
    predicates = [to_iri_node(one).value for one in numbers]
    values = {"rows": rows, "predicates": predicates, "graph": graph.value}
    held = {number for row in connection.rows(_HELD, **values) for number in row["held"]}
    return [one for number, one in enumerate(triples) if number not in held]


def held_count(connection: Connection, kb: str, graph: IRI) -> int:
    """Return how many triples a graph holds."""
    return sum(row["n"] for row in connection.rows(_COUNT, kb=kb, graph=graph.value))


def digest(kb: str, triple: Triple) -> bytes:
    """Return 16 bytes that stand for a triple."""
    return bytes.fromhex(
        hashed(key_of(kb, triple.subject), triple.predicate.value, key_of(kb, triple.object))
    )
