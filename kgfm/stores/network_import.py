"""Importing a file that asks for more than itself: contexts and ontologies that lie in the network."""

import logging
from pathlib import Path
from typing import Final

from kgfm.kg import IRI
from kgfm.kg.formats import Faults, format_of, read_triples
from kgfm.kg.namespaces import OWL
from kgfm.kg.network import fetched_graph, with_contexts
from kgfm.stores.base import TripleStore

log = logging.getLogger(__name__)

IMPORTS: Final = IRI(OWL + "imports")


def import_file(
    store: TripleStore,
    graph: IRI,
    path: Path,
    format: str | None = None,
    faults: Faults = None,
    *,
    allow_network: bool = False,
) -> int:
    """Import a file as `TripleStore.import_file` does; return how many triples were read.

    With `allow_network`, contexts of JSON-LD are fetched, and each ontology that the file imports, or
    that one of these imports, becomes a named graph of its own IRI. Else such contexts are refused, and
    a line of the log names ontologies that were not fetched.
    """
    before = _wanted(store)
    if allow_network and format_of(path, format) == "jsonld":
        with with_contexts(path) as copy:
            count = store.import_file(graph, copy, "jsonld", faults)
    else:
        count = store.import_file(graph, path, format, faults)
    missing = _wanted(store) - before
    if not allow_network:
        for ontology in sorted(missing):
            log.warning(
                "%s imports <%s>, which was not fetched from the network; import it by itself, or give "
                "--allow-network",
                path,
                ontology.value,
            )
        return count
    fetched: set[IRI] = set()
    while waiting := sorted(_wanted(store) - before - fetched):
        for ontology in waiting:
            fetched.add(ontology)
            with fetched_graph(ontology.value) as (file, kind):
                count += store.import_triples(ontology, read_triples(file, kind, faults))
    return count


def _wanted(store: TripleStore) -> set[IRI]:
    """Return the ontologies that something in the knowledge base imports and that are not there."""
    wanted = {one.object for one in store.match(None, IMPORTS) if isinstance(one.object, IRI)}
    return wanted - set(store.imported_graphs()) if wanted else set()
