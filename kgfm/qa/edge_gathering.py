"""The candidates of one step that statements about its start lead to, with rough features."""

from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

from kgfm.kg import IRI, Literal
from kgfm.kg.namespaces import XSD, entity_kind
from kgfm.qa.expectation import DATE, NUMBER
from kgfm.qa.features import Features, probability
from kgfm.qa.fitting import LEAST_EXACT, LEAST_KIND, Fitting, share
from kgfm.qa.knowledge import Edge, Neighbourhood
from kgfm.qa.predicates import Predicates
from kgfm.qa.reading import SentenceReader
from kgfm.qa.search import SearchIndex
from kgfm.qa.sentence import Context
from kgfm.qa.steps import Found, Step

_NUMERIC: Final = frozenset({XSD + name for name in ("integer", "decimal", "double")})
_DATED: Final = frozenset({XSD + name for name in ("date", "gYear", "gYearMonth", "dateTime")})
_EMPTY: Final = Context("", frozenset(), frozenset(), ())


class EdgeGatherer:
    """Yields what statements lead to from a step's start."""

    def __init__(
        self,
        index: SearchIndex,
        reader: SentenceReader,
        neighbourhood: Neighbourhood,
        predicates: Predicates,
        fitting: Fitting,
    ) -> None:
        self._index = index
        self._reader = reader
        self._neighbourhood = neighbourhood
        self._predicates = predicates
        self._fitting = fitting
        self._numbers = {entity.iri: number for number, entity in enumerate(index.entities)}
        self._places: dict[str, tuple[list[int], list[int]]] = {}  # document -> starts, passage numbers
        for number, passage in enumerate(index.passages):
            starts, numbers = self._places.setdefault(passage.document, ([], []))
            starts.append(passage.start)
            numbers.append(number)

    def candidates(self, step: Step, start: int, link: float) -> Iterator[Found]:
        """Yield what the step may lead to from an entity (by number) by statements that hold."""
        for edge in self._neighbourhood.edges(self._index.entities[start].iri):
            if edge.holds:
                yield from self._by_edge(step, edge, start, link)

    def _by_edge(self, step: Step, edge: Edge, start: int, link: float) -> Iterator[Found]:
        kind, text, number = self._described(edge.target)
        noun = self._fitting.noun(step.expects, text)
        fit = self._fitting.kind(step.expects, kind, noun, text)
        if (number is not None and number in step.avoid | {start}) or fit < LEAST_KIND:
            return
        if self._fitting.says_nothing(step, text):
            return
        place = self._passage_of(edge)
        context = _EMPTY if place is None else self._reader.context(place)
        sentence = edge.sourced.sentences[0] if edge.sourced else ""
        exact = share(step.exact, sentence, context)
        if exact < LEAST_EXACT:
            return
        by_predicate = self._fitting.coverages(
            step.words, self._predicates.words(edge.triple.predicate, edge.forward)
        )
        by_sentence, against = [0.0] * len(step.words), False
        if place is not None:
            read = self._reader.read(place)
            _, by_sentence = self._fitting.in_sentence(step, read, context)
            against = self._fitting.contradicts(step, read.words)
        best = [max(pair) for pair in zip(by_predicate, by_sentence, strict=True)]
        features = Features(
            predicate=self._fitting.mean(step.words, by_predicate),
            coverage=self._fitting.mean(step.words, best),
            worst=self._fitting.worst(step.words, best),
            kind=fit,
            noun=noun,
            confidence=edge.confidence,
            near=0.5,
            meaning=0.0 if place is None else self._index.passage_similarities(step.vector, [place])[0],
            names=self._fitting.names(step, sentence, number, context),
            exact=exact,
            link=link,
            against=float(against),
            qualifier=float(edge.via != ""),
        )
        span = None if place is None else self._span(edge, place)
        yield Found(edge.target, number, kind, text, features, edge, place, span, probability(features))

    def _passage_of(self, edge: Edge) -> int | None:
        """Return the number of the passage where an edge's first support begins."""
        if edge.sourced is None or edge.sourced.document not in self._places:
            return None
        starts, numbers = self._places[edge.sourced.document]
        place = bisect_right(starts, edge.sourced.statement.supports[0].start)
        return numbers[max(place - 1, 0)]

    def _span(self, edge: Edge, number: int) -> tuple[int, int] | None:
        """Return where the passage names the edge's target; None for a circumstance."""
        if edge.sourced is None or edge.via:
            return None
        support, passage = edge.sourced.statement.supports[0], self._index.passages[number]
        start, end = (
            (support.object_start, support.object_end)
            if edge.forward
            else (support.subject_start, support.subject_end)
        )
        inside = passage.start <= start < end <= passage.end
        return (start - passage.start, end - passage.start) if inside else None

    def _described(self, target: IRI | Literal) -> tuple[str, str, int | None]:
        if isinstance(target, IRI):
            number = self._numbers.get(target)
            if number is None:
                return entity_kind(target) or "", target.value, None
            entity = self._index.entities[number]
            return entity.kind, entity.label, number
        if target.datatype in _DATED:
            return DATE, target.value, None
        return (NUMBER if target.datatype in _NUMERIC else ""), target.value, None
