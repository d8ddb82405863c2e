"""The vocabularies that kgfm speaks, and how it names entities, relations and documents.

Names are a function of what they name and nothing else, so that a graph comes out the same
whatever the order of files or the number of workers.
"""

import hashlib
import re
from typing import Final
from urllib.parse import quote, unquote

from kgfm.kg.terms import IRI

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
PROV: Final = "http://www.w3.org/ns/prov#"
DCTERMS: Final = "http://purl.org/dc/terms/"
SCHEMA: Final = "https://schema.org/"
WDT: Final = "http://www.wikidata.org/prop/direct/"
KGFM: Final = "urn:kgfm:"
ENTITY: Final = "urn:kgfm:entity:"
RELATION: Final = "urn:kgfm:relation:"
DOCUMENT: Final = "urn:kgfm:document:"
STATEMENT: Final = "urn:kgfm:statement:"

PREFIXES: Final[dict[str, str]] = {
    "rdf": RDF, "rdfs": RDFS, "owl": OWL, "xsd": XSD, "skos": SKOS, "prov": PROV, "dcterms": DCTERMS,
    "schema": SCHEMA, "wdt": WDT, "kgfm": KGFM, "ent": ENTITY, "rel": RELATION, "doc": DOCUMENT,
}  # fmt: skip

TYPE: Final = IRI(RDF + "type")
LABEL: Final = IRI(RDFS + "label")
ALT_LABEL: Final = IRI(SKOS + "altLabel")

# The kinds of entity that the default extractor tells apart -> the class that says so in RDF.
ENTITY_CLASSES: Final[dict[str, IRI]] = {
    "person": IRI(SCHEMA + "Person"),
    "organization": IRI(SCHEMA + "Organization"),
    "place": IRI(SCHEMA + "Place"),
    "work": IRI(SCHEMA + "CreativeWork"),
    "event": IRI(SCHEMA + "Event"),
    "product": IRI(SCHEMA + "Product"),
    "award": IRI(KGFM + "Award"),
    "group": IRI(KGFM + "Group"),
    "concept": IRI(SKOS + "Concept"),
}

_LONGEST_NAME: Final = 120  # characters; a longer name is cut and told apart by its hash


def entity_iri(kind: str, name: str) -> IRI:
    """Name an entity by its kind (a key of ENTITY_CLASSES) and its name, case and accents kept."""
    return IRI(f"{ENTITY}{kind}:{_local_name(name)}")


def relation_iri(phrase: str) -> IRI:
    """Name a relation that no known property covers by its normalised phrase, such as "work with"."""
    return IRI(RELATION + _local_name(phrase))


def document_iri(identifier: str) -> IRI:
    """Name the graph of a document, and the document itself, by its id."""
    return IRI(DOCUMENT + quote(identifier, safe="/"))


def entity_kind(iri: IRI) -> str | None:
    """Return the kind in an IRI made by `entity_iri`, or None for any other IRI."""
    if not iri.value.startswith(ENTITY):
        return None
    return iri.value[len(ENTITY) :].partition(":")[0]


def readable_name(iri: IRI) -> str:
    """Return the last part of an IRI as words."""
    name = iri.value
    if name.startswith(ENTITY):
        name = name[len(ENTITY) :].partition(":")[2]
    elif name.startswith(RELATION):
        name = name[len(RELATION) :]
    else:
        name = name.rstrip("/#").rpartition("#")[2].rpartition("/")[2].rpartition(":")[2]
    return unquote(name.replace("_", " ")) or iri.value


def shorten(iri: IRI) -> str:
    """Write an IRI as a prefixed name where a known prefix fits, else in full."""
    best = max(
        (item for item in PREFIXES.items() if iri.value.startswith(item[1])),
        key=lambda item: len(item[1]),
        default=None,
    )
    return f"{best[0]}:{iri.value[len(best[1]) :]}" if best else iri.value


def expand(name: str) -> IRI | None:
    """Read `prefix:name`, `<iri>` or an absolute IRI; None where it is none of these."""
    if name.startswith("<") and name.endswith(">"):
        return IRI(name[1:-1])
    prefix, colon, local = name.partition(":")
    if colon and prefix in PREFIXES:
        return IRI(PREFIXES[prefix] + local)
    return IRI(name) if re.match(r"(https?://|urn:)\S+$", name) else None


def _local_name(name: str) -> str:
    name = " ".join(name.split())
    if len(name) > _LONGEST_NAME:
        name = f"{name[:80]}~{hashlib.sha256(name.encode()).hexdigest()[:16]}"
    name = name.replace("%", "%25").replace("_", "%5F").replace(" ", "_")
    return re.sub(r"[^\w%~.,'()&-]", lambda match: quote(match[0], safe=""), name)
