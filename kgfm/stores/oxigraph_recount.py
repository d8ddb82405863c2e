"""Looking through a whole store with SPARQL: counting anew, and what came in past our transactions."""

from collections.abc import Iterator

from kgfm.kg import IRI, BlankNode, Triple
from kgfm.kg.namespaces import TYPE
from kgfm.stores import layout
from kgfm.stores.counting import Tally
from kgfm.stores.quad_source import QuadSource

_BY_TYPE = "SELECT ?class (COUNT(*) AS ?count) WHERE { ?entity a ?class } GROUP BY ?class"
_BY_RELATION = "SELECT ?relation (COUNT(*) AS ?count) WHERE { ?head ?relation ?tail } GROUP BY ?relation"
_ENTITIES = """
SELECT (COUNT(*) AS ?count) WHERE { { SELECT DISTINCT ?end WHERE {
  { ?end ?relation ?tail } UNION { ?head ?relation ?end FILTER(isIRI(?end) && ?relation != rdf:type) }
} } }"""
_DOCUMENTS = """
SELECT ?origin (COUNT(*) AS ?count) WHERE {
  GRAPH ?node { ?node a kgfm:Document ; kgfm:origin ?origin } } GROUP BY ?origin"""
_STATEMENTS = """
SELECT ?origin (COUNT(*) AS ?count) WHERE {
  GRAPH ?node { ?node a kgfm:Document ; kgfm:origin ?origin . ?statement a kgfm:Statement }
} GROUP BY ?origin"""


_NAMES = "GRAPH <urn:kgfm:names> { ?blank <urn:kgfm:name> ?name }"
_BARE = "SELECT ?s ?p ?o WHERE { ?s ?p ?o FILTER NOT EXISTS { GRAPH ?graph { ?s ?p ?o } } }"


def name_blank_nodes(graph: IRI | None = None) -> str:
    """Write the update that names a graph's blank nodes, since DELETE DATA cannot take them.

    First each gets its name, then the triples that they begin change, then those that they end.
    """
    here = f"WITH {graph} " if graph else ""
    return f"""
{here}INSERT {{ {_NAMES} }} WHERE {{
  {{ SELECT DISTINCT ?blank WHERE {{
    {{ ?blank ?p ?o }} UNION {{ ?s ?p ?blank }} FILTER(isBlank(?blank)) }} }}
  BIND(IRI(CONCAT("{layout.BLANK}edits:", STRUUID())) AS ?name)
}} ;
{here}DELETE {{ ?blank ?p ?o }} INSERT {{ ?name ?p ?o }} WHERE {{ {_NAMES} ?blank ?p ?o }} ;
{here}DELETE {{ ?s ?p ?blank }} INSERT {{ ?s ?p ?name }} WHERE {{ {_NAMES} ?s ?p ?blank }} ;
DROP SILENT GRAPH <urn:kgfm:names>"""


def recount(quads: QuadSource) -> Tally:
    """Count documents, statements, triples and entities."""
    tally = Tally()
    for relation, count in quads.rows(_BY_RELATION):
        if isinstance(relation, IRI) and count:
            tally.by_relation[relation] = int(count.value)
    tally.triples = sum(tally.by_relation.values())
    if tally.by_relation[TYPE]:
        for class_, count in quads.rows(_BY_TYPE):
            if isinstance(class_, IRI) and count:
                tally.by_type[class_] = int(count.value)
    tally.entities = sum(int(count.value) for (count,) in quads.rows(_ENTITIES) if count)
    tally.documents = sum(int(count.value) for origin, count in quads.rows(_DOCUMENTS) if origin and count)
    for origin, count in quads.rows(_STATEMENTS):
        if origin and count:
            tally.by_source[origin.value] = int(count.value)
    tally.statements = sum(tally.by_source.values())
    for graph in quads.named_graphs():
        if layout.is_support_graph(graph) and not layout.is_document_graph(graph):
            rows = quads.rows(f"SELECT (COUNT(*) AS ?count) WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}")
            tally.by_source[graph.value] += sum(int(count.value) for (count,) in rows if count)
    return tally


def bare(quads: QuadSource) -> Iterator[Triple]:
    """Yield the default graph's triples that no named graph holds as they are."""
    for subject, predicate, object_ in quads.rows(_BARE):
        if isinstance(subject, IRI | BlankNode) and isinstance(predicate, IRI) and object_ is not None:
            yield Triple(subject, predicate, object_)
