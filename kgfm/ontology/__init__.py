"""Vocabularies: what types and relations there are, and whether a graph keeps to its shapes.

In: Turtle files and documents' graphs. Out: `Schema`; `ontology.validation` gives SHACL reports.
"""

from kgfm.ontology.schema import Property, Schema

__all__ = ["Property", "Schema"]
