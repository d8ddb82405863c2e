"""One step of a question made ready to be followed, and what it may lead to."""

from dataclasses import dataclass

from kgfm.encoders.text import Vectors
from kgfm.kg import IRI, Literal
from kgfm.qa.expectation import Expectation
from kgfm.qa.features import Features
from kgfm.qa.gaps import Gap
from kgfm.qa.knowledge import Edge
from kgfm.qa.words import fold

Span = tuple[int, int]  # characters of a passage
Pointed = tuple[int, int, float]  # characters that a reader takes for an answer, and how likely they are


@dataclass(frozen=True, slots=True)
class Step:
    """A hop made ready: its words folded, and the numbers of the entities that restrict it."""

    words: tuple[str, ...]
    expects: Expectation
    restricting: tuple[frozenset[int], ...]  # one set of readings a name
    exact: tuple[str, ...]  # folded: years, figures and names that are no entities
    gap: Gap
    vector: Vectors  # of its text, [channels]
    text: str
    avoid: frozenset[int] = frozenset()  # entities that the question itself names
    said: frozenset[str] = frozenset()  # stems of the question's words
    wants_name: bool = False  # whether only a proper name can be the end


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate for a step's end."""

    term: IRI | Literal | None
    entity: int | None  # number in the index
    kind: str
    text: str
    features: Features
    edge: Edge | None  # the statement's edge, or None where the candidate only stands in the passage
    passage: int | None  # number of the passage that says it; None for an imported triple
    span: tuple[int, int] | None  # characters of the candidate in that passage, where it is named there
    probability: float

    @property
    def key(self) -> str:
        """Equal for candidates that are the same answer."""
        return str(self.term) if self.term is not None else fold(self.text)
