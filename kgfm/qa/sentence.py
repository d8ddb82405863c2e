"""A sentence as question answering reads it, what is named in it, and what it leans on."""

from dataclasses import dataclass

from kgfm.kg import IRI, Literal
from kgfm.qa.passages import Passage


@dataclass(frozen=True, slots=True)
class Mention:
    """Something named in a sentence, that may answer a question."""

    term: IRI | Literal | None  # None for a number
    entity: int | None  # its number in the index
    kind: str  # entity kind, "date" or "number"
    text: str
    first: int  # position among the sentence's words
    last: int
    score: float  # how sure the name makes us of the entity, in (0, 1]


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """`words` are folded, each by its position; `doubtful`: it denies or hedges; `negated`: it denies."""

    passage: Passage
    spans: tuple[tuple[int, int], ...]  # characters of each word within the passage's text
    words: tuple[str, ...]
    content: tuple[tuple[int, str], ...]  # position and word, function words left out; phrases joined by "_"
    mentions: tuple[Mention, ...]
    capitals: tuple[tuple[int, int, str], ...]  # runs of capitalised words: first, last, as written
    doubtful: bool
    negated: bool
    topic: int | None  # the entity that the document's title names

    def entities(self) -> set[int]:
        """Return the numbers of the entities that the sentence names."""
        return {mention.entity for mention in self.mentions if mention.entity is not None}


@dataclass(frozen=True, slots=True)
class Context:
    """What a sentence leans on: its title and the sentences before it."""

    said: str  # folded words of both, a space before and behind
    words: frozenset[str]  # content words, folded
    entities: frozenset[int]
    referents: tuple[tuple[int, int], ...]  # a pronoun's position and the entity it most likely stands for
