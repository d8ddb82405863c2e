import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgfm.corpus.document import Document
from kgfm.corpus.records import Record, read_json_lines, read_json_list, read_table, records_of_lines
from kgfm.corpus.walk import SourceFile
from kgfm.errors import EmptySourceError, EncodingError, SourceError

Found = list[Document | SourceError]


def read(path: Path, content: str | bytes) -> Found:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    readers = {".jsonl": read_json_lines, ".json": read_json_list, ".csv": read_table}
    records = readers[path.suffix](SourceFile(path, path.name, "docs"))
    return [record.document if isinstance(record, Record) else record for record in records]


def documents(found: Found) -> list[Document]:
    assert all(isinstance(item, Document) for item in found), found
    return [item for item in found if isinstance(item, Document)]


def test_every_other_field_is_kept_as_metadata(tmp_path: Path) -> None:
    line = json.dumps(
        {"id": 7, "title": "T", "text": "She.", "year": 1903, "who": ["a", "é"], "by": "x", "n": None}
    )
    (document,) = documents(read(tmp_path / "x.jsonl", line))
    assert (document.id, document.title, document.text) == ("7", "T", "She.")
    assert document.metadata == {"year": "1903", "who": '["a", "é"]', "by": "x", "n": "null"}


def test_without_an_id_a_record_is_named_by_title_and_text(tmp_path: Path) -> None:
    lines = [{"title": "Marie Curie", "text": "a"}, {"title": "Marie Curie", "text": "b"}, {"text": "a"}]
    found = documents(read(tmp_path / "x.jsonl", "\n".join(map(json.dumps, lines))))
    assert [document.id.rpartition("-")[0] for document in found] == ["marie-curie", "marie-curie", "record"]
    assert len({document.id for document in found}) == 3
    assert found[0].id == documents(read(tmp_path / "y.jsonl", json.dumps(lines[0])))[0].id


def test_a_malformed_line_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    lines = [json.dumps({"id": str(number), "text": "words"}) for number in range(1, 31)]
    lines[16] = '{"id": "17", "text": words}'
    found = read(tmp_path / "x.jsonl", "\n".join(lines))
    (error,) = [item for item in found if isinstance(item, SourceError)]
    assert str(error).startswith(
        f"{tmp_path / 'x.jsonl'}, line 17: is not valid JSON (expecting value at column 22)"
    )
    assert len(found) == 30


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"id": "a", "body": "b"}', "has no text; its fields are 'id', 'body'"),
        ('{"text": 5}', "has no text"),
        ('{"text": " "}', "'text' is empty"),
        ("[1]", "is not a JSON object"),
        ('{"text": "a", "id": [1]}', "neither a string nor a number"),
        ("[" * 100_000, "is not valid JSON"),
        ("1" * 5000, "is not valid JSON"),
    ],
)
def test_a_line_that_is_no_record_says_why(tmp_path: Path, line: str, message: str) -> None:
    error, good = read(tmp_path / "x.jsonl", line + '\n\n{"text": "good"}\n')
    assert isinstance(error, SourceError)
    assert message in str(error)
    assert error.place.endswith("x.jsonl, line 1")
    assert isinstance(good, Document)


def test_lone_surrogates_become_replacement_characters(tmp_path: Path) -> None:
    (document,) = documents(
        read(tmp_path / "x.jsonl", r'{"text": "a\ud800b \ud83d\ude00", "k\udc00": "\udc00"}')
    )
    assert document.text == "a\ufffdb 😀"
    assert document.metadata == {"k\ufffd": "\ufffd"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_lines_in_other_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    lines = "".join(f'{{"text": "Café Ċ {number}"}}\n' for number in range(50))
    lines = lines.replace("Ċ", "u") if encoding == "cp1252" else lines  # in UTF-16, Ċ holds the byte of "\n"
    found = documents(read(tmp_path / "x.jsonl", lines.encode(encoding)))
    assert [json.dumps({"text": document.text}, ensure_ascii=False) for document in found] == lines.split(
        "\n"
    )[:-1]
    assert (found[0].notes == ()) == (encoding == "utf-8-sig")


def test_a_line_in_another_encoding_is_told_by_itself(tmp_path: Path) -> None:
    data = '{"text": "Café Zürich"}\n'.encode() * 100 + '{"text": "Café Zürich"}\n'.encode("cp1252")
    found = documents(read(tmp_path / "x.jsonl", data))
    assert {document.text for document in found} == {"Café Zürich"}
    assert [document.notes for document in found[-2:]] == [(), ("read as cp1252",)]


def test_a_line_that_is_no_text_does_not_stop_the_others(tmp_path: Path) -> None:
    data = b'{"text": "one"}\n' * 2 + b"\xff\x00\x81\x01" * 20 + b'\n{"id": "2", "text": "two"}\n'
    padding = b'{"id": "0", "text": "' + b"words " * 200_000 + b'"}\n'
    found = read(tmp_path / "x.jsonl", padding + data)
    assert [type(item) for item in found] == [Document, Document, Document, SourceError, Document]


@pytest.mark.parametrize("name", ["x.jsonl", "x.csv"])
def test_empty_and_binary_files_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(EmptySourceError):
        read(tmp_path / name, " \n\n")
    with pytest.raises(EncodingError):
        read(tmp_path / name, bytes(100))


def test_a_json_list_is_read_item_by_item(tmp_path: Path) -> None:
    first, second = read(tmp_path / "x.json", '[{"title": "T", "text": "a"}, 5]')
    assert isinstance(first, Document)
    assert isinstance(second, SourceError)
    assert second.place.endswith("x.json, item 2")
    for content in ('{"a": 1}', "[]", "{"):
        with pytest.raises(SourceError, match=r"x\.json: "):
            read(tmp_path / "x.json", content)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_gives_one_document_a_row(tmp_path: Path, delimiter: str) -> None:
    rows = [["ID", "Text", "Place"], ["1", '"Two\nlines, and; more"', "Paris"], [], ["2", "Short"]]
    found = documents(read(tmp_path / "x.csv", "\r\n".join(delimiter.join(row) for row in rows)))
    assert [(document.id, document.text) for document in found] == [
        ("1", "Two\nlines, and; more"),
        ("2", "Short"),
    ]
    assert [document.metadata for document in found] == [{"Place": "Paris"}, {}]


def test_a_table_without_text_lists_its_columns(tmp_path: Path) -> None:
    with pytest.raises(
        SourceError, match=r"x\.csv: has no column 'text'; its columns are 'name', 'body'\. Rename"
    ):
        read(tmp_path / "x.csv", "name;body\na;b\n")


def test_rows_that_are_no_records_are_named_and_the_others_are_read(tmp_path: Path) -> None:
    content = 'id,text\n1,good\n2,torn, apart\n3,"bad" quote\n4,\n5,good\n6,"never closed\n'
    found = read(tmp_path / "x.csv", content)
    errors = [item for item in found if isinstance(item, SourceError)]
    assert [error.place.rpartition(" ")[2] for error in errors] == ["3", "4", "5", "7"]
    assert [item.id for item in found if isinstance(item, Document)] == ["1", "5"]


def test_a_cell_may_be_longer_than_the_csv_module_likes(tmp_path: Path) -> None:
    text = "word " * 100_000
    (document,) = documents(read(tmp_path / "x.csv", f"text\n{text}\n"))
    assert document.text == text


@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1)))
def test_any_text_in_a_record_is_read_back(texts: list[str]) -> None:
    texts = [text for text in texts if not text.isspace()]
    stream = io.BytesIO("".join(json.dumps({"text": text}) + "\n" for text in ["first", *texts]).encode())
    found = list(records_of_lines(stream, "x", "x", "x"))
    assert [item.document.text for item in found if isinstance(item, Record)] == ["first", *texts]
