"""What a graph entails by RDFS or OWL 2 RL, why, and what in it contradicts itself.

In: triples, those of the ontology among them. Out: a `Closure` of entailed triples, `Derivation`s and
`Contradiction`s. `rules.py` holds the rule table, and `NOT_DONE` what of it is not carried out to the letter.
"""

from kgfm.ontology.entailment.closure import Closure, Contradiction
from kgfm.ontology.entailment.derivation import Derivation, GeneralTriple
from kgfm.ontology.entailment.rules import NOT_DONE

__all__ = ["NOT_DONE", "Closure", "Contradiction", "Derivation", "GeneralTriple"]
