"""An ontology is read as it is written, and a graph that breaks a shape is told so."""

from pathlib import Path

import pytest

from kgfm.errors import ConfigError
from kgfm.kg import IRI, Literal, Triple
from kgfm.kg.namespaces import SCHEMA, TYPE, WDT
from kgfm.ontology import Schema
from kgfm.ontology.validation import validate
from kgfm.stores import layout


def test_the_default_schema_knows_wikidata_properties() -> None:
    birth = Schema.default().properties[IRI(WDT + "P19")]
    assert birth.label == "place of birth"
    assert "born in" in birth.aliases
    assert birth.functional
    assert birth.range == IRI(SCHEMA + "Place")
    assert Schema.default().properties[IRI(WDT + "P26")].symmetric


def test_a_file_without_definitions_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.ttl").write_text("<urn:a> <urn:b> <urn:c> .")
    with pytest.raises(ConfigError, match="neither classes nor properties"):
        Schema.read(tmp_path / "x.ttl")


def test_an_incomplete_statement_violates_the_shapes() -> None:
    node = IRI("urn:kgfm:statement:x")
    triples = [Triple(node, TYPE, layout.STATEMENT_CLASS), Triple(node, layout.CONFIDENCE, Literal("2"))]
    report = validate([("d", triples)])
    assert not report.conforms
    assert {layout.SUBJECT.value, layout.CONFIDENCE.value} <= {found.path for found in report.violations}
    assert "ValidationReport" in report.turtle
