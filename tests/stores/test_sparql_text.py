"""Network calls are told from words that only look like them; faults are shown where they are."""

import pytest

from kgfm.errors import QueryError
from kgfm.stores.sparql_text import refuse_network, syntax_error

HARMLESS = [
    'SELECT * { ?s rdfs:label "SERVICE <http://x/>" }',
    "SELECT * { ?s rdfs:label '''it's\n LOAD''' }",
    'SELECT * { ?s rdfs:label """a "quoted" SERVICE""" }',
    'SELECT * { ?s rdfs:label "escaped \\" SERVICE" }',
    "SELECT * { <http://x/SERVICE> ?LOAD $service }",
    "SELECT * { ?s service:load load:service . _:SERVICE ?p 'x'@load }",
    "SELECT * { ?s ?p ?o } # SERVICE",
    "SELECT * { ?s ?p ?o FILTER(?s < 3 && ?o > 4) }",
    "SELECT (1 AS ?x_SERVICE) {}",
]
CALLS = [
    "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }",
    "SELECT * { service silent ?x { ?s ?p ?o } }",
    "SELECT * { ?s ?p '#' . SERVICE <http://x/> {} }",
    "SELECT * { ?s ?p <http://x#> . SERVICE <http://x/> {} }",
    "SELECT * { ?s ?p ?o FILTER(?s<3) SERVICE <http://x/> {} FILTER(?o>2) }",
    "SELECT * { ?s ?p ?o # a 'quote\n SERVICE <http://x/> {} }",
    "SELECT*{?s?p?o SERVICE<http://x/>{}}",
    "LOAD <http://x/>",
    "CLEAR ALL;LOAD<http://x/>",
]


@pytest.mark.parametrize("sparql", HARMLESS)
def test_words_that_only_look_like_calls_pass(sparql: str) -> None:
    refuse_network(sparql)


@pytest.mark.parametrize("sparql", CALLS)
def test_network_calls_are_refused(sparql: str) -> None:
    with pytest.raises(QueryError, match="would fetch from the network"):
        refuse_network(sparql)


def test_the_place_of_a_fault_is_shown_in_one_line() -> None:
    error = syntax_error("SELECT *\nWHER { ?s ?p ?o }", "error at 2:1: expected\n WHERE")
    assert str(error) == (
        "the query is not valid SPARQL at line 2, column 1, near `^WHER { ?s ?p ?o }`: expected WHERE."
    )
    assert "no position" in str(syntax_error("", "no position"))
