"""Graphs as arrays: triples with confidence come in; ids, edge arrays, splits and filters go out.

Which statements become edges, decided here and nowhere else (`edges.is_edge` executes it):

- Only what is asserted. A negated or hedged statement is not a triple, so it never arrives here:
  a model must not learn "X founded Y" from "X did not found Y".
- Only where both ends are entities, that is IRIs. A literal (a date, a number, a name) has no
  neighbours to learn from, and a blank node has no name by which a prediction could be told.
- Only relations between things of the world. `rdf:type` and what else the RDF, RDFS, OWL and SKOS
  vocabularies say is about classes, names and the graph itself; as edges these would make a hub of
  every class. The type of an entity enters as its feature instead (`TripleSet.from_triples(types=...)`).
- Confidence is the edge's weight: a doubtful statement counts less, both as a message and as an
  example. A triple with several supports is one edge, with the best of their confidences.
- Inverse edges (`TripleSet.with_inverses`) let messages run both ways, and turn "which head?" into
  "which tail of the inverse relation?", so that one kind of query is enough.

Knows neither stores nor text, and imports torch only inside `to_pyg`.
"""

from kgfm.data.edges import is_edge
from kgfm.data.filters import FilterIndex
from kgfm.data.splits import split_edges
from kgfm.data.triples import TripleSet

__all__ = ["FilterIndex", "TripleSet", "is_edge", "split_edges"]
