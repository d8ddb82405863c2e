"""RDF terms and triples as plain values.

`str()` of a term is its N-Triples form, which is also valid in Turtle and SPARQL.
Source: RDF 1.1 Concepts, section 3; N-Triples 1.1, section 2.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

_ESCAPES: Final = str.maketrans(
    {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
)
_NOT_IN_IRI: Final = re.compile(r'[\x00-\x20<>"{}|^`\\]')


@dataclass(frozen=True, slots=True, order=True)
class IRI:
    """An absolute IRI, such as `http://www.wikidata.org/prop/direct/P19`."""

    value: str

    def __str__(self) -> str:
        # Percent-encoding what may not stand in an IRI keeps hostile input from closing the bracket.
        if _NOT_IN_IRI.search(self.value):
            return f"<{_NOT_IN_IRI.sub(lambda match: quote(match[0]), self.value)}>"
        return f"<{self.value}>"


@dataclass(frozen=True, slots=True, order=True)
class BlankNode:
    """A node without a name; `value` is its label, unique within one file or store."""

    value: str

    def __str__(self) -> str:
        return f"_:{self.value}"


@dataclass(frozen=True, slots=True, order=True)
class Literal:
    """A text, number or date: lexical form, datatype IRI or language tag ("" where there is none)."""

    value: str
    datatype: str = ""
    language: str = ""

    def __str__(self) -> str:
        plain = self.value.isprintable() and '"' not in self.value and "\\" not in self.value
        text = f'"{self.value if plain else self.value.translate(_ESCAPES)}"'
        if self.language:
            return f"{text}@{self.language}"
        return f"{text}^^{IRI(self.datatype)}" if self.datatype else text


Term = IRI | BlankNode | Literal


@dataclass(frozen=True, slots=True)
class Triple:
    """Subject, predicate, object."""

    subject: IRI | BlankNode
    predicate: IRI
    object: Term

    def __str__(self) -> str:
        return f"{self.subject} {self.predicate} {self.object} ."
