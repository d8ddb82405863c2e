"""One write: what it adds and removes, with all that follows from it, worked out before it is done."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from kgfm.kg import IRI, BlankNode, Literal, Term, Triple, statement_iri
from kgfm.kg.namespaces import ALT_LABEL, LABEL, TYPE
from kgfm.stores import layout
from kgfm.stores.counting import Key, Tally, counter_triple
from kgfm.stores.projection import MergeTable
from kgfm.stores.quad_source import Changes, QuadSource, ends_of

NAMES = (LABEL, ALT_LABEL)


class Transaction:
    """Collects a write's changes against the store as it stands; `changes` is the whole of them.

    `table` holds the merges as they will be after the write, `version` is the store's before it.
    """

    def __init__(self, quads: QuadSource, table: MergeTable, version: int) -> None:
        self.version = version
        self.tally = Tally()
        self._quads = quads
        self._table = table
        self._dropped: list[IRI] = []
        self._deleted: dict[IRI | None, set[Triple]] = defaultdict(set)
        self._inserted: dict[IRI | None, set[Triple]] = defaultdict(set)
        self._concerned: set[Triple] = set()

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
        self._concerned |= wanted | doubtful
        present = self._quads.present(wanted | doubtful)
        self._inserted[None].update(wanted - present)
        doubtful &= present
        self._deleted[None].update(doubtful - supported(self._quads, self._table, doubtful, without))

    def changes(self, numbers: dict[Key, int]) -> tuple[Changes, dict[Key, int]]:
        """Return all that is to be done, and the counters after it; `numbers` are those before it."""
        self._count_default_graph()
        self._change_label_keys()
        after = self._change_counters(numbers)
        self.put(layout.META, layout.META, layout.STORE_VERSION, Literal(str(self.version + 1)))
        changes = Changes(
            self.version, tuple(self._dropped), self._deleted, self._inserted, self._concerned, self._table
        )
        return changes, after

    def _count_default_graph(self) -> None:
        added, removed = self._inserted[None], self._deleted[None]
        for triples, sign in ((added, 1), (removed, -1)):
            self.tally.triples += sign * len(triples)
            for triple in triples:
                self.tally.by_relation[triple.predicate] += sign
                if triple.predicate == TYPE and isinstance(triple.object, IRI):
                    self.tally.by_type[triple.object] += sign
        new = {end for triple in added for end in ends_of(triple)}
        old = {end for triple in removed for end in ends_of(triple)}  # these stand as yet
        self.tally.entities += len(new - old) - len(self._quads.standing(new - old))
        self.tally.entities -= len(old - new) - len(self._quads.standing(old - new, removed))

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


def supported(quads: QuadSource, table: MergeTable, triples: set[Triple], without: IRI | None) -> set[Triple]:
    """Return those of the default-graph triples that any support graph but `without` carries."""
    plain, stated = _origins(table, triples)
    found = {triple for origin in quads.vouched(plain, without, documents=False) for triple in plain[origin]}
    nodes = {node: whole - found for node, whole in stated.items() if whole - found}
    return found.union(*(nodes[node] for node in quads.vouched(nodes, without, documents=True)))


def carriers(quads: QuadSource, table: MergeTable, triple: Triple) -> set[IRI]:
    """Return all graphs that carry a default-graph triple, plain or as a statement that holds."""
    plain, stated = _origins(table, [triple])
    found = {graph for _, graph in quads.copies(plain) if layout.is_support_graph(graph)}
    return found | {graph for _, graph in quads.copies(stated) if layout.is_document_graph(graph)}


def _origins(
    table: MergeTable, triples: Iterable[Triple]
) -> tuple[dict[Triple, set[Triple]], dict[Triple, set[Triple]]]:
    """Return what would carry each triple: itself as it may be spelled, and the class of its statement."""
    plain: dict[Triple, set[Triple]] = defaultdict(set)
    stated: dict[Triple, set[Triple]] = defaultdict(set)
    for triple in triples:
        for origin in table.origins(triple):
            plain[origin].add(triple)
            if isinstance(origin.subject, IRI) and not isinstance(origin.object, BlankNode):
                node = statement_iri(origin.subject, origin.predicate, origin.object)
                stated[Triple(node, TYPE, layout.STATEMENT_CLASS)].add(triple)
    return plain, stated


def label_keys(named: Iterable[Triple]) -> Iterator[Triple]:
    """Write which labels' keys entities bear, given triples that name them."""
    for triple in named:
        if isinstance(triple.subject, IRI):
            yield label_key_triple(triple.subject, layout.label_key(triple.object.value))


def label_key_triple(subject: IRI, key: str) -> Triple:
    """Write that an entity bears a label with this key."""
    return Triple(subject, layout.LABEL_KEY, Literal(key))
