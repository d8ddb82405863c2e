"""Bad input: one plain line that names the place; the other documents still processed; exit status 1."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fpdf import FPDF
from pypdf import PdfReader, PdfWriter

from kgfm.corpus import Document
from kgfm.extraction.extractor import Extractor
from kgfm.kg import DocumentGraph
from tests.cli.conftest import Run
from tests.hostile_laws import HOSTILE


def encrypted_pdf(path: Path) -> None:
    document = FPDF()
    document.add_page()
    document.set_font("helvetica")
    document.cell(text="Secret sentences stand here.")
    document.output(str(path))
    writer = PdfWriter(PdfReader(path))
    writer.encrypt("secret")
    writer.write(path)


def jsonl_with_a_bad_line(path: Path) -> None:
    rows = [
        json.dumps({"id": f"r{n}", "text": f"Ada Lovelace met Charles Babbage in 18{n}."})
        for n in range(10, 40)
    ]
    rows[16] = '{"id": "broken", "text": '
    path.write_text("\n".join(rows), encoding="utf-8")


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "empty.txt": (lambda path: path.write_bytes(b""), "empty"),
    "blank.txt": (lambda path: path.write_text(" \n\t\n"), "empty|no text"),
    "binary.txt": (lambda path: path.write_bytes(bytes(range(256)) * 40), "binary|not text"),
    "broken.pdf": (lambda path: path.write_bytes(b"%PDF-1.4 and then nothing"), "broken|damaged|not a"),
    "locked.pdf": (encrypted_pdf, "encrypted|password"),
    "rows.jsonl": (jsonl_with_a_bad_line, "line 17"),
    "blank.html": (lambda path: path.write_text("<html><script>1</script></html>"), "no visible text"),
    "unreadable.txt": (lambda path: path.symlink_to(path.parent / "gone"), "no such|not be|cannot|exist"),
}


@pytest.mark.parametrize("name", BAD)
def test_one_bad_file_is_one_line_and_the_good_one_is_built(name: str, corpus: Path, run: Run) -> None:
    make, said = BAD[name]
    make(corpus / name)
    kb = corpus.parent / "kb"
    outcome = run("build", corpus, "--kb", kb, "--workers", 0)
    assert outcome.status == 1
    (line,) = outcome.error_lines
    assert name in line
    assert re.search(said, line, re.IGNORECASE)
    assert "Traceback" not in outcome.err
    documents = json.loads(run("stats", "--kb", kb, "--json").out)["documents"]
    assert documents == (30 if name == "rows.jsonl" else 1)
    assert run("validate", "--kb", kb).status == 0


def test_the_report_lists_what_failed_and_why(corpus: Path, run: Run) -> None:
    (corpus / "empty.txt").write_bytes(b"")
    outcome = run("build", corpus, "--kb", corpus.parent / "kb", "--workers", 0, "--json")
    report = json.loads(outcome.out)
    assert outcome.status == 1
    assert report["documents"] == 1
    (failure,) = report["failed"]
    assert failure["source"].endswith("empty.txt")
    assert failure["reason"]


@pytest.mark.parametrize("source", ["missing.txt", "missing/"])
def test_a_missing_path_is_named(source: str, tmp_path: Path, run: Run) -> None:
    outcome = run("build", tmp_path / source, "--kb", tmp_path / "kb", "--workers", 0)
    assert outcome.status == 1
    (line,) = outcome.error_lines
    assert "missing" in line


def test_an_empty_folder_is_named(tmp_path: Path, run: Run) -> None:
    (tmp_path / "nothing").mkdir()
    outcome = run("build", tmp_path / "nothing", "--kb", tmp_path / "kb", "--workers", 0)
    assert outcome.status == 1
    assert "nothing" in outcome.error_lines[0]


def test_another_encoding_is_converted_and_said(corpus: Path, run: Run) -> None:
    text = "Émile Durkheim est né à Épinal. L'école française était déjà célèbre à l'étranger."
    (corpus / "old.txt").write_bytes(text.encode("cp1252"))
    outcome = run("build", corpus, "--kb", corpus.parent / "kb", "--workers", 0)
    assert outcome.status == 0
    assert "old.txt: read as" in outcome.out


@pytest.mark.parametrize(
    "text",
    [
        "Ada \x00\x07\x1b[31m Lovelace was born in London.",
        "ولدت آدا لوفليس في لندن. Ada Lovelace was born in London.",
        "👩‍🚀 Ada Lovelace 🎉 was born in London 🇬🇧.",
        "x" * 10_000 + " Ada Lovelace was born in London.",
    ],
    ids=["control", "right-to-left", "emoji", "long-token"],
)
def test_odd_text_is_built_and_conforms(text: str, corpus: Path, run: Run) -> None:
    (corpus / "odd.md").write_text(text, encoding="utf-8", newline="")
    kb = corpus.parent / "kb"
    assert run("build", corpus, "--kb", kb, "--workers", 0).status == 0
    assert run("validate", "--kb", kb).status == 0
    assert "\x1b" not in run("search", "Lovelace", "--kb", kb).out


@pytest.mark.parametrize("name", [HOSTILE[2], HOSTILE[5]], ids=["deletes", "closes"])
def test_a_file_with_a_hostile_name_is_a_document_like_others(name: str, corpus: Path, run: Run) -> None:
    kb, text = corpus.parent / "kb", "Lise Meitner was born in Vienna."
    assert run("build", corpus, "--kb", kb, "--workers", 0).status == 0
    before = json.loads(run("stats", "--kb", kb, "--json").out)
    (corpus / name).write_text(text)
    assert run("build", corpus, "--kb", kb, "--workers", 0).status == 0
    assert json.loads(run("stats", "--kb", kb, "--json").out)["documents"] == 2
    assert run("validate", "--kb", kb).status == 0
    assert run("export", corpus.parent / "all.nq", "--kb", kb).status == 0
    assert run("import", corpus.parent / "all.nq", "--kb", corpus.parent / "copy").status == 0
    assert run("remove", name, "--kb", corpus.parent / "copy").status == 0
    assert json.loads(run("stats", "--kb", corpus.parent / "copy", "--json").out) == before


def test_a_folder_that_is_no_knowledge_base_is_left_alone(corpus: Path, run: Run) -> None:
    for arguments in (("stats",), ("build", corpus, "--workers", 0)):
        outcome = run(*arguments, "--kb", corpus)
        assert outcome.status == 1
        assert str(corpus) in outcome.error_lines[0]
    assert [path.name for path in corpus.iterdir()] == ["good.txt"]


def test_a_newer_knowledge_base_is_refused(corpus: Path, run: Run) -> None:
    kb = corpus.parent / "kb"
    assert run("build", corpus, "--kb", kb, "--workers", 0).status == 0
    marker = kb / "kgfm.json"
    content = json.loads(marker.read_text())
    content["version"] = 999
    marker.write_text(json.dumps(content))
    for arguments in (("stats",), ("build", corpus, "--workers", 0)):
        outcome = run(*arguments, "--kb", kb)
        assert outcome.status == 1
        assert "newer" in outcome.error_lines[0]


@pytest.mark.parametrize("largest", [2_000, 100_000, 2_500_000], ids=["opening", "ontology", "documents"])
def test_a_full_disk_is_said_and_leaves_nothing_half_written(largest: int, corpus: Path, run: Run) -> None:
    for number in range(20):
        text = f"Person{number} Family{number} was born in London in 18{number + 10}. " * 4
        (corpus / f"d{number}.txt").write_text(text, encoding="utf-8")
    kb = corpus.parent / "kb"
    limited = (
        f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({largest}, {largest}))\n"
        "from kgfm.cli.main import main\n"
        f"main(['build', {str(corpus)!r}, '--kb', {str(kb)!r}, '--workers', '0'])"
    )
    outcome = subprocess.run([sys.executable, "-c", limited], check=False, capture_output=True, text=True)
    assert outcome.returncode == 1
    (line,) = outcome.stderr.strip().splitlines()
    assert line.startswith("kgfm: ")
    assert "too large" in line
    assert str(kb) in line
    assert run("validate", "--kb", kb).status == 0
    assert run("build", corpus, "--kb", kb, "--workers", 0).status == 0
    assert json.loads(run("stats", "--kb", kb, "--json").out)["documents"] == 21
    assert run("validate", "--kb", kb).status == 0


def test_a_document_that_breaks_the_extraction_is_named(
    corpus: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{"id": f"r{n}", "text": f"Ada Lovelace met Charles Babbage in 183{n}."} for n in range(5)]
    (corpus / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    extract = Extractor.extract

    def breaking(self: Extractor, documents: list[Document]) -> Iterator[DocumentGraph]:
        if any(document.id == "r3" for document in documents):
            raise IndexError("list index out of range")
        return extract(self, documents)

    monkeypatch.setattr(Extractor, "extract", breaking)
    outcome = run("build", corpus, "--kb", corpus.parent / "kb", "--workers", 0)
    assert outcome.status == 1
    (line,) = outcome.error_lines
    assert "rows.jsonl, document 'r3': extraction failed: IndexError: list index" in line
    assert "5 documents" in outcome.out


def test_a_syntax_error_in_sparql_shows_its_position(built: Path, run: Run) -> None:
    outcome = run("query", "SELECT ?x WHERE { ?x ?y }", "--kb", built)
    assert outcome.status == 1
    assert "line 1" in outcome.error_lines[0]
    assert "column" in outcome.error_lines[0]


def test_an_unknown_label_gets_a_suggestion(built: Path, run: Run) -> None:
    outcome = run("explain", "Marie Curi", "spouse", "Pierre Curie", "--kb", built)
    assert outcome.status == 1
    assert "Marie Curie" in outcome.error_lines[0]


def test_an_ambiguous_label_lists_its_candidates(corpus: Path, run: Run) -> None:
    kb = corpus.parent / "kb"
    facts = corpus / "facts.ttl"
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    facts.write_text(f'<urn:x:a> {label} "Paris" ; <urn:x:r> <urn:x:b> .\n<urn:x:b> {label} "Paris" .')
    assert run("import", facts, "--kb", kb).status == 0
    outcome = run("explain", "Paris", "urn:x:r", "Paris", "--kb", kb)
    assert outcome.status == 1
    assert "urn:x:a" in outcome.error_lines[0]
    assert "urn:x:b" in outcome.error_lines[0]
