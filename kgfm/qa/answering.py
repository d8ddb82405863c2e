"""Questions answered from the graph and the texts behind it, with citations, or declined."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from kgfm.encoders.config import TextEncoderConfig
from kgfm.encoders.text import TextEncoder, TransformerEncoder, Vectors
from kgfm.ontology.schema import Schema
from kgfm.qa.chains import ChainResolver, Trail
from kgfm.qa.citing import Citer
from kgfm.qa.config import AnsweringConfig
from kgfm.qa.edge_gathering import EdgeGatherer
from kgfm.qa.fitting import Fitting
from kgfm.qa.hops import HopResolver
from kgfm.qa.knowledge import Neighbourhood, StoreSource
from kgfm.qa.linking import EntityLinker
from kgfm.qa.predicates import Predicates
from kgfm.qa.question import Question, read_question
from kgfm.qa.reading import SentenceReader
from kgfm.qa.rereading import WEIGHED, Rereader, Shares
from kgfm.qa.search import Progress, SearchIndex
from kgfm.qa.sentence_gathering import SentenceGatherer
from kgfm.qa.vocabulary import Vocabulary
from kgfm.reasoning.answer import Answer, Evidence, RankedAnswer
from kgfm.stores.base import TripleStore

_NEAREST: Final = 8  # sentences nearest to a question that are read whatever they name
_WORTH_NAMING: Final = 0.05  # confidence below which a declined candidate is not even told


@dataclass(frozen=True, slots=True)
class Weighed:
    """An answer, how it was reached, and how likely its sentences say so; those of a group are no rivals."""

    trail: Trail
    shares: Shares
    text: str
    group: int


def _silent(*_: object) -> None:
    """Report nothing."""


class QuestionAnswerer:
    """Answers questions over one version of a knowledge base."""

    def __init__(
        self,
        store: TripleStore,
        index: SearchIndex,
        encoder: TextEncoder,
        schema: Schema,
        config: AnsweringConfig | None = None,
    ) -> None:
        self.index = index
        self.config = config or AnsweringConfig()
        self._encoder = encoder
        self._linker = EntityLinker(index.entities)
        predicates = Predicates(schema)
        self._neighbourhood = Neighbourhood(store)
        self._vocabulary = Vocabulary(*index.words, predicates.synonyms())
        reader = SentenceReader(index, self._linker)
        fitting = Fitting(self._vocabulary, index.entities, index.weight)
        edges = EdgeGatherer(index, reader, self._neighbourhood, predicates, fitting)
        hops = HopResolver(edges, SentenceGatherer(index, reader, fitting), reader, fitting)
        self._chains = ChainResolver(hops, self.config.beam)
        self._rereader = Rereader(index, reader)
        self._citer = Citer(index)

    @classmethod
    def open(
        cls,
        store: TripleStore,
        folder: Path | None = None,
        progress: Progress = _silent,
        *,
        config: AnsweringConfig | None = None,
        encoder: TextEncoder | None = None,
        schema: Schema | None = None,
    ) -> Self:
        """Open or build the index in `folder`, by default with the packaged encoder and schema."""
        encoder = encoder or TransformerEncoder(TextEncoderConfig())
        index = SearchIndex.open(StoreSource(store), encoder, folder, progress=progress)
        return cls(store, index, encoder, schema or Schema.default(), config)

    def ask(self, question: str, *, top: int = 10, min_confidence: float | None = None) -> Answer:
        """Return the answers best first, at most `top`, or none where the best is not sure enough."""
        least = self.config.min_confidence if min_confidence is None else min_confidence
        read = read_question(question, self._linker)
        if not read.chains or (not self.index.passages and not self.index.entities):
            reason = "The question has no words." if not read.chains else "The knowledge base is empty."
            return Answer(question=question, answers=(), abstained=True, method="none", reason=reason)
        vectors = self._vectors(read)
        passages = self._passages(read, vectors)
        trails = self._rereader.reread(read, self._trails(read, vectors))
        ranked = self._citer.ranked(read, trails[: 2 * top])[:top]
        sure = [answer for answer in ranked if answer.confidence >= least]
        if not sure:
            return Answer(
                question=question, answers=(), abstained=True, method="none",
                reason=self._why_not(read, ranked), passages=passages,
            )  # fmt: skip
        graph = all(one.triple is not None for one in sure[0].evidence)
        return Answer(
            question=question,
            answers=tuple(ranked),
            abstained=False,
            method="graph" if graph else "passages",
            reason="stated in the graph"
            if graph
            else "read from the passages that fit best, not from a statement",
            passages=passages,
        )

    def weighed(self, question: str) -> list[Weighed]:
        """Return what speaks for the likeliest answers, likeliest first before anything was read."""
        read = read_question(question, self._linker)
        trails = self._trails(read, self._vectors(read))[:WEIGHED]
        shares = self._rereader.shares(read, trails)
        groups = self._rereader.groups(trails)
        return [
            Weighed(trail, each, answer.text, group)
            for trail, each, group in zip(trails, shares, groups, strict=True)
            for answer in self._citer.ranked(read, [trail])
        ]

    def _trails(self, question: Question, vectors: dict[str, Vectors]) -> list[Trail]:
        """Follow the question, read what is near, and follow it again where the reader points elsewhere."""
        trails = self._chains.trails(question, vectors)
        near = [
            number for number, _ in self.index.passages_for(question.text, vectors[question.text], _NEAREST)
        ]
        pointed = self._rereader.pointed(question, trails, near)
        return self._chains.trails(question, vectors, pointed) if pointed else trails

    def _vectors(self, question: Question) -> dict[str, Vectors]:
        """Encode the question and its hops in one batch; new words of it along with them."""
        queries = {question.text, *(hop.query for chain in question.chains for hop in chain)}
        words = {word for chain in question.chains for hop in chain for word in hop.words}
        new = [word for word in sorted(words) if self._vocabulary.vector(word) is None]
        texts = [*sorted(queries), *new]
        said = [text.replace("_", " ") for text in texts]  # phrases are joined so
        vectors = dict(zip(texts, self._encoder.encode(said), strict=True))
        for word in new:
            self._vocabulary.learn(word, vectors[word])
        return vectors

    def _passages(self, question: Question, vectors: dict[str, Vectors]) -> tuple[Evidence, ...]:
        found = self.index.passages_for(question.text, vectors[question.text], self.config.passages)
        return tuple(self._citer.passage(number, score) for number, score in found)

    def _why_not(self, question: Question, ranked: Sequence[RankedAnswer]) -> str:
        if question.unknown:
            return f"The knowledge base does not know {', '.join(question.unknown)}."
        if ranked and ranked[0].confidence >= _WORTH_NAMING:
            return f"The best candidate, {ranked[0].text}, is not sure enough ({ranked[0].confidence:.2f})."
        return "Nothing in the knowledge base fits the question."
