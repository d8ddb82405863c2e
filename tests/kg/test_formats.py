"""What is written is read back the same, and a fault names its file and line."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgfm.errors import ConfigError, FormatError
from kgfm.kg import IRI, BlankNode, Literal, Triple
from kgfm.kg.formats import (
    DATASET_FORMATS,
    FORMATS,
    Quad,
    check_file,
    format_of,
    read_quads,
    read_triples,
    write_quads,
)
from kgfm.kg.namespaces import LABEL, TYPE, XSD, entity_iri, relation_iri
from tests import strategies as draw

# What XML cannot hold, and what it does not tell apart from a line feed.
_NOT_IN_XML = set(map(chr, [*range(0x20), 0x7F, 0xFFFE, 0xFFFF]))
HEAD, KNOW = IRI("urn:a"), relation_iri("know")


def _holds_anything(name: str) -> bool:
    return name not in ("xml", "graphml")


@pytest.mark.parametrize("name", FORMATS)
@given(triples=st.lists(draw.any_triple, max_size=5))
def test_triples_come_back_from_every_format(
    tmp_path_factory: pytest.TempPathFactory, name: str, triples: list[Triple]
) -> None:
    if not _holds_anything(name):
        triples = [
            Triple(one.subject, KNOW, one.object)
            for one in triples
            if not _NOT_IN_XML & set(one.object.value)
        ]
    path = tmp_path_factory.mktemp("graph") / f"graph.{name}"
    write_quads(path, [(triple, None) for triple in triples])
    assert set(read_triples(path)) == set(triples)
    check_file(path)


@pytest.mark.parametrize("name", sorted(DATASET_FORMATS - {"jsonld"}))
@given(triples=st.lists(st.tuples(draw.any_triple, st.sampled_from([None, IRI("urn:g"), IRI("urn:h é")]))))
def test_named_graphs_come_back(
    tmp_path_factory: pytest.TempPathFactory, name: str, triples: list[Quad]
) -> None:
    path = tmp_path_factory.mktemp("graphs") / f"graph.{name}"
    write_quads(path, triples)
    written = {(triple, IRI("urn:h%20é") if graph == IRI("urn:h é") else graph) for triple, graph in triples}
    assert set(read_quads(path)) == written


def test_a_format_without_graphs_gets_the_default_graph_alone(tmp_path: Path) -> None:
    path = tmp_path / "graph.nt"
    write_quads(path, [(Triple(HEAD, KNOW, HEAD), None), (Triple(HEAD, TYPE, HEAD), IRI("urn:g"))])
    assert list(read_quads(path)) == [(Triple(HEAD, KNOW, HEAD), None)]


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("bad.nt", "<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> .\n", 2),
        ("bad.ttl", "@prefix a: <urn:a> .\na:x a:y [ .\n", 2),
        ("bad.nq", "<urn:a> <urn:b> <urn:c> <urn:d> <urn:e> .\n", 1),
        ("bad.jsonld", '{"@id":\n 3,, }', 2),
        ("bad.xml", '<?xml version="1.0"?>\n<a></b>', None),
        ("bad.tsv", "a\tb\tc\n\na\tb\n", 3),
        ("bad.tsv", 'a\tb\t"no end\n', 1),
        ("bad.tsv", '"text"\tb\tc\n', 1),
        ("bad.tsv", "a\t\tc\n", 1),
        ("bad.csv", "head,relation,tail\na,b,c,d\n", 2),
        ("bad.csv", 'a,b,c\n"a"b,c,d\n', 2),
        ("bad.graphml", "<graphml>\n<graph></graphml>", 2),
        ("bad.graphml", "<other/>", None),
    ],
)
def test_a_fault_names_its_file_and_line(tmp_path: Path, name: str, text: str, line: int | None) -> None:
    path = tmp_path / name
    path.write_text(text)
    place = f"{name}, line {line}" if line else name
    for read in (check_file, lambda path: list(read_quads(path))):
        with pytest.raises(FormatError, match=place) as caught:
            read(path)
        assert "\n" not in str(caught.value)


def test_what_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "latin.tsv").write_bytes("a\tb\té\n".encode("latin-1"))
    for name in ("missing.nt", "missing.tsv", "missing.graphml", "latin.tsv"):
        with pytest.raises(FormatError, match=name):
            list(read_quads(tmp_path / name))


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    def breaking() -> list[Quad]:
        raise FormatError("no more")

    path = tmp_path / "graph.graphml"
    write_quads(path, [(Triple(HEAD, KNOW, HEAD), None)])
    before = path.read_bytes()
    with pytest.raises(FormatError, match=r"graph\.graphml"):
        write_quads(path, [(Triple(HEAD, KNOW, Literal("\x01")), None)])
    with pytest.raises(FormatError):
        write_quads(path, (quad for quad in breaking()))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_formats_are_known_by_suffix_or_name() -> None:
    assert format_of(Path("a.NT")) == "nt"
    assert format_of(Path("a.rdf")) == "xml"
    assert format_of(Path("train.txt")) == "tsv"
    assert format_of(Path("a"), "turtle") == "ttl"
    with pytest.raises(ConfigError, match="--format"):
        format_of(Path("a.docx"))


def test_plain_names_become_labelled_entities_and_relations(tmp_path: Path) -> None:
    path = tmp_path / "facts.tsv"
    path.write_text('head\trelation\ttail\nMarie Curie\tlive in\tParis\nMarie Curie\twdt:P19\t"1867"\n')
    marie, paris = entity_iri("concept", "Marie Curie"), entity_iri("concept", "Paris")
    assert list(read_triples(path)) == [
        Triple(marie, LABEL, Literal("Marie Curie")),
        Triple(paris, LABEL, Literal("Paris")),
        Triple(marie, relation_iri("live in"), paris),
        Triple(marie, IRI("http://www.wikidata.org/prop/direct/P19"), Literal("1867")),
    ]


def test_graphml_of_other_programs_is_named_by_its_labels(tmp_path: Path) -> None:
    path = tmp_path / "other.graphml"
    path.write_text(
        """<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
        <key id="l" for="node" attr.name="label" attr.type="string"/>
        <key id="r" for="edge" attr.name="type" attr.type="string"/>
        <graph edgedefault="directed">
          <node id="n0"><data key="l">Marie</data></node><node id="n1"/>
          <edge source="n0" target="n1"><data key="r">know</data></edge>
        </graph></graphml>"""
    )
    fact = Triple(entity_iri("concept", "Marie"), KNOW, entity_iri("concept", "n1"))
    assert fact in set(read_triples(path))


def test_blank_nodes_and_typed_texts_survive_a_table(tmp_path: Path) -> None:
    triples = {
        Triple(BlankNode("x"), KNOW, BlankNode("y")),
        Triple(HEAD, KNOW, Literal('a\t"quoted",\n text', language="en")),
        Triple(HEAD, KNOW, Literal("1906", XSD + "gYear")),
        Triple(IRI("mailto:a@b"), IRI("tag:x"), IRI("mailto:c")),
    }
    for name in ("t.tsv", "t.csv"):
        write_quads(tmp_path / name, [(triple, None) for triple in triples])
        assert set(read_triples(tmp_path / name)) == triples


@pytest.mark.parametrize("packing", [".gz", ".zst"])
@pytest.mark.parametrize("name", FORMATS)
def test_compressed_files_hold_what_plain_ones_do(tmp_path: Path, name: str, packing: str) -> None:
    quads: list[Quad] = [(Triple(IRI(f"urn:e:{n}"), KNOW, IRI(f"urn:e:{n + 1}")), None) for n in range(2000)]
    plain, packed = tmp_path / f"graph.{name}", tmp_path / f"graph.{name}{packing}"
    for path in (plain, packed):
        write_quads(path, quads)
        check_file(path)
    assert _size(packed) < _size(plain) / 2
    assert set(read_quads(packed)) == set(read_quads(plain)) == set(quads)
    again = tmp_path / f"again.{name}{packing}"
    write_quads(again, quads)
    assert _content(again) == _content(packed)


def _size(path: Path) -> int:
    return sum(map(len, _content(path)))


def _content(path: Path) -> list[bytes]:
    return [one.read_bytes() for one in (sorted(path.iterdir()) if path.is_dir() else [path])]


@pytest.mark.parametrize("packing", [".gz", ".zst"])
@pytest.mark.parametrize("name", ["nt", "tsv", "ttl"])
def test_compressed_files_that_are_cut_short_or_something_else_are_named(
    tmp_path: Path, name: str, packing: str
) -> None:
    path = tmp_path / f"graph.{name}{packing}"
    write_quads(
        path, [(Triple(IRI(f"urn:e:{n * 7919}"), KNOW, IRI(f"urn:e:{n}")), None) for n in range(9000)]
    )
    whole = path.read_bytes()
    for damaged in (
        whole[: len(whole) // 2],
        b"no archive at all, but some text",
        b"\x1f\x8b\x08" + whole[9:],
    ):
        path.write_bytes(damaged)
        with pytest.raises(FormatError, match=rf"graph\.{name}\{packing} is damaged or no \{packing} file"):
            check_file(path)


def test_several_members_in_one_compressed_file_are_read_on(tmp_path: Path) -> None:
    for packing in (".gz", ".zst"):
        parts = []
        for number in (1, 2):
            part = tmp_path / f"part{number}.nt{packing}"
            write_quads(part, [(Triple(IRI(f"urn:e:{number}"), KNOW, HEAD), None)])
            parts.append(part.read_bytes())
        path = tmp_path / f"both.nt{packing}"
        path.write_bytes(b"".join(parts))
        assert [triple.subject for triple in read_triples(path)] == [IRI("urn:e:1"), IRI("urn:e:2")]


@pytest.mark.parametrize(
    ("name", "text", "lines"),
    [
        (
            "nt",
            '<urn:a> <urn:p> <urn:b> .\n<urn:a> <urn:p> .\n<urn:a> <urn:p> "x .\n<urn:c> <urn:p> <urn:d> .',
            "23",
        ),
        ("nq", "<urn:a> <urn:p> <urn:b> <urn:g> .\nrubbish\n<urn:c> <urn:p> <urn:d> .\n<urn:x>", "24"),
        ("ttl", "@prefix u: <urn:> .\nu:a u:p u:b .\nq:a u:p u:b .\nu:c u:p u:d .\nu:a u:p", "35"),
        ("tsv", 'urn:a\turn:p\turn:b\nonly\ttwo\n"x"\ty\tz\nurn:c\turn:p\turn:d\n', "23"),
        ("csv", 'urn:a,urn:p,urn:b\nurn:a,urn:p\n"open",urn:p,"x"y\nurn:c,urn:p,urn:d\n', "23"),
    ],
)
def test_malformed_lines_are_left_out_and_listed_where_that_is_wanted(
    tmp_path: Path, name: str, text: str, lines: str
) -> None:
    path = tmp_path / f"facts.{name}"
    path.write_text(text)
    faults: list[FormatError] = []
    read = set(read_triples(path, faults=faults))
    assert read == {
        Triple(IRI("urn:a"), IRI("urn:p"), IRI("urn:b")),
        Triple(IRI("urn:c"), IRI("urn:p"), IRI("urn:d")),
    }
    found = [re.match(rf"{re.escape(str(path))}, line (\d+): .", str(fault)) for fault in faults]
    assert "".join(one[1] for one in found if one) == lines
    with pytest.raises(FormatError, match=f"line {lines[0]}: "):
        list(read_triples(path))


def test_a_context_in_the_network_is_not_fetched(tmp_path: Path) -> None:
    path = tmp_path / "remote.jsonld"
    path.write_text('{"@context": "http://schema.org/", "@id": "urn:a", "name": "x"}')
    with pytest.raises(FormatError, match="would be fetched from the network, which kgfm does not do"):
        list(read_triples(path))
    faults: list[FormatError] = []
    assert list(read_triples(path, faults=faults)) == []
    assert len(faults) == 1
