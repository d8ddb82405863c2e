"""Large files into an embedded store, in Oxigraph's own terms: to make ours of them takes as long again."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Final

import pyoxigraph as ox

from kgfm.kg import IRI
from kgfm.kg.compression import opened_to_read
from kgfm.kg.formats import file_faults, without_quoted
from kgfm.kg.namespaces import ALT_LABEL, LABEL, TYPE
from kgfm.kg.oxigraph_terms import to_iri_node
from kgfm.kg.rdf_parsing import syntax_fault
from kgfm.stores import layout
from kgfm.stores.counting import Tally
from kgfm.stores.oxigraph_quads import Quads

_BLOCK: Final = 30_000_000  # bytes of lines that are loaded together
_KEYS_TOGETHER: Final = 200_000
_N_TRIPLES: Final = ox.RdfFormat.N_TRIPLES
_TYPE: Final = str(TYPE).encode()
_NAMES: Final = frozenset(map(to_iri_node, (LABEL, ALT_LABEL)))
_NAMES_WRITTEN: Final = frozenset(str(one).encode() for one in (LABEL, ALT_LABEL))
_KEY: Final = to_iri_node(layout.LABEL_KEY)
_KEYS: Final = to_iri_node(layout.LABEL_KEYS)


def import_quads(graph: IRI, nodes: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """Yield each triple for its own graph, for the default graph, and for the index of labels.

    Blank nodes get names of their own. It holds for a knowledge base without merges.
    """
    place = to_iri_node(graph)
    for node in nodes:
        subject, predicate, object_ = node.subject, node.predicate, node.object
        if isinstance(subject, ox.BlankNode):
            subject = to_iri_node(layout.blank_iri(graph, subject.value))
        if isinstance(object_, ox.BlankNode):
            object_ = to_iri_node(layout.blank_iri(graph, object_.value))
        yield ox.Quad(subject, predicate, object_, place)
        yield ox.Quad(subject, predicate, object_)
        if predicate in _NAMES and isinstance(subject, ox.NamedNode) and not isinstance(object_, ox.Triple):
            yield _key(subject, object_)


def _key(subject: ox.NamedNode, label: ox.NamedNode | ox.Literal) -> ox.Quad:
    return ox.Quad(subject, _KEY, ox.Literal(layout.label_key(label.value)), _KEYS)


class LineImport:
    """An N-Triples file on its way into a graph of a knowledge base without merges, block by block.

    Oxigraph parses and stores each block by itself, once for each graph. Lines are looked at only for
    what is counted and for labels.
    """

    def __init__(self, quads: Quads, graph: IRI) -> None:
        self._quads = quads
        self._graph = graph
        self._lines = 0  # read so far
        self._triples = 0
        self._relations: Counter[bytes] = Counter()
        self._types: Counter[bytes] = Counter()
        self._ends: set[bytes] = set()
        self._keys: list[ox.Quad] = []
        self._exact = True  # whether what was counted is written in one way only

    def load(self, path: Path) -> int:
        """Load a file; return how many triples it has. Raises FormatError with the first malformed line."""
        with file_faults(path), opened_to_read(path) as file:
            for block in _blocks(file):
                lines = block.splitlines()
                try:
                    self._load_block(block, lines)
                except SyntaxError as error:
                    raise syntax_fault(path, error, self._lines + (error.lineno or 1)) from None
                self._lines += len(lines)
        self._load_keys(0)
        return self._triples

    def _load_block(self, block: bytes, lines: list[bytes]) -> None:
        labelled = self._look(lines)
        if b"_:" in block or b"<<" in block:  # blank nodes, which need names, or what kgfm does not read
            self._exact = False
            nodes = list(without_quoted(ox.parse(block, _N_TRIPLES)))
            self._quads.load(import_quads(self._graph, nodes))
            return
        self._exact &= b"\\u" not in block and b"\\U" not in block
        self._quads.load_block(block, self._graph)
        self._quads.load_block(block, None)
        named = ox.parse(b"\n".join(labelled), _N_TRIPLES)
        self._keys += [_key(one.subject, one.object) for one in named]
        self._load_keys(_KEYS_TOGETHER)

    def _look(self, lines: list[bytes]) -> list[bytes]:
        """Count what the lines say; return those that name something."""
        labelled = []
        for line in lines:
            parts = line.split(None, 2)
            if len(parts) < 3 or parts[0].startswith(b"#"):
                continue
            subject, predicate, rest = parts
            self._triples += 1
            self._relations[predicate] += 1
            self._ends.add(subject)
            if rest.startswith(b"<"):
                object_ = rest[: rest.find(b">") + 1]
                if predicate == _TYPE:
                    self._types[object_] += 1
                else:
                    self._ends.add(object_)
            if predicate in _NAMES_WRITTEN:
                labelled.append(line)
        return labelled

    def _load_keys(self, at_least: int) -> None:
        if len(self._keys) > at_least:
            self._quads.load(self._keys)
            self._keys = []

    def tally(self) -> Tally | None:
        """Return the counters of a knowledge base that was empty before; None where they must be counted."""
        if not self._exact or self._quads.size(self._graph) != self._triples:  # a triple came twice
            return None
        return Tally(
            triples=self._triples,
            entities=len(self._ends),
            by_type=Counter({_iri(one): count for one, count in self._types.items()}),
            by_relation=Counter({_iri(one): count for one, count in self._relations.items()}),
            by_source=Counter({self._graph.value: self._triples}),
        )


def _iri(written: bytes) -> IRI:
    return IRI(written[1:-1].decode())


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    while block := file.read(_BLOCK):
        yield block + file.readline()
