"""The rule that says which triples become edges; the reasons stand in `kgfm.data`."""

from typing import Final

from kgfm.kg import IRI, Triple
from kgfm.kg.namespaces import OWL, RDF, RDFS, SKOS

_ABOUT_THE_GRAPH: Final = (RDF, RDFS, OWL, SKOS)


def is_edge(triple: Triple) -> bool:
    """Whether an asserted triple relates two entities, and so takes part in learning."""
    return (
        isinstance(triple.subject, IRI)
        and isinstance(triple.object, IRI)
        and not triple.predicate.value.startswith(_ABOUT_THE_GRAPH)
    )
