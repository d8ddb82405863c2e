"""A property graph in Neo4j that kgfm did not write, as triples; `kg/property_graph.py` says how.

Whatever bears one of kgfm's own labels and a `kb` is passed over: that is a knowledge base already.
"""

from collections.abc import Iterator
from typing import Final

from kgfm.kg import IRI, Triple
from kgfm.kg.property_graph import node_iri, node_triples, relationship_triples
from kgfm.stores.neo4j_connection import Address, Connection, credentials
from kgfm.stores.neo4j_names import OWN_LABELS

_NODES: Final = """
MATCH (n) WHERE n.kb IS NULL OR NOT any(label IN labels(n) WHERE label IN $own)
RETURN elementId(n) AS id, labels(n) AS labels, properties(n) AS said"""
_RELATIONSHIPS: Final = """
MATCH (s)-[r]->(o)
WHERE (s.kb IS NULL OR NOT any(label IN labels(s) WHERE label IN $own))
  AND (o.kb IS NULL OR NOT any(label IN labels(o) WHERE label IN $own))
RETURN elementId(s) AS s, elementId(o) AS o, type(r) AS type, properties(r) AS said"""


def foreign_triples(name: str) -> Iterator[Triple]:
    """Yield what a Neo4j database says; keeps the names of its nodes in memory.

    A node without `iri` or `uri` is named by its element id, which Neo4j keeps as long as the node
    exists. Raises ConfigError where `name` is no address, StoreError where the server is away.
    """
    connection = Connection(Address.of(name), credentials())
    own = sorted(OWN_LABELS)
    names: dict[str, IRI] = {}
    try:
        for row in connection.rows(_NODES, own=own):
            node = names[row["id"]] = node_iri(row["id"], row["said"])
            yield from node_triples(node, sorted(row["labels"]), row["said"])
        for row in connection.rows(_RELATIONSHIPS, own=own):
            if row["s"] in names and row["o"] in names:
                head, tail = names[row["s"]], names[row["o"]]
                yield from relationship_triples(head, row["type"], tail, row["said"])
    finally:
        connection.close()
