import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgfm.corpus import Document, read_source, source_bytes, survey
from kgfm.errors import EmptySourceError, EncodingError, SourceError


def documents(source: Path | str, stdin: bytes = b"") -> list[Document]:
    found = list(read_source(source, stdin=io.BytesIO(stdin)))
    assert all(isinstance(item, Document) for item in found), found
    return [item for item in found if isinstance(item, Document)]


def test_a_folder_is_read_to_the_end_whatever_fails_in_it(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "b.txt").write_text("")
    (tmp_path / "c.pdf").write_text("no PDF")
    (tmp_path / "d.jsonl").write_text('{"text": "first"}\n{\n{"text": "last"}\n')
    (tmp_path / "e.txt").symlink_to(tmp_path / "gone")
    (tmp_path / "f.txt").mkdir()
    (tmp_path / "f.txt" / "g.MD").write_text("# Title\n\nProse.")
    (tmp_path / "settings.json").write_text("{}")
    found = list(read_source(tmp_path))
    assert [type(item) for item in found] == [
        EncodingError, EmptySourceError, SourceError, Document, SourceError, Document, SourceError, Document,
    ]  # fmt: skip
    last = found[-1]
    assert isinstance(last, Document)
    assert (last.id, last.origin) == ("f.txt/g.MD", str(tmp_path))
    assert last.source == str(tmp_path / "f.txt" / "g.MD")


def test_a_file_is_named_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Words.")
    (document,) = documents(path)
    assert (document.id, document.source, document.origin) == ("a.txt", str(path), str(path))
    assert source_bytes(path) == 6


def test_a_source_that_does_not_exist_is_raised(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"gone: does not exist\. Check the path"):
        next(read_source(tmp_path / "gone"))
    with pytest.raises(SourceError, match="does not exist"):
        source_bytes(tmp_path / "gone")


def test_a_folder_with_nothing_to_read_is_raised(tmp_path: Path) -> None:
    with pytest.raises(EmptySourceError, match="no file to read"):
        next(read_source(tmp_path))
    (tmp_path / "a.docx").write_text("x")
    with pytest.raises(EmptySourceError, match=r"passed over: 1 \.docx\). Known suffixes are .*\.txt"):
        next(read_source(tmp_path))


def test_a_file_of_unknown_suffix_lists_the_known_ones(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_text("x")
    (error,) = read_source(path)
    assert isinstance(error, SourceError)
    assert ".md .ndjson .pdf" in str(error)


def test_a_repeated_id_names_both_lines_unless_the_texts_are_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    lines = [("1", "one"), ("2", "two"), ("1", "one"), ("2", "other"), ("3", "three")]
    path.write_text("\n".join(json.dumps({"id": name, "text": text}) for name, text in lines))
    first, second, error, last = read_source(path)
    assert [item.id for item in (first, second, last) if isinstance(item, Document)] == ["1", "2", "3"]
    assert isinstance(error, SourceError)
    assert error.place == f"{path}, line 4"
    assert f"already at {path}, line 2" in error.reason


def test_a_record_cannot_take_the_name_of_another_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Words.")
    (tmp_path / "b.jsonl").write_text('{"id": "a.txt", "text": "Other."}')
    document, error = read_source(tmp_path)
    assert isinstance(document, Document)
    assert isinstance(error, SourceError)


def test_standard_input_is_one_plain_text(tmp_path: Path) -> None:
    (document,) = documents("-", "Marie Curie\n\nShe was born in Café.".encode("cp1252"))
    assert document.id.startswith("stdin-")
    assert (document.title, document.origin, document.notes) == ("Marie Curie", "-", ("read as cp1252",))
    assert source_bytes("-") == 0
    (error,) = read_source("-", stdin=io.BytesIO(b" \n"))
    assert isinstance(error, EmptySourceError)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_standard_input_may_be_json_lines(mark: str) -> None:
    lines = [json.dumps({"id": str(number), "text": "Words."}) for number in range(3)]
    assert [document.id for document in documents("-", (mark + "\n".join(lines)).encode())] == ["0", "1", "2"]


def test_an_object_without_text_on_standard_input_is_plain_text() -> None:
    (document,) = documents("-", b'{"a": 1}\n{"b": 2}\n')
    assert document.text == '{"a": 1}\n{"b": 2}\n'


def test_a_survey_counts_what_will_be_read_and_what_not(tmp_path: Path) -> None:
    for name in ("a.txt", "b.md", "c.xyz", "d.json"):
        (tmp_path / name).write_text("four")
    counted = survey(tmp_path)
    assert (counted.files, counted.size, counted.skipped) == (2, 8, ((".json", 1), (".xyz", 1)))


def test_records_are_streamed(tmp_path: Path) -> None:
    class Endless(io.RawIOBase):
        def readline(self, size: int | None = -1, /) -> bytes:
            return b'{"text": "Words."}\n'

        def read(self, size: int = -1, /) -> bytes:
            return self.readline() * 10

        def __next__(self) -> bytes:
            return self.readline()

    first = next(read_source("-", stdin=Endless()))  # type: ignore[arg-type]
    assert isinstance(first, Document)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.permutations(["a.txt", "b.md", "c/a.txt", "c/b.html", "d.csv"]))
def test_the_order_of_files_on_disk_does_not_matter(
    names: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("docs")
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(f"text\n{name} Words.")
    assert [document.id.partition("-")[0] for document in documents(folder)] == [
        "a.txt", "b.md", "c/a.txt", "c/b.html", "record",
    ]  # fmt: skip


def test_importing_the_corpus_loads_no_parser() -> None:
    parsers = {"bs4", "pypdf", "markdown_it", "charset_normalizer"}
    code = f"import sys, kgfm.corpus; print({parsers} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "set()\n"
