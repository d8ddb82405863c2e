"""One step of a question: from a known entity (or none) to the things that the step's words relate to it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kgfm.encoders.text import Vectors
from kgfm.kg import IRI, Literal
from kgfm.kg.namespaces import XSD, entity_kind
from kgfm.qa.expectation import DATE, NUMBER, Expectation
from kgfm.qa.features import Features, probability
from kgfm.qa.knowledge import Edge, Neighbourhood
from kgfm.qa.predicates import Predicates
from kgfm.qa.reading import Mention, ReadSentence, SentenceReader
from kgfm.qa.search import SearchIndex
from kgfm.qa.vocabulary import Vocabulary
from kgfm.qa.words import fold, words

_MOST_SENTENCES: Final = 60  # read around one entity
_RETRIEVED: Final = 12  # sentences read where a step has no known start
_REACH: Final = 12.0  # words over which nearness fades
_NUMERIC: Final = frozenset({XSD + name for name in ("integer", "decimal", "double")})
_DATED: Final = frozenset({XSD + name for name in ("date", "gYear", "gYearMonth", "dateTime")})


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate for a step's end."""

    term: IRI | Literal | None
    entity: int | None  # number in the index
    kind: str
    text: str
    probability: float
    features: Features
    edge: Edge | None  # the statement's edge, or None where
    passage: int | None  # ... the candidate only stands in this passage

    @property
    def key(self) -> str:
        """Equal for candidates that are the same answer."""
        return str(self.term) if self.term is not None else fold(self.text)


@dataclass(frozen=True, slots=True)
class Step:
    """A hop made ready: its words folded, and the numbers of the entities that restrict it."""

    words: tuple[str, ...]
    expects: Expectation
    restricting: tuple[frozenset[int], ...]  # one set of readings a name
    exact: tuple[str, ...]  # folded: years, figures and names that are no entities
    vector: Vectors  # of the question, [channels]
    text: str
    avoid: frozenset[int] = frozenset()  # entities that the question itself names


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
        self._vocabulary = vocabulary
        self._numbers = {entity.iri: number for number, entity in enumerate(index.entities)}
        self._titles: dict[str, list[int]] = {}
        for number, passage in enumerate(index.passages):
            self._titles.setdefault(fold(passage.title), []).append(number)

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
        sentences = edge.sourced.sentences if edge.sourced else ("",)
        said = words(sentences[0])
        names = self._predicates.words(edge.triple.predicate)
        by_predicate = self._coverages(step.words, names)
        by_sentence = self._coverages(step.words, said)
        best = [max(pair) for pair in zip(by_predicate, by_sentence, strict=True)]
        features = Features(
            coverage=_mean(best),
            worst=min(best, default=1.0),
            predicate=_mean(by_predicate),
            sentence=_mean(by_sentence),
            kind=step.expects.fit(kind),
            noun=self._noun_fit(step.expects, text, []),
            confidence=edge.confidence,
            names=self._restricted(step, sentences[0], number),
            exact=_share(step.exact, sentences[0]),
            link=link,
        )
        yield Found(edge.target, number, kind, text, probability(features, stated=True), features, edge, None)

    def _in_sentences(
        self, step: Step, numbers: Sequence[int], start: int | None, link: float
    ) -> Iterator[Found]:
        similar = self._index.passage_similarities(step.vector, list(numbers))
        for number, meaning in zip(numbers, similar, strict=True):
            sentence = self._reader.read(number)
            named = start is None or any(mention.entity == start for mention in sentence.mentions)
            if not named and not sentence.pronoun:
                continue
            places, by_sentence = self._matched(step.words, sentence)
            if not any(by_sentence) and step.words:
                continue
            for mention in sentence.mentions:
                if mention.entity is not None and mention.entity in step.avoid | {start}:
                    continue
                if mention.kind == NUMBER and step.expects.kinds[:1] != (NUMBER,):
                    continue
                text = mention.text if mention.entity is None else self._index.entities[mention.entity].label
                features = Features(
                    coverage=_mean(by_sentence),
                    worst=min(by_sentence, default=1.0),
                    sentence=_mean(by_sentence),
                    kind=step.expects.fit(mention.kind),
                    noun=self._noun_fit(step.expects, text, _beside(sentence, mention)),
                    near=_nearness(mention, places),
                    meaning=max(meaning, 0.0),
                    names=self._restricted(step, sentence.passage.text, mention.entity),
                    exact=_share(step.exact, sentence.passage.text),
                    link=link * mention.score,
                    weak=0.0 if named else 1.0,
                    doubt=float(sentence.doubtful),
                )
                yield Found(
                    mention.term,
                    mention.entity,
                    mention.kind,
                    mention.text,
                    probability(features, stated=False),
                    features,
                    None,
                    number,
                )

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

    def _coverages(self, wanted: Sequence[str], given: Iterable[str]) -> list[float]:
        given = list(given)
        kinship = self._vocabulary.kinship
        return [max((kinship(word, other) for other in given), default=0.0) for word in wanted]

    def _matched(self, wanted: Sequence[str], sentence: ReadSentence) -> tuple[list[int], list[float]]:
        """Return where the step's words are met in a sentence, and how well each is."""
        places, scores = [], []
        for word in wanted:
            best, place = 0.0, 0
            for position, other in sentence.content:
                if (score := self._vocabulary.kinship(word, other)) > best:
                    best, place = score, position
            scores.append(best)
            if best > 0.5:
                places.append(place)
        return places, scores

    def _noun_fit(self, expects: Expectation, text: str, beside: Sequence[str]) -> float:
        if not expects.noun:
            return 0.5
        noun = fold(expects.noun)
        return max((self._vocabulary.kinship(noun, word) for word in [*words(text), *beside]), default=0.0)

    def _restricted(self, step: Step, sentence: str, target: int | None) -> float:
        """Return the share of the step's other names that the sentence or the target meets."""
        if not step.restricting:
            return 1.0
        folded = f" {' '.join(words(sentence))} "
        met = 0.0
        for readings in step.restricting:
            names = [name for number in readings for name in self._index.entities[number].names]
            if target in readings or any(f" {' '.join(words(name))} " in folded for name in names):
                met += 1
        return met / len(step.restricting)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 1.0


def _share(wanted: Sequence[str], sentence: str) -> float:
    given = set(words(sentence)) if wanted else set()
    return _mean([float(word in given) for word in wanted])


def _beside(sentence: ReadSentence, mention: Mention) -> Sequence[str]:
    """Return the words next to a mention: "the mineral cleveite"."""
    return [
        *sentence.words[max(0, mention.first - 2) : mention.first],
        *sentence.words[mention.last + 1 : mention.last + 4],
    ]


def _nearness(mention: Mention, places: Sequence[int]) -> float:
    if not places:
        return 0.3
    gaps = [max(mention.first - place, place - mention.last, 0) for place in places]
    return max(0.0, 1 - (sum(gaps) / len(gaps)) / _REACH)
