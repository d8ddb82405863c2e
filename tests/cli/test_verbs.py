"""Each verb does its work, says it readably, and gives one JSON document with --json."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kgfm.cli.main import app
from tests.cli.conftest import Run

VERBS = [command.name for command in app.registered_commands]


def test_importing_the_command_line_loads_no_heavy_library() -> None:
    program = (
        "import sys, kgfm.cli.main; print({'torch', 'spacy', 'transformers', 'rdflib'} & set(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"


def test_a_query_loads_no_heavy_library(built: Path) -> None:
    program = (
        "import sys; from kgfm.cli.main import main\n"
        f"try: main(['query', 'ASK {{ ?s ?p ?o }}', '--kb', {str(built)!r}])\n"
        "except SystemExit: print({'torch', 'spacy', 'transformers', 'rdflib'} & set(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.split("\n")[:2] == ["yes", "set()"]


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_an_example(verb: str, run: Run) -> None:
    outcome = run(verb, "--help")
    assert outcome.status == 0
    assert f"kgfm {verb}" in outcome.out
    assert "Example" in outcome.out
    assert "--json" in outcome.out


def test_wrong_usage_exits_with_2(run: Run) -> None:
    assert run("build").status == 2
    assert run("fly").status == 2
    assert run("remove").status == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("stats",),
        ("validate",),
        ("merges",),
        ("query", "SELECT ?s ?o { ?s wdt:P19 ?o }"),
        ("explain", "Marie Curie", "spouse", "Pierre Curie"),
        ("ask", "Where was Marie Curie born?"),
        ("search", "polonium"),
        ("models",),
    ],
    ids=lambda arguments: arguments[0],
)
def test_json_is_one_document_and_nothing_else(arguments: tuple[str, ...], built: Path, run: Run) -> None:
    outcome = run(*arguments, "--kb", built, "--json")
    assert outcome.status == 0
    assert json.loads(outcome.out)


def test_a_question_is_answered_with_its_sentence(built: Path, run: Run) -> None:
    outcome = run("ask", "Where was Marie Curie born?", "--kb", built)
    assert outcome.status == 0
    assert outcome.out.startswith("Warsaw")
    assert "Marie Curie was born in Warsaw in 1867." in outcome.out


def test_a_denied_fact_is_no_triple(built: Path, run: Run) -> None:
    query = 'ASK { ?a ?p ?b . ?b rdfs:label "Sydney" . FILTER(?p NOT IN (rdf:type, rdfs:label)) }'
    assert run("query", query, "--kb", built).out.strip() == "no"


def test_explain_shows_the_sentence(built: Path, run: Run) -> None:
    outcome = run("explain", "Marie Curie", "spouse", "Pierre Curie", "--kb", built)
    assert "She married Pierre Curie in 1895." in outcome.out


def test_building_again_does_nothing_and_says_so(built: Path, run: Run) -> None:
    outcome = run("build", built.parent / "curie.txt", "--kb", built)
    assert outcome.status == 0
    assert "nothing to do" in outcome.out


def test_a_changed_document_is_replaced_and_a_deleted_one_pruned(corpus: Path, run: Run) -> None:
    kb = corpus.parent / "kb"
    build = ("build", corpus, "--kb", kb, "--workers", 0)
    (corpus / "other.txt").write_text("Grace Hopper was born in New York.", encoding="utf-8")
    assert run(*build).status == 0
    (corpus / "good.txt").write_text("Ada Lovelace was born in Paris.", encoding="utf-8")
    (corpus / "other.txt").unlink()
    assert run(*build, "--prune").status == 0
    places = json.loads(run("query", "SELECT ?o { ?s wdt:P19 ?o }", "--kb", kb, "--json").out)
    assert [row["o"]["value"] for row in places["results"]["bindings"]] == ["urn:kgfm:entity:place:Paris"]


def test_removing_a_document_takes_its_triples_with_it(corpus: Path, run: Run) -> None:
    kb = corpus.parent / "kb"
    assert run("build", corpus, "--kb", kb, "--workers", 0).status == 0
    assert run("remove", "unknown.txt", "--kb", kb).status == 1
    assert run("remove", "good.txt", "--kb", kb).status == 0
    assert json.loads(run("stats", "--kb", kb, "--json").out)["triples"] == 0


@pytest.mark.parametrize("suffix", ["ttl", "nt", "nq", "trig", "xml", "jsonld"])
def test_an_export_can_be_imported(suffix: str, built: Path, tmp_path: Path, run: Run) -> None:
    file, kb = tmp_path / f"graph.{suffix}", tmp_path / "kb"
    assert run("export", file, "--kb", built).status == 0
    assert run("import", file, "--kb", kb).status == 0
    before, after = (json.loads(run("stats", "--kb", place, "--json").out) for place in (built, kb))
    assert after["triples"] == before["triples"]


def test_an_update_needs_write(corpus: Path, run: Run) -> None:
    kb = corpus.parent / "kb"
    assert run("build", corpus, "--kb", kb, "--workers", 0).status == 0
    update = "INSERT DATA { <urn:x:a> <urn:x:b> <urn:x:c> }"
    assert run("query", update, "--kb", kb).status == 1
    assert run("query", update, "--kb", kb, "--write").status == 0
    assert run("query", "ASK { <urn:x:a> <urn:x:b> ?c }", "--kb", kb).out.strip() == "yes"


@pytest.mark.parametrize("suffix", ["nt", "nq", "trig"])
def test_importing_a_changed_file_replaces_what_it_said(
    suffix: str, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / f"facts.{suffix}"
    other = tmp_path / "other.nt"
    other.write_text("<urn:x:a> <urn:x:p> <urn:x:shared> .\n")
    assert run("import", other, "--kb", "kb").status == 0

    def told(*objects: str) -> set[str]:
        file.write_text("".join(f"<urn:x:a> <urn:x:p> <urn:x:{name}> .\n" for name in objects))
        # Named from here and from the root: it is the same file.
        assert run("import", file.name if objects else file, "--kb", "kb").status == 0
        found = json.loads(run("query", "SELECT ?o { ?s ?p ?o }", "--kb", "kb", "--json").out)
        return {row["o"]["value"].removeprefix("urn:x:") for row in found["results"]["bindings"]}

    assert told("kept", "old", "shared") == {"kept", "old", "shared"}
    assert told("kept", "new") == {"kept", "new", "shared"}
    assert told("kept") == {"kept", "shared"}
    assert told("kept") == {"kept", "shared"}
    assert told() == {"shared"}
    assert run("remove", "--source", "other.nt", "--kb", "kb").status == 0
    assert json.loads(run("stats", "--kb", "kb", "--json").out)["triples"] == 0


def test_stats_measure_the_graph_where_that_is_wanted(built: Path, run: Run) -> None:
    measured = json.loads(run("stats", "--graph", "--kb", built, "--json").out)
    counted = json.loads(run("stats", "--kb", built, "--json").out)
    assert 0 < measured["entities"] <= counted["entities"]
    assert measured["sampled"] == measured["looked_at"] == measured["entities"]
    shown = run("stats", "--graph", "--kb", built).out
    for word in ("degree", "PageRank", "betweenness", "community", "Marie Curie"):
        assert word in shown
