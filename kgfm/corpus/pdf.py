"""PDF to documents: the text layer, page by page."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kgfm.corpus.document import Document
from kgfm.corpus.encoding import encodable
from kgfm.corpus.walk import SourceFile
from kgfm.errors import EmptySourceError, SourceError

if TYPE_CHECKING:
    from pypdf import PdfReader


def read_pdf(file: SourceFile) -> Document:
    """Return a PDF file as a document whose text is that of its pages, with a blank line between them.

    `metadata["pages"]` counts the pages. The title is the file's own, else its stem. Raises
    SourceError for a file that is encrypted, broken, or without a text layer.
    """
    file.check()
    with _quiet():
        from pypdf import PdfReader  # here: a command that builds nothing need not load it

        try:
            reader = PdfReader(file.path)
            if reader.is_encrypted and not _opens_without_password(reader):
                raise SourceError(
                    file.place, "the PDF is encrypted. Save a copy without a password and read that."
                )
            pages = len(reader.pages)
            title = _title(reader)
            texts, notes = _texts(reader, pages)
        except SourceError:
            raise
        except OSError as error:
            raise file.unreadable(error) from error
        except Exception as error:  # a damaged file makes the parser fail in any way whatever
            raise _broken(file) from error
    if len(notes) == pages:
        raise _broken(file)
    text = encodable("\n\n".join(texts))
    if not text.strip():
        raise EmptySourceError(
            file.place,
            f"its {pages} pages hold no text, only pictures. Run text recognition (OCR) on it first.",
        )
    return Document(
        id=file.id,
        title=title or file.path.stem,
        text=text,
        source=file.place,
        origin=file.origin,
        metadata={"pages": str(pages)},
        notes=notes,
    )


def _broken(file: SourceFile) -> SourceError:
    return SourceError(
        file.place, "the PDF is broken. Open it in a viewer and save it anew, or leave it out."
    )


def _opens_without_password(reader: "PdfReader") -> bool:
    from pypdf.errors import DependencyError

    try:
        return bool(reader.decrypt(""))
    except (DependencyError, NotImplementedError):  # a cipher that is not at hand
        return False


def _title(reader: "PdfReader") -> str:
    information = reader.metadata
    return encodable(" ".join(str(information.title or "").split())) if information else ""


def _texts(reader: "PdfReader", pages: int) -> tuple[list[str], tuple[str, ...]]:
    """Return the text of each page, and a note for each that could not be read."""
    texts, notes = [], []
    for number in range(pages):
        try:
            texts.append(reader.pages[number].extract_text().strip())
        except Exception:  # noqa: BLE001 - one damaged page must not cost the others
            notes.append(f"page {number + 1} of {pages} is damaged and was left out")
    return texts, tuple(notes)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the parser's remarks on sloppy files away from the user: what matters becomes an error."""
    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
