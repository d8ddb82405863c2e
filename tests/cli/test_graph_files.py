"""Graph files by the command line: compressed, malformed in places, into a graph of one's choice."""

import gzip
import json
from pathlib import Path

from tests.cli.conftest import Run

FACTS = "<urn:a> <urn:p> <urn:b> .\nrubbish\n<urn:c> <urn:p> <urn:d> .\n"


def test_malformed_lines_are_listed_and_the_others_kept_where_that_is_wanted(
    run: Run, tmp_path: Path
) -> None:
    facts, kb = tmp_path / "facts.nt.gz", tmp_path / "kb"
    facts.write_bytes(gzip.compress(FACTS.encode()))
    refused = run("import", facts, "--kb", kb)
    assert refused.status == 1
    assert "facts.nt.gz, line 2: " in refused.err
    kept = run("import", facts, "--kb", kb, "--keep-going", "--json")
    answer = json.loads(kept.out)
    assert (kept.status, answer["imported"]) == (0, {str(facts): 2})
    assert [fault.split(": ")[0] for fault in answer["faults"]] == [f"{facts}, line 2"]
    assert f"left out: {facts}, line 2: " in run("import", facts, "--kb", kb, "--keep-going").out
    out = tmp_path / "all.nt.zst"
    assert run("export", out, "--kb", kb).status == 0
    again = run("import", out, "--kb", tmp_path / "copy", "--json")
    assert json.loads(again.out) == {"imported": {str(out): 2}}


def test_a_file_fills_the_graph_that_is_named(run: Run, tmp_path: Path) -> None:
    facts, kb = tmp_path / "facts.nt", tmp_path / "kb"
    facts.write_text("<urn:a> <urn:p> <urn:b> .\n")
    assert run("import", facts, "--kb", kb, "--into", "urn:my:graph").status == 0
    asked = run("query", "SELECT ?g { GRAPH ?g { <urn:a> ?p ?o } }", "--kb", kb)
    assert "urn:my:graph" in asked.out
    assert run("import", facts, facts, "--kb", kb, "--into", "urn:my:graph").status == 2
    refused = run("import", facts, "--kb", kb, "--into", "my graph")
    assert (refused.status, "give an IRI or a prefixed name" in refused.err) == (1, True)


def test_refresh_counts_anew_and_cypher_is_for_neo4j(run: Run, built: Path) -> None:
    counted = json.loads(run("stats", "--kb", built, "--json").out)
    refreshed = json.loads(run("refresh", "--kb", built, "--json").out)
    assert refreshed == {name: counted[name] for name in ("triples", "documents")}
    refused = run("query", "MATCH (n) RETURN n", "--language", "cypher", "--kb", built)
    assert (refused.status, "speaks no Cypher" in refused.err) == (1, True)
