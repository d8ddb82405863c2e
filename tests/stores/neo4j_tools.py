"""What tests against a real Neo4j share: their knowledge bases, and how these are emptied and looked at."""

import neo4j

NAMES = ("kgfm-test-1", "kgfm-test-2")


def empty(driver: neo4j.Driver, name: str) -> None:
    driver.execute_query("MATCH (n) WHERE n.kb = $name DETACH DELETE n", name=name)


def doubled(driver: neo4j.Driver) -> list[neo4j.Record]:
    """Return the relationships of one predicate that stand twice between the same two nodes."""
    query = (
        "MATCH (s:Term {kb: $kb})-[r]->(o:Term) "
        "WITH s, o, r.predicate AS p, count(*) AS n WHERE n > 1 RETURN *"
    )
    return driver.execute_query(query, kb=NAMES[0]).records
