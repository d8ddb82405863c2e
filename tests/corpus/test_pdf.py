import logging
import warnings
from contextlib import suppress
from pathlib import Path

import pytest
from fpdf import FPDF
from pypdf import PdfReader, PdfWriter
from pypdf.errors import DependencyError

from kgfm.corpus.document import Document
from kgfm.corpus.pdf import read_pdf
from kgfm.corpus.walk import SourceFile
from kgfm.errors import EmptySourceError, SourceError


def write_pdf(path: Path, pages: list[str], title: str = "") -> Path:
    pdf = FPDF()
    pdf.set_font("Helvetica", size=12)
    if title:
        pdf.set_title(title)
    for page in pages:
        pdf.add_page()
        pdf.multi_cell(0, 6, page)
    pdf.output(str(path))
    return path


def encrypt(path: Path, user_password: str) -> Path:
    writer = PdfWriter(clone_from=path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that this old cipher is weak is no matter here
        writer.encrypt(user_password, "owner", algorithm="RC4-128")
    writer.write(path)
    return path


def read(path: Path) -> Document:
    return read_pdf(SourceFile(path, path.name, "docs"))


def test_pages_are_joined_and_counted(tmp_path: Path) -> None:
    document = read(
        write_pdf(tmp_path / "x.pdf", ["She was born in Warsaw.", "She moved to Paris."], "Marie Curie")
    )
    assert document.text == "She was born in Warsaw.\n\nShe moved to Paris."
    assert (document.title, document.metadata, document.notes) == ("Marie Curie", {"pages": "2"}, ())


def test_three_hundred_pages_are_read_to_the_last_sentence(tmp_path: Path) -> None:
    pages = [f"Page {number} has words of its own." for number in range(299)] + ["The last fact is here."]
    document = read(write_pdf(tmp_path / "long.pdf", pages))
    assert document.title == "long"
    assert document.text.split("\n\n") == pages


def test_an_encrypted_file_asks_for_a_copy_without_password(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "x.pdf", ["Secret."])
    with pytest.raises(SourceError, match=r"x\.pdf: the PDF is encrypted\. Save a copy"):
        read(encrypt(path, "password"))


def test_a_cipher_that_is_not_at_hand_counts_as_encrypted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise DependencyError("no cipher")

    path = encrypt(write_pdf(tmp_path / "x.pdf", ["Secret."]), "")
    monkeypatch.setattr(PdfReader, "decrypt", refuse)
    with pytest.raises(SourceError, match="encrypted"):
        read(path)


def test_a_file_that_is_only_protected_against_changes_is_read(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "x.pdf", ["Not secret."])
    assert read(encrypt(path, "")).text == "Not secret."


@pytest.mark.parametrize("content", [b"", b"not a PDF", b"%PDF-1.7\n garbage", b"%PDF-1.4\n1 0 obj\n<<"])
def test_a_broken_file_is_an_error_and_nothing_else_is_heard(
    tmp_path: Path, content: bytes, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"x\.pdf: the PDF is broken\. Open it"):
        read(path)
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []


def test_any_truncated_file_is_read_or_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = write_pdf(tmp_path / "x.pdf", ["She was born in Warsaw.", "She moved to Paris."])
    whole = path.read_bytes()
    for length in range(0, len(whole), 97):
        path.write_bytes(whole[:length])
        with suppress(SourceError):
            assert read(path).text
    assert capfd.readouterr() == ("", "")


def test_pictures_without_text_are_said_to_need_recognition(tmp_path: Path) -> None:
    with pytest.raises(EmptySourceError, match=r"2 pages hold no text.*OCR"):
        read(write_pdf(tmp_path / "x.pdf", ["", ""]))


def test_the_level_of_the_parsers_log_is_put_back(tmp_path: Path) -> None:
    logger = logging.getLogger("pypdf")
    before = logger.level
    read(write_pdf(tmp_path / "x.pdf", ["Words."]))
    assert logger.level == before


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        read(tmp_path / "gone.pdf")
