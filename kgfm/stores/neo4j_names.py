"""How terms are named in Neo4j: keys of nodes, readable types and labels, and their escaping."""

import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

import pyoxigraph as ox

from kgfm.kg import IRI, BlankNode, Literal, Term
from kgfm.kg.namespaces import ALT_LABEL, LABEL, TYPE, readable_name
from kgfm.kg.oxigraph_terms import to_node, to_term
from kgfm.stores import layout
from kgfm.stores.entity_naming import label_order

AS_WRITTEN: Final = " (as written)"  # ends the type of a relationship that only a graph carries
# Labels that the mapping itself uses; a class of that name gets a mark.
OWN_LABELS: Final = frozenset(
    {"Term", "Literal", "Document", "Statement", "Graph", "Setting", "KnowledgeBase"}
)
TELLING: Final = (TYPE, LABEL, ALT_LABEL)  # what a node's labels and names follow
_LONGEST: Final = 100  # characters of a type or label
# Neo4j reads \u0060 as a back-tick before it parses: a backslash must not come near a quoted name.
_UNFIT: Final = re.compile(r"[\\\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@lru_cache(maxsize=65536)
def key_of(kb: str, term: Term) -> str:
    """Return the key of a term's node: a hash, since IRIs and literals may be longer than an index takes."""
    return hashed(kb, str(term))


def hashed(*parts: str) -> str:
    """Return 128 bits of a hash of the parts, in hex."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def triple_digest(subject: str, predicate: str, object_: str) -> bytes:
    """Return 16 bytes that stand for a triple, given the keys of its ends."""
    said = f"{subject}{object_}{predicate}"  # keys all have one length
    return hashlib.sha256(said.encode(errors="surrogatepass")).digest()[:16]


def setting_key(kb: str, subject: str, predicate: str) -> str:
    """Return the key of the node that holds one counter or other setting."""
    return hashed(kb, "setting", subject, predicate)


def graph_key(kb: str, graph: str) -> str:
    """Return the key of the node that stands for a named graph of relationships."""
    return hashed(kb, "graph", graph)


def label_key(kb: str, label: str) -> str:
    """Return the property by which a label's node is found."""
    return hashed(kb, "label", layout.label_key(label))


def relationship_type(predicate: IRI, *, asserted: bool = True) -> str:
    """Return the readable type of a predicate's relationships, not escaped; two predicates may share one."""
    return _readable(predicate) + ("" if asserted else AS_WRITTEN)


def class_label(class_: IRI) -> str:
    """Return the readable label of a class's instances, not escaped."""
    name = _readable(class_)
    return f"{name}_" if name in OWN_LABELS else name


@lru_cache(maxsize=4096)
def _readable(iri: IRI) -> str:
    name = _UNFIT.sub("_", readable_name(iri)).strip()
    return name[:_LONGEST] or "_"


def names_of(said: Iterable[tuple[IRI, Term]]) -> tuple[str | None, list[str] | None]:
    """Return a node's name and aliases, each None where there are none, given (predicate, label) pairs."""
    labels = [(predicate, label) for predicate, label in said if isinstance(label, Literal) and label.value]
    if len(labels) == 1 and labels[0][0] != TYPE:
        return labels[0][1].value, None
    called = [
        name.value
        for wanted in (LABEL, ALT_LABEL)
        for name in sorted((label for one, label in labels if one == wanted), key=label_order)
    ]
    name, *aliases = dict.fromkeys(called) or [None]
    return name, [alias for alias in aliases if alias is not None] or None


def escaped(name: str) -> str:
    """Quote a type or label for Cypher."""
    return "`" + _UNFIT.sub("_", name).replace("`", "``") + "`"


def properties(term: Term) -> list[str]:
    """Return a node's iri, or its value, datatype and language; raises FormatError for what is no term."""
    if isinstance(term, BlankNode):
        raise TypeError("blank nodes get names before they are stored")
    value = to_node(term).value
    return [value, term.datatype, term.language] if isinstance(term, Literal) else [value]


def term_of(node: Any) -> Term:
    """Return the term that a node stands for."""
    if (iri := node.get("iri")) is not None:
        return IRI(iri)
    return Literal(node["value"], node["datatype"], node["language"])


def parse_term(text: str) -> Term:
    """Read a term from its N-Triples form."""
    quad = next(iter(ox.parse(f"<urn:s> <urn:p> {text} .", ox.RdfFormat.N_TRIPLES)))
    return to_term(quad.object)
