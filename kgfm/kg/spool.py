"""The nodes of a graph that is written as it streams by: what must wait for its end, kept small."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from kgfm.kg.namespaces import LABEL, TYPE
from kgfm.kg.terms import IRI, BlankNode, Literal, Term, Triple


class NodeTable:
    """Remembers an entity's label and classes, and of a text only that it has been seen.

    A file names its nodes before what joins them, but labels come at any time: so the former are kept
    until the end. Memory grows by some 200 bytes an entity and 100 bytes a text, however long.
    """

    def __init__(self) -> None:
        self.labels: dict[IRI | BlankNode, str] = {}  # "" where there is none
        self.classes: dict[IRI | BlankNode, tuple[IRI, ...]] = {}
        self._texts: set[bytes] = set()

    def new_texts(self, triple: Triple) -> Iterator[Literal]:
        """Take note of a triple; yield the text in it if it has not been seen before."""
        subject, object_ = triple.subject, triple.object
        self.labels.setdefault(subject, "")
        if triple.predicate == LABEL and isinstance(object_, Literal) and not self.labels[subject]:
            self.labels[subject] = object_.value
        if triple.predicate == TYPE and isinstance(object_, IRI):
            self.classes[subject] = (*self.classes.get(subject, ()), object_)
        if not isinstance(object_, Literal):
            self.labels.setdefault(object_, "")
            return
        digest = _digest(object_)
        if digest not in self._texts:
            self._texts.add(digest)
            yield object_


def _digest(term: Term) -> bytes:
    return hashlib.blake2b(str(term).encode(errors="surrogatepass"), digest_size=16).digest()


@contextmanager
def put_behind(raw: IO[bytes]) -> Iterator[IO[bytes]]:
    """Give a file whose content is written to `raw` at the end: for what comes before its time."""
    with tempfile.TemporaryFile(prefix="kgfm-") as waiting:
        yield waiting
        waiting.seek(0)
        shutil.copyfileobj(waiting, raw)
