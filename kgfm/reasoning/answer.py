"""What reasoning and question answering hand back: answers, predictions and explanations with evidence.

Plain values without tensors, shared by `reasoning`, `qa`, the engine and everything that renders.
"""

from dataclasses import dataclass
from typing import Literal as OneOf

from kgfm.kg import IRI, Literal, Statement, Triple


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A place in a document that carries a triple, or (triple None) a passage that was found.

    `start` and `end` are characters of the document's text, end exclusive; `sentence` is the text
    between them. `confidence` lies in [0, 1]: of the statement where there is one, else of the match.
    """

    triple: Triple | None
    statement: Statement | None
    document: str  # its id
    title: str
    sentence: str
    start: int
    end: int
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedAnswer:
    """One answer to a question; `path` leads from the question's entity to it, in order."""

    text: str
    term: IRI | Literal | None  # None where the answer is words of a passage only
    confidence: float  # in [0, 1]
    evidence: tuple[Evidence, ...] = ()
    path: tuple[Triple, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What `ask` returns: answers best first, or none and the reason for it."""

    question: str
    answers: tuple[RankedAnswer, ...]
    abstained: bool
    method: OneOf["graph", "passages", "none"]  # what the answers rest on
    reason: str  # one plain line: how it was found, or why it was declined
    passages: tuple[Evidence, ...] = ()  # nearest passages, best first, also where it abstains


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """One completion of a triple with a gap.

    `probability` is how likely this triple is true, by itself, in [0, 1]: not a share among the
    candidates, so that several of them may be likely. `known` says that the graph already states it.
    """

    term: IRI
    label: str
    probability: float
    known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One edge of a path; `forward` says whether the path runs from its subject to its object."""

    triple: Triple
    forward: bool
    confidence: float  # in [0, 1]
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A simple path; `score` in (0, 1] falls with doubt, length and passage through hubs."""

    steps: tuple[Step, ...]
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a triple is, or may be, true: paths between its ends, best first.

    A triple that is not stated is a prediction: `probability` is the graph model's, `carriers` are the
    paths that its score hangs on, each with its share of what they do together as score, in (0, 1].
    """

    head: IRI
    relation: IRI
    tail: IRI
    stated: bool  # whether the triple itself is asserted; then the first path is that edge
    paths: tuple[Path, ...]
    probability: float | None = None  # None where it is stated, or the model knows one of its terms not
    carriers: tuple[Path, ...] = ()
