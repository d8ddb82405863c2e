"""Terms, triples and statements: the values that every other room passes on.

In: nothing. Out: `IRI`, `Literal`, `Triple`, `Statement`, `DocumentGraph`, and the namespaces.
"""

from kgfm.kg.statement import (
    DocumentGraph,
    Entity,
    Modality,
    Polarity,
    Qualifier,
    QualifierKind,
    Statement,
    Support,
    statement_iri,
)
from kgfm.kg.terms import IRI, BlankNode, Literal, Term, Triple

__all__ = [
    "IRI",
    "BlankNode",
    "DocumentGraph",
    "Entity",
    "Literal",
    "Modality",
    "Polarity",
    "Qualifier",
    "QualifierKind",
    "Statement",
    "Support",
    "Term",
    "Triple",
    "statement_iri",
]
