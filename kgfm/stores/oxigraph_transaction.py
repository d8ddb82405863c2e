"""One write: what it adds and removes, with all that follows from it, as one SPARQL update."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from kgfm.kg import IRI, BlankNode, Literal, Term, Triple, statement_iri
from kgfm.kg.namespaces import ALT_LABEL, LABEL, TYPE
from kgfm.stores import layout
from kgfm.stores.counting import Key, Tally, counter_triple
from kgfm.stores.oxigraph_quads import Quads
from kgfm.stores.projection import MergeTable

NAMES = (LABEL, ALT_LABEL)


class Transaction:
    """Collects a write's changes against the store as it stands; `sparql` is the whole of them.

    `table` holds the merges as they will be after the write.
    """

    def __init__(self, quads: Quads, table: MergeTable) -> None:
        self.tally = Tally()
        self._quads = quads
        self._table = table
        self._dropped: list[IRI] = []
        self._deleted: dict[IRI | None, set[Triple]] = defaultdict(set)
        self._inserted: dict[IRI | None, set[Triple]] = defaultdict(set)

    def drop(self, graph: IRI) -> None:
        """Empty a named graph before anything is inserted."""
        self._dropped.append(graph)

    def insert(self, graph: IRI, triples: Iterable[Triple]) -> None:
        """Put triples into a named graph."""
        self._inserted[graph].update(triples)

    def delete(self, graph: IRI, triples: Iterable[Triple]) -> None:
        """Take triples out of a named graph."""
        self._deleted[graph].update(triples)

    def put(self, graph: IRI, subject: IRI, predicate: IRI, value: Term) -> None:
        """Make `value` the only one of a subject and predicate in a named graph."""
        self.delete(graph, self._quads.find(subject, predicate, None, graph))
        self.insert(graph, [Triple(subject, predicate, value)])

    def replace_claims(self, graph: IRI, old: set[Triple], new: set[Triple]) -> None:
        """Let the default graph follow what one support graph vouched for and will vouch for."""
        before, after = self._projected(self._table, old), self._projected(self._table, new)
        self._change_default(after, before - after, without=graph)

    def remap(self, old_table: MergeTable, supported: set[Triple]) -> None:
        """Let the default graph follow a new merge table, for the supported triples that it concerns."""
        before, after = self._projected(old_table, supported), self._projected(self._table, supported)
        self._change_default(after, before - after, without=None)

    def _projected(self, table: MergeTable, triples: set[Triple]) -> set[Triple]:
        return {projected for triple in triples if (projected := table.project(triple)) is not None}

    def _change_default(self, wanted: set[Triple], doubtful: set[Triple], without: IRI | None) -> None:
        self._inserted[None].update(triple for triple in wanted if not self._quads.has(triple))
        self._deleted[None].update(
            triple
            for triple in doubtful
            if self._quads.has(triple) and not is_supported(self._quads, self._table, triple, without)
        )

    def sparql(self, numbers: dict[Key, int], version: int) -> tuple[str, dict[Key, int]]:
        """Return the update that carries out everything, and the counters after it.

        `numbers` are the counters before the write, `version` the store's version after it.
        """
        self._count_default_graph()
        self._change_label_keys()
        after = self._change_counters(numbers)
        self.put(layout.META, layout.META, layout.STORE_VERSION, Literal(str(version)))
        parts = [f"DROP SILENT GRAPH {graph}" for graph in self._dropped]
        parts += _data("DELETE", self._deleted) + _data("INSERT", self._inserted)
        return " ;\n".join(parts), after

    def _count_default_graph(self) -> None:
        added, removed = self._inserted[None], self._deleted[None]
        for triples, sign in ((added, 1), (removed, -1)):
            self.tally.triples += sign * len(triples)
            for triple in triples:
                self.tally.by_relation[triple.predicate] += sign
                if triple.predicate == TYPE and isinstance(triple.object, IRI):
                    self.tally.by_type[triple.object] += sign
        added_ends = {end for triple in added for end in _ends(triple)}
        for end in added_ends | {end for triple in removed for end in _ends(triple)}:
            self.tally.entities += (end in added_ends or self._stands(end, removed)) - self._stands(
                end, set()
            )

    def _stands(self, end: IRI, removed: set[Triple]) -> bool:
        if any(triple not in removed for triple in self._quads.find(end)):
            return True
        found = self._quads.find(None, None, end)
        return any(triple.predicate != TYPE and triple not in removed for triple in found)

    def _change_label_keys(self) -> None:
        removed = self._deleted[None]
        for triple in removed:
            if triple.predicate in NAMES and isinstance(triple.subject, IRI):
                kept = {
                    layout.label_key(other.object.value)
                    for name in NAMES
                    for other in self._quads.find(triple.subject, name)
                    if other not in removed
                }
                if (key := layout.label_key(triple.object.value)) not in kept:
                    self.delete(layout.LABEL_KEYS, [label_key_triple(triple.subject, key)])
        for triple in self._inserted[None]:
            if triple.predicate in NAMES and isinstance(triple.subject, IRI):
                key = layout.label_key(triple.object.value)
                self.insert(layout.LABEL_KEYS, [label_key_triple(triple.subject, key)])

    def _change_counters(self, numbers: dict[Key, int]) -> dict[Key, int]:
        after = dict(numbers)
        for key, difference in self.tally.numbers().items():
            before, count = numbers.get(key, 0), numbers.get(key, 0) + difference
            if before:
                self.delete(layout.META, [counter_triple(key, before)])
                del after[key]
            if count:
                self.insert(layout.META, [counter_triple(key, count)])
                after[key] = count
        return after


def is_supported(quads: Quads, table: MergeTable, triple: Triple, without: IRI | None) -> bool:
    """Whether any support graph but `without` carries what becomes this default-graph triple."""
    return any(graph != without for origin in table.origins(triple) for graph in carriers(quads, origin))


def carriers(quads: Quads, triple: Triple) -> Iterator[IRI]:
    """Yield the graphs that carry a triple with just these names, plain or as a statement that holds."""
    for _, graph in quads.everywhere(triple.subject, triple.predicate, triple.object):
        if layout.is_support_graph(graph):
            yield graph
    if isinstance(triple.subject, IRI) and not isinstance(triple.object, BlankNode):
        node = statement_iri(triple.subject, triple.predicate, triple.object)
        for _, graph in quads.everywhere(node, TYPE, layout.STATEMENT_CLASS):
            if layout.is_document_graph(graph):
                yield graph


def label_key_triple(subject: IRI, key: str) -> Triple:
    """Write that an entity bears a label with this key."""
    return Triple(subject, layout.LABEL_KEY, Literal(key))


def _ends(triple: Triple) -> Iterator[IRI]:
    if isinstance(triple.subject, IRI):
        yield triple.subject
    if isinstance(triple.object, IRI) and triple.predicate != TYPE:
        yield triple.object


def _data(verb: str, graphs: dict[IRI | None, set[Triple]]) -> list[str]:
    blocks = []
    for graph, triples in graphs.items():
        body = "\n".join(map(str, triples))
        if triples:
            blocks.append(f"GRAPH {graph} {{\n{body}\n}}" if graph else body)
    return [f"{verb} DATA {{\n" + "\n".join(blocks) + "\n}"] if blocks else []
