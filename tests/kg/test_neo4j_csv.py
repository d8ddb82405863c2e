"""Neo4j's import tables: ours come back whole, those of other programs become terms."""

import csv
from pathlib import Path

import pytest

from kgfm.errors import FormatError
from kgfm.kg import IRI, Literal, Triple
from kgfm.kg.formats import read_triples, write_quads
from kgfm.kg.namespaces import LABEL, RDF, TYPE, XSD, relation_iri
from kgfm.kg.property_graph import CLASS, NODE

PERSON = IRI("https://schema.org/Person")
MARIE, PIERRE = IRI(f"{NODE}p%3A1"), IRI(f"{NODE}p%3A2")


def test_our_tables_have_the_headers_that_neo4j_reads(tmp_path: Path) -> None:
    marie, paris = IRI("urn:e:marie"), IRI("urn:e:paris")
    triples = {
        Triple(marie, TYPE, PERSON),
        Triple(marie, LABEL, Literal('Marie "Manya",\nCurie')),
        Triple(marie, relation_iri("live in"), paris),
        Triple(marie, relation_iri("age"), Literal("66", XSD + "integer")),
    }
    folder = tmp_path / "out.neo4j-csv"
    for _ in range(2):  # the second replaces the first
        write_quads(folder, ((triple, None) for triple in sorted(triples, key=str)))
    assert sorted(one.name for one in folder.iterdir()) == ["nodes.csv", "relationships.csv"]
    with (folder / "nodes.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    assert header[:3] == [":ID", ":LABEL", "name"]
    named = {row[0]: row for row in rows}
    assert len(named) == len(rows) == 5
    assert named["urn:e:marie"][1:4] == ["Person", 'Marie "Manya",\nCurie', "urn:e:marie"]
    assert named[f'"66"^^<{XSD}integer>'][1:] == ["Literal", "", "", "66", XSD + "integer", ""]
    with (folder / "relationships.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    assert header == [":START_ID", ":TYPE", ":END_ID", "predicate"]
    assert ["urn:e:marie", "live in", "urn:e:paris", "urn:kgfm:relation:live_in"] in rows
    assert set(read_triples(folder)) == triples


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """Tables as another program writes them: id spaces, types, lists, two files of nodes."""
    (tmp_path / "people.csv").write_text(
        "person:ID(p),name,born:int,tall:boolean,height:double,aka:string[],note:IGNORE,:LABEL\n"
        '1,Marie,1867,true,1.6,Manya;Maria,x,Person;Nobel Laureate\n2,"Pierre",,,,,,Person\n'
    )
    (tmp_path / "places.csv").write_text(":ID(c),uri,:LABEL\n1,http://x.org/Paris,Town\n")
    (tmp_path / "knows.csv").write_text(
        ":START_ID(p),:END_ID(p),:TYPE,since:int\n1,2,MARRIED_TO,1895\n2,1,MARRIED_TO,\n"
    )
    (tmp_path / "lives.csv").write_text(":START_ID(p),:END_ID(c),:TYPE\n1,1,Lives in\n")
    (tmp_path / "notes.csv").write_text("a,b\n1,2\n")
    return tmp_path


def test_tables_of_other_programs_become_terms(foreign: Path) -> None:
    married, town = relation_iri("married to"), IRI("http://x.org/Paris")
    found = set(read_triples(foreign))
    edge = next(one.subject for one in found if one.object == IRI(RDF + "Statement"))
    assert found == {
        Triple(MARIE, TYPE, PERSON),
        Triple(MARIE, TYPE, IRI(f"{CLASS}Nobel%20Laureate")),
        Triple(MARIE, LABEL, Literal("Marie")),
        Triple(MARIE, relation_iri("person"), Literal("1")),
        Triple(MARIE, relation_iri("born"), Literal("1867", XSD + "integer")),
        Triple(MARIE, relation_iri("tall"), Literal("true", XSD + "boolean")),
        Triple(MARIE, relation_iri("height"), Literal("1.6", XSD + "double")),
        Triple(MARIE, relation_iri("aka"), Literal("Manya")),
        Triple(MARIE, relation_iri("aka"), Literal("Maria")),
        Triple(PIERRE, TYPE, PERSON),
        Triple(PIERRE, LABEL, Literal("Pierre")),
        Triple(PIERRE, relation_iri("person"), Literal("2")),
        Triple(town, TYPE, IRI(f"{CLASS}Town")),
        Triple(MARIE, relation_iri("Lives in"), town),
        Triple(MARIE, married, PIERRE),
        Triple(PIERRE, married, MARIE),
        Triple(edge, TYPE, IRI(RDF + "Statement")),
        Triple(edge, IRI(RDF + "subject"), MARIE),
        Triple(edge, IRI(RDF + "predicate"), married),
        Triple(edge, IRI(RDF + "object"), PIERRE),
        Triple(edge, relation_iri("since"), Literal("1895", XSD + "integer")),
    }


@pytest.mark.parametrize(
    ("file", "line", "said"),
    [
        ("people.csv", "3,Paul,eighteen,,,,,Person", r"people\.csv, line 4: .*eighteen"),
        ("people.csv", "3,Paul", r"people\.csv, line 4: 2 columns instead of 8"),
        ("people.csv", ",Paul,,,,,,", r"people\.csv, line 4: the :ID is empty"),
        ("knows.csv", "1,7,KNOWS,", r"knows\.csv, line 4: no node has the id 7"),
        ("knows.csv", "1,2,,", r"knows\.csv, line 4: it has no :TYPE"),
    ],
)
def test_a_malformed_line_is_named_and_left_out_where_that_is_wanted(
    foreign: Path, file: str, line: str, said: str
) -> None:
    whole = set(read_triples(foreign))
    with (foreign / file).open("a") as table:
        table.write(line + "\n")
    with pytest.raises(FormatError, match=said):
        list(read_triples(foreign))
    faults: list[FormatError] = []
    assert set(read_triples(foreign, faults=faults)) == whole
    assert len(faults) == 1


def test_a_folder_without_tables_is_said(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="no CSV file whose header"):
        list(read_triples(tmp_path))
