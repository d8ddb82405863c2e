"""What the tests of extraction share: one extractor, and statements written short."""

from functools import cache

from kgfm.corpus.document import Document
from kgfm.extraction.extractor import Extractor
from kgfm.kg.namespaces import ENTITY, RELATION, WDT
from kgfm.kg.statement import DocumentGraph, Modality, Polarity
from kgfm.kg.terms import IRI, Literal


@cache
def extractor() -> Extractor:
    return Extractor()


def document(text: str, title: str = "notes", identifier: str = "d") -> Document:
    return Document(id=identifier, title=title, text=text, source="memory", origin="memory")


def graph_of(text: str, title: str = "notes") -> DocumentGraph:
    return next(extractor().extract([document(text, title)]))


def said(text: str, title: str = "notes") -> set[str]:
    """Return statements such as "person:Ada P19 place:London"; "not" and "maybe" stand in front."""
    found = set()
    for statement in graph_of(text, title).statements:
        mark = "not " if statement.polarity is Polarity.NEGATED else ""
        mark += "maybe " if statement.modality is Modality.HEDGED else ""
        found.add(
            mark
            + " ".join(short(term) for term in (statement.subject, statement.predicate, statement.object))
        )
    return found


def short(term: IRI | Literal) -> str:
    if isinstance(term, Literal):
        return term.value
    return term.value.removeprefix(ENTITY).removeprefix(WDT).removeprefix(RELATION)
