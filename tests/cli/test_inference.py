"""Entailment by the command line: ontologies in, answers, proofs and contradictions out."""

import json
from pathlib import Path

from tests.cli.conftest import Run

AXIOMS = """
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
<urn:x:likes> rdfs:domain <urn:x:Fan> ; rdfs:label "likes" . <urn:x:Fan> owl:disjointWith <urn:x:Star> .
"""
FACTS = "<urn:a> <urn:x:likes> <urn:b> . <urn:a> a <urn:x:Star> ."


def test_an_ontology_is_reasoned_with_and_not_counted(run: Run, tmp_path: Path) -> None:
    kb, axioms, facts = tmp_path / "kb", tmp_path / "axioms.ttl", tmp_path / "facts.ttl"
    axioms.write_text(AXIOMS)
    facts.write_text(FACTS)
    assert json.loads(run("import", "--ontology", axioms, "--kb", kb, "--json").out) == {
        "imported": {str(axioms): 3}
    }
    assert run("import", facts, "--kb", kb).status == 0
    assert json.loads(run("stats", "--kb", kb, "--json").out)["triples"] == 2
    fans = "ASK { <urn:a> a <urn:x:Fan> }"
    assert run("query", fans, "--kb", kb).out == "no\n"
    assert run("query", fans, "--kb", kb, "--infer").out == "yes\n"
    assert run("query", fans, "--kb", kb, "--infer", "--write").status == 2
    assert run("import", "--ontology", axioms, "--into", "urn:g", "--kb", kb).status == 2

    proof = run("explain", "urn:a", "rdf:type", "urn:x:Fan", "--infer", "--kb", kb)
    assert "3. a — type — Fan  [prp-dom from 1, 2]" in proof.out.replace("from 2, 1", "from 1, 2")
    assert f"in the graph urn:kgfm:source:{facts}" in proof.out
    steps = json.loads(run("explain", "urn:a", "rdf:type", "urn:x:Fan", "--infer", "--kb", kb, "--json").out)
    assert [step["rule"] for step in steps["proof"]][-1] == "prp-dom"
    absent = run("explain", "urn:b", "rdf:type", "urn:x:Fan", "--infer", "--kb", kb)
    assert (absent.status, len(absent.error_lines)) == (1, 1)

    listed = run("validate", "--contradictions", "--kb", kb)
    assert (listed.status, listed.out.splitlines()[0]) == (1, "1 contradiction")
    assert "1. cax-dw: Fan — disjoint with — Star" in listed.out.replace("disjointWith", "disjoint with")
    (conflict,) = json.loads(run("validate", "--contradictions", "--kb", kb, "--json").out)["contradictions"]
    assert [side["triple"][2] for side in conflict["sides"]] == ["urn:x:Fan", "urn:x:Star"]
    assert run("remove", "--source", facts, "--kb", kb).status == 0
    assert run("validate", "--contradictions", "--kb", kb).out == "no contradictions\n"
