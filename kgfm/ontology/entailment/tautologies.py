"""Triples that hold in every graph that has their terms, and so say nothing of this one."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from kgfm.kg import IRI, Literal
from kgfm.kg.namespaces import OWL, RDF, RDFS, XSD
from kgfm.ontology.entailment.facts import LOW, Array, Terms

_BUILT_IN: Final = (RDF, RDFS, OWL, XSD)
_REFLEXIVE: Final = (
    *(OWL + name for name in ("sameAs", "equivalentClass", "equivalentProperty")),
    *(RDFS + name for name in ("subClassOf", "subPropertyOf")),
)
_ANYTHING: Final = (OWL + "Thing", RDFS + "Resource")

Mask = NDArray[np.bool_]


class Tautologies:
    """Tells them apart, many at once: what is its own class, a Thing, or of built-in terms alone."""

    def __init__(self, terms: Terms) -> None:
        def number(name: str) -> int:
            found = terms.find(IRI(name))
            return -1 if found is None else found

        self.literal: Mask = np.array([isinstance(one, Literal) for one in terms.terms], bool)
        self._built_in: Mask = np.array(
            [isinstance(one, IRI) and one.value.startswith(_BUILT_IN) for one in terms.terms], bool
        )
        self._reflexive = {number(name) for name in _REFLEXIVE}
        self._anything = np.array([number(name) for name in _ANYTHING], np.int64)
        self._is, self._type = number(RDFS + "subClassOf"), number(RDF + "type")
        self._nothing = number(OWL + "Nothing")

    def among(self, predicate: int, pairs: Array) -> Mask:
        """Return a mask of a predicate's packed pairs that are tautologies."""
        subjects, objects = pairs >> np.int64(32), pairs & LOW
        found: Mask = self._built_in[subjects] & self._built_in[objects]
        if predicate in self._reflexive:
            found |= subjects == objects
        if predicate in (self._is, self._type):
            found |= np.isin(objects, self._anything)
        if predicate == self._is:
            found |= subjects == self._nothing
        return found
