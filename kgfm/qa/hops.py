"""One step of a question: from a known entity (or none) to the things that the step's words relate to it."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

from kgfm.kg import IRI, Literal
from kgfm.kg.namespaces import XSD, entity_kind
from kgfm.qa.expectation import DATE, NUMBER
from kgfm.qa.features import Features, probability
from kgfm.qa.fitting import Fitting, beside, mean, nearness, share
from kgfm.qa.knowledge import Edge, Neighbourhood
from kgfm.qa.predicates import Predicates
from kgfm.qa.reading import Mention, ReadSentence, SentenceReader
from kgfm.qa.search import SearchIndex
from kgfm.qa.steps import Found, Step
from kgfm.qa.vocabulary import Vocabulary
from kgfm.qa.words import FUNCTION_WORDS, fold, words

_MOST_SENTENCES: Final = 60  # read around one entity
_RETRIEVED: Final = 12  # sentences read where a step has no known start
_NUMERIC: Final = frozenset({XSD + name for name in ("integer", "decimal", "double")})
_DATED: Final = frozenset({XSD + name for name in ("date", "gYear", "gYearMonth", "dateTime")})
_TOPIC_SCORE: Final = 0.7  # how sure a pronoun makes us that it stands for the document's topic
_HE_OR_SHE: Final = frozenset({"he", "she"})


class HopResolver:
    """Finds the candidates of a step in the graph and in the sentences around its start."""

    def __init__(
        self,
        index: SearchIndex,
        reader: SentenceReader,
        neighbourhood: Neighbourhood,
        predicates: Predicates,
        vocabulary: Vocabulary,
    ) -> None:
        self._index = index
        self._reader = reader
        self._neighbourhood = neighbourhood
        self._predicates = predicates
        self._fitting = Fitting(vocabulary, index.entities)
        self._numbers = {entity.iri: number for number, entity in enumerate(index.entities)}
        self._titles: dict[str, list[int]] = {}
        self._places: dict[str, tuple[list[int], list[int]]] = {}  # document -> starts, passage numbers
        for number, passage in enumerate(index.passages):
            self._titles.setdefault(fold(passage.title), []).append(number)
            starts, numbers = self._places.setdefault(passage.document, ([], []))
            starts.append(passage.start)
            numbers.append(number)

    def candidates(self, step: Step, start: int | None, link: float) -> list[Found]:
        """Return what the step may lead to from an entity (by number), best first, each once."""
        found: dict[str, Found] = {}
        for candidate in self._all(step, start, link):
            known = found.get(candidate.key)
            if known is None or candidate.probability > known.probability:
                found[candidate.key] = candidate
        return sorted(found.values(), key=lambda one: (-one.probability, one.key))

    def _all(self, step: Step, start: int | None, link: float) -> Iterator[Found]:
        if start is None:
            ranked = self._index.passages_for(step.text, step.vector, _RETRIEVED)
            yield from self._in_sentences(step, [number for number, _ in ranked], None, link)
            return
        edges = self._neighbourhood.edges(self._index.entities[start].iri)
        for edge in edges:
            if edge.holds:
                yield from self._by_edge(step, edge, start, link)
        yield from self._in_sentences(step, self._around(step, start), start, link)

    def _around(self, step: Step, start: int) -> list[int]:
        """Return the passages that name the entity, or stand in the document about it."""
        entity = self._index.entities[start]
        numbers = set(self._index.mentions.of(start))
        for name in entity.names:
            numbers.update(self._titles.get(fold(name), ()))
        chosen = sorted(numbers)
        if len(chosen) > _MOST_SENTENCES:
            near = self._index.passage_similarities(step.vector, chosen)
            order = sorted(range(len(chosen)), key=lambda place: -near[place])[:_MOST_SENTENCES]
            chosen = sorted(chosen[place] for place in order)
        return chosen

    def _by_edge(self, step: Step, edge: Edge, start: int, link: float) -> Iterator[Found]:
        kind, text, number = self._described(edge.target)
        if number is not None and number in step.avoid | {start}:
            return
        sentence = edge.sourced.sentences[0] if edge.sourced else ""
        title = edge.sourced.title if edge.sourced else ""
        read = self._read(edge)
        by_predicate = self._fitting.coverages(step.words, self._predicates.words(edge.triple.predicate))
        by_sentence = self._fitting.coverages(step.words, words(sentence))
        best = [max(pair) for pair in zip(by_predicate, by_sentence, strict=True)]
        noun = self._fitting.noun(step.expects, text)
        features = Features(
            coverage=mean(best),
            worst=min(best, default=1.0),
            predicate=mean(by_predicate),
            sentence=mean(by_sentence),
            kind=self._fitting.kind(step.expects, kind, noun, text),
            noun=noun,
            confidence=edge.confidence,
            meaning=self._index.passage_similarities(step.vector, [read[0]])[0] if read else 0.0,
            names=self._fitting.names(step, sentence, number, read[1].topic if read else None),
            exact=share(step.exact, sentence, title),
            link=link,
            qualifier=float(edge.via != ""),
        )
        yield Found(edge.target, number, kind, text, probability(features, stated=True), features, edge, None)

    def _read(self, edge: Edge) -> tuple[int, ReadSentence] | None:
        """Return number and reading of the passage where an edge's first support begins."""
        if edge.sourced is None or edge.sourced.document not in self._places:
            return None
        starts, numbers = self._places[edge.sourced.document]
        place = bisect_right(starts, edge.sourced.statement.supports[0].start)
        number = numbers[max(place - 1, 0)]
        return number, self._reader.read(number)

    def _in_sentences(
        self, step: Step, numbers: Sequence[int], start: int | None, link: float
    ) -> Iterator[Found]:
        similar = self._index.passage_similarities(step.vector, list(numbers))
        for number, meaning in zip(numbers, similar, strict=True):
            sentence = self._reader.read(number)
            named = start is None or any(mention.entity == start for mention in sentence.mentions)
            if not named and not (sentence.pronoun and sentence.topic == start):
                continue
            places, by_sentence = self._fitting.matched(step.words, sentence)
            if not any(by_sentence) and step.words:
                continue
            for mention in self._mentions(step, sentence, start):
                text = mention.text if mention.entity is None else self._index.entities[mention.entity].label
                noun = self._fitting.noun(step.expects, text, beside(sentence, mention))
                features = Features(
                    coverage=mean(by_sentence),
                    worst=min(by_sentence, default=1.0),
                    sentence=mean(by_sentence),
                    kind=self._fitting.kind(step.expects, mention.kind, noun, text),
                    noun=noun,
                    near=nearness(mention, places),
                    meaning=max(meaning, 0.0),
                    names=self._fitting.names(step, sentence.passage.text, mention.entity, sentence.topic),
                    exact=share(step.exact, sentence.passage.text, sentence.passage.title),
                    link=link * mention.score,
                    weak=0.0 if named else 1.0,
                    doubt=float(sentence.doubtful),
                )
                sure = probability(features, stated=False)
                yield Found(
                    mention.term, mention.entity, mention.kind, mention.text, sure, features, None, number
                )

    def _mentions(self, step: Step, sentence: ReadSentence, start: int | None) -> Iterator[Mention]:
        """Yield what the sentence names and the question does not, whether it is an entity or not."""
        avoid = step.avoid | {start}
        wants_number = step.expects.kinds[:1] == (NUMBER,)
        linked: set[int] = set()
        for mention in sentence.mentions:
            linked.update(range(mention.first, mention.last + 1))
            if mention.entity not in avoid or mention.entity is None:
                if wants_number or mention.kind != NUMBER:
                    yield mention
        for first, last, text in sentence.capitals:
            if not linked.intersection(range(first, last + 1)) and not set(words(text)) & set(step.exact):
                yield Mention(None, None, "", text, first, last, 0.9)
        yield from self._appositions(step, sentence, linked)
        yield from self._topic(sentence, avoid)

    def _appositions(self, step: Step, sentence: ReadSentence, linked: set[int]) -> Iterator[Mention]:
        """Yield the word behind the expected noun: "the mineral cleveite"."""
        if not step.expects.noun:
            return
        noun = (fold(step.expects.noun),)
        for place, (position, word) in enumerate(sentence.content[:-1]):
            after, text = sentence.content[place + 1]
            if after == position + 1 and after not in linked and text not in FUNCTION_WORDS:
                if self._fitting.coverages(noun, (word,))[0] >= 0.9 and text.isalpha():
                    yield Mention(None, None, "", text, after, after, 0.9)

    def _topic(self, sentence: ReadSentence, avoid: frozenset[int | None]) -> Iterator[Mention]:
        """Yield the person that the document is about, where the sentence says "she"."""
        if sentence.topic is None or sentence.topic in avoid:
            return
        entity = self._index.entities[sentence.topic]
        place = next((place for place, word in enumerate(sentence.words) if word in _HE_OR_SHE), None)
        if place is not None and entity.kind == "person":
            yield Mention(entity.iri, sentence.topic, "person", entity.label, place, place, _TOPIC_SCORE)

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
