"""A knowledge base with all that its ontologies entail: asked in SPARQL, and asked why."""

from dataclasses import dataclass
from itertools import chain
from typing import Final

import pyoxigraph as ox

from kgfm.errors import QueryError
from kgfm.kg import IRI, BlankNode, Term, Triple
from kgfm.kg.namespaces import ENTITY, shorten
from kgfm.kg.oxigraph_terms import to_node
from kgfm.ontology.entailment import Closure, Derivation, GeneralTriple
from kgfm.ontology.schema import Schema
from kgfm.reasoning.answer import Evidence
from kgfm.reasoning.evidence import evidence_for
from kgfm.stores import layout
from kgfm.stores.base import QueryResult, TripleStore
from kgfm.stores.oxigraph_quads import Quads
from kgfm.stores.sparql_text import keywords, refuse_network

_STATED: Final = "stated"
_AXIOM: Final = "axiom"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofStep:
    """One step: by a rule of the W3C's table from its premises, or "stated", or an "axiom" of an ontology."""

    conclusion: GeneralTriple
    rule: str
    premises: tuple[GeneralTriple, ...] = ()
    evidence: tuple[Evidence, ...] = ()  # where documents state it
    imports: tuple[str, ...] = ()  # the named graphs of imports and edits that state it


class Inference:
    """The facts of a store at one version with its axioms, the shipped ones among them, and what follows.

    Names that kgfm gave are taken for different things: its own resolution decides which are one.
    """

    def __init__(self, store: TripleStore) -> None:
        self.version = store.version
        axioms = dict.fromkeys(chain(Schema.default().triples, store.axioms()))
        self._axioms = {GeneralTriple(one.subject, one.predicate, one.object) for one in axioms}
        self._stated = store
        self.closure = Closure.of(chain(store.match(), axioms), unique=_is_entity)
        self._quads: Quads | None = None

    def query(self, sparql: str, *, allow_network: bool = False) -> QueryResult:
        """Answer a SPARQL query over the asserted triples, the axioms and what follows from both.

        Raises QueryError where it is malformed, asks for a named graph, or calls SERVICE without
        `allow_network`.
        """
        if not allow_network:
            refuse_network(sparql)
        if {"GRAPH", "FROM"} & set(keywords(sparql)):
            raise QueryError("what is inferred stands in no named graph; ask without GRAPH and FROM.")
        if self._quads is None:
            self._quads = Quads(ox.Store(), "memory")
            self._quads.load(ox.Quad(*nodes) for nodes in self.closure.whole(to_node))  # type: ignore[arg-type]
        return self._quads.query(sparql)

    def is_axiom(self, triple: GeneralTriple) -> bool:
        """Whether an ontology says it."""
        return triple in self._axioms

    def proof(self, triple: Triple | GeneralTriple) -> tuple[ProofStep, ...]:
        """Return the steps that lead to a triple, each after its premises, with what documents say.

        Raises QueryError where it is neither stated nor follows.
        """
        steps = tuple(self._sourced(step) for step in self.closure.proof(triple))
        if not steps:
            name = " ".join(shorten(one) if isinstance(one, IRI) else str(one) for one in _parts(triple))
            raise QueryError(f"{name} is neither stated nor does it follow from the ontologies.")
        return steps

    def _sourced(self, step: Derivation) -> ProofStep:
        if step.rule != _STATED:
            return ProofStep(conclusion=step.conclusion, rule=step.rule, premises=step.premises)
        evidence, imports = self._sources(step.conclusion)
        rule = _AXIOM if self.is_axiom(step.conclusion) and not (evidence or imports) else _STATED
        return ProofStep(conclusion=step.conclusion, rule=rule, evidence=evidence, imports=imports)

    def _sources(self, stated: GeneralTriple) -> tuple[tuple[Evidence, ...], tuple[str, ...]]:
        """Return what carries a stated triple: places in documents, and graphs of imports and edits."""
        subject, predicate, object_ = stated
        if not isinstance(subject, IRI | BlankNode) or not isinstance(predicate, IRI):
            return (), ()
        triple = Triple(subject, predicate, object_)
        graphs = (graph for graph in self._stated.graphs(triple) if not layout.is_document_graph(graph))
        return evidence_for(self._stated, triple), tuple(graph.value for graph in graphs)


def _parts(triple: Triple | GeneralTriple) -> tuple[Term, Term, Term]:
    return triple.subject, triple.predicate, triple.object


def _is_entity(iri: IRI) -> bool:
    return iri.value.startswith(ENTITY)
