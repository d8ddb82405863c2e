"""Triples as GraphML: terms are nodes, triples are edges with a `relation`. Read and written as a stream.

Source: the GraphML 1.0 primer; labels of yEd (`y:NodeLabel`, `y:EdgeLabel`) are understood, too.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

from kgfm.errors import FormatError
from kgfm.kg.compression import opened_to_read
from kgfm.kg.namespaces import expand
from kgfm.kg.spool import NodeTable, put_behind
from kgfm.kg.tables import PlainNames, write_cell
from kgfm.kg.terms import IRI, Triple

if TYPE_CHECKING:
    from lxml.etree import _Element

_RELATION_KEYS: Final = ("relation", "predicate", "label", "type")
_HEAD: Final = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="label" for="node" attr.name="label" attr.type="string"/>
  <key id="relation" for="edge" attr.name="relation" attr.type="string"/>
  <graph edgedefault="directed">
"""
_FOOT: Final = "  </graph>\n</graphml>\n"
_NOT_IN_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_graphml(path: Path, raw: IO[bytes]) -> Iterator[Triple]:
    """Yield a GraphML file's edges as triples, and the labels of nodes that have no other name.

    A node's `label` names it; an edge's `relation`, `predicate`, `label` or `type` names the relation.
    The file is read twice: for the names of nodes, of which those that are no IRIs are kept in memory,
    then for its edges. Raises FormatError where it is malformed or an edge has no relation.
    """
    labels = {
        node.get("id", ""): said.get("label", "")
        for node, said in _elements(path, raw, "node")
        if _is_plain(node.get("id", ""))
    }
    bearers = Counter(labels.values())

    def cell(identifier: str) -> str:
        label = labels.get(identifier)
        # By its label where its id is no name by itself and no other node bears that label.
        return label if label and bearers[label] == 1 else identifier

    names = PlainNames()
    with opened_to_read(path) as again:
        for edge, said in _elements(path, again, "edge"):
            head, tail = edge.get("source", ""), edge.get("target", "")
            relation = next((said[key] for key in _RELATION_KEYS if said.get(key)), "")
            if not relation:
                raise FormatError(f"{path}: the edge from {head} to {tail} has no relation; give it one.")
            yield from names.triples([cell(head), relation, cell(tail)])


def _is_plain(name: str) -> bool:
    return expand(name) is None and not name.startswith(('"', "_:"))


def _elements(path: Path, raw: IO[bytes], kind: str) -> "Iterator[tuple[_Element, dict[str, str]]]":
    """Yield each node, or each edge, with its data by name; what was yielded is forgotten."""
    from lxml import etree

    names: dict[str, str] = {}  # a key's id -> the name of what it holds
    usual: dict[str, str] = {}  # what holds where an element does not say
    options = {"resolve_entities": False, "no_network": True, "huge_tree": True}
    root = True
    for event, element in etree.iterparse(raw, ("start", "end"), **options):
        tag = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if root:
            root = False
            if tag != "graphml":
                raise FormatError(f"{path}: not GraphML, for it begins with <{tag}>.")
        if event == "start":
            continue
        if tag == "key" and element.get("for", "all") in (kind, "all"):
            names[element.get("id", "")] = element.get("attr.name", element.get("id", ""))
            if (default := element.findtext("{*}default")) is not None:
                usual[names[element.get("id", "")]] = default
        if tag == kind:
            yield element, usual | _said(element, names)
        if tag in ("node", "edge"):
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def _said(element: "_Element", names: dict[str, str]) -> dict[str, str]:
    found = {}
    for data in element.iterchildren("{*}data"):
        drawn = next(data.iter("{*}NodeLabel", "{*}EdgeLabel"), None)
        if drawn is not None:
            found["label"] = (drawn.text or "").strip()
        elif (name := names.get(data.get("key", ""))) is not None:
            found[name] = data.text or ""
    return found


def write_graphml(raw: IO[bytes], triples: Iterable[Triple]) -> None:
    """Write triples as a directed graph; raises FormatError where a text holds what XML cannot."""
    table = NodeTable()
    raw.write(_HEAD.encode())
    with put_behind(raw) as edges:
        for triple in triples:
            for text in table.new_texts(triple):
                raw.write(_node(write_cell(text)))
            head, tail = (quoteattr(_fit(write_cell(one))) for one in (triple.subject, triple.object))
            relation = escape(_fit(write_cell(triple.predicate)))
            edge = f'    <edge source={head} target={tail}><data key="relation">{relation}</data></edge>\n'
            edges.write(edge.encode())
        for term, label in table.labels.items():
            raw.write(_node(write_cell(term), label if isinstance(term, IRI) else ""))
    raw.write(_FOOT.encode())


def _node(cell: str, label: str = "") -> bytes:
    said = f'<data key="label">{escape(_fit(label), {chr(13): "&#13;"})}</data>' if label else ""
    return f"    <node id={quoteattr(_fit(cell))}>{said}</node>\n".encode()


def _fit(text: str) -> str:
    if unfit := _NOT_IN_XML.search(text):
        raise FormatError(
            f"GraphML cannot hold one of the texts (it has the character U+{ord(unfit[0]):04X}); "
            "export to another format."
        )
    return text
