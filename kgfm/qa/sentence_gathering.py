"""The candidates of one step that sentences around its start name, with rough features."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from kgfm.extraction.tree import Word
from kgfm.qa.expectation import DATE, NUMBER
from kgfm.qa.features import Features, probability
from kgfm.qa.fitting import LEAST_EXACT, LEAST_KIND, Fitting, beside, nearness, share
from kgfm.qa.reading import SentenceReader
from kgfm.qa.search import SearchIndex
from kgfm.qa.sentence import Context, Mention, ReadSentence
from kgfm.qa.steps import Found, Pointed, Step
from kgfm.qa.surface import common_nouns, places_of
from kgfm.qa.words import FUNCTION_WORDS, fold, stem, words

_MOST_SENTENCES: Final = 60  # read around one entity
_RETRIEVED: Final = 12  # sentences read where a step has no known start
# How plainly a sentence speaks of what a step starts from.
_BY_NAME, _BY_PRONOUN, _BY_DESCRIPTION, _BY_TITLE, _BY_SENTENCE_BEFORE = 1.0, 0.85, 0.8, 0.5, 0.4
_DENIED_NAMES: Final = 0.7  # share of the names of what a sentence denies, from which it is what was asked
_REFERENT_SCORE: Final = 0.8  # how sure a pronoun makes us of the person it stands for
_HE_OR_SHE: Final = frozenset({"he", "she"})
_POINTED_SCORE: Final = 0.9  # of what a reader pointed at
_SURE: Final = 0.6  # likelihood from which that may answer whatever the sentence speaks of
_NEAR_IN_MEANING: Final = 0.4  # cosine from which a sentence may answer without sharing a word


class SentenceGatherer:
    """Yields what sentences name, as candidates of a step."""

    def __init__(self, index: SearchIndex, reader: SentenceReader, fitting: Fitting) -> None:
        self._index = index
        self._reader = reader
        self._fitting = fitting
        self._about: dict[int, list[int]] = {}  # entity -> passages of the documents that are titled by it
        for number, passage in enumerate(index.passages):
            topic = reader.topic(passage.title)
            if topic is not None:
                self._about.setdefault(topic, []).append(number)

    def candidates(self, step: Step, start: int | None, link: float) -> Iterator[Found]:
        """Yield the names, dates and figures of sentences around an entity, or of the likeliest."""
        yield from self._in_sentences(step, self._around(step, start), start, link)

    def nearest(self, step: Step, start: int | None, most: int) -> list[int]:
        """Return the passages around the start that are nearest to the step in meaning, at most so many.

        None where only a name, date or figure can answer: these need no more sentences.
        """
        if not _may_be_common(step):
            return []
        around = self._around(step, start)
        near = self._index.passage_similarities(step.vector, around)
        return [around[place] for place in sorted(range(len(around)), key=lambda place: -near[place])[:most]]

    def _in_sentences(
        self, step: Step, numbers: Sequence[int], start: int | None, link: float
    ) -> Iterator[Found]:
        similar = self._index.passage_similarities(step.vector, list(numbers))
        for number, meaning in zip(numbers, similar, strict=True):
            sentence, context = self._reader.read(number), self._reader.context(number)
            mentions = self._mentions(step, sentence, context, start)
            yield from self._named(step, number, mentions, start, link, meaning)

    def denial(self, step: Step, start: int | None) -> float:
        """Return how well a sentence about the start that denies something covers the step, in [0, 1].

        "Rutherford never received the Nobel Prize in Physics" lets no year answer when he did.
        """
        best = 0.0
        for number in self._around(step, start) if start is not None else ():
            sentence = self._reader.read(number)
            if not sentence.negated:
                continue
            context = self._reader.context(number)
            if self._anchor(sentence, context, start) < _BY_DESCRIPTION:
                continue
            if self._fitting.names(step, sentence.passage.text, None, context) < _DENIED_NAMES:
                continue
            places, scores = self._fitting.in_sentence(step, sentence, context)
            if places or not step.words:
                best = max(best, self._fitting.mean(step.words, scores))
        return best

    def phrases(
        self, step: Step, number: int, tree: Sequence[Word], start: int | None, link: float
    ) -> Iterator[Found]:
        """Yield the common nouns of a sentence, with what narrows them down, where no name is asked for."""
        if not _may_be_common(step):
            return
        sentence = self._reader.read(number)
        meaning = self._index.passage_similarities(step.vector, [number])[0]
        yield from self._named(step, number, common_nouns(sentence, tree), start, link, meaning)

    def pointed(
        self, step: Step, start: int | None, link: float, read: Mapping[int, Pointed]
    ) -> Iterator[Found]:
        """Yield what a reader pointed at, by passage: where it was sure, whatever else speaks for it."""
        around = set(self._around(step, start))
        for number, (begin, end, likelihood) in sorted(read.items()):
            far, sure = start is not None and number not in around, likelihood > _SURE
            sentence = self._reader.read(number)
            first, last = places_of(list(sentence.spans), begin, end)
            named = next((one for one in sentence.mentions if (one.first, one.last) == (first, last)), None)
            text = sentence.passage.text[begin:end]
            mention = named or Mention(None, None, "", text, first, last, _POINTED_SCORE)
            if (far and not sure) or (mention.entity is not None and mention.entity in step.avoid | {start}):
                continue
            meaning = self._index.passage_similarities(step.vector, [number])[0]
            yield from self._named(step, number, [mention], start, link, meaning, sure=sure, far=far)

    def _named(
        self,
        step: Step,
        number: int,
        mentions: Iterable[Mention],
        start: int | None,
        link: float,
        meaning: float,
        *,
        sure: bool = False,
        far: bool = False,
    ) -> Iterator[Found]:
        """Yield the candidates among a sentence's mentions, if it speaks of the step's start and words.

        With `sure` they are yielded in any case; `far` says that the sentence is not around the start.
        """
        sentence, context = self._reader.read(number), self._reader.context(number)
        anchor = self._anchor(sentence, context, start)
        if not anchor and not sure:
            return
        places, by_sentence = self._fitting.in_sentence(step, sentence, context)
        exact = share(step.exact, sentence.passage.text, context)
        unfit = (step.words and not places and meaning < _NEAR_IN_MEANING) or exact < LEAST_EXACT
        if unfit and not sure:
            return
        for mention in mentions:
            text = mention.text if mention.entity is None else self._index.entities[mention.entity].label
            noun = self._fitting.noun(step.expects, text, beside(sentence, mention))
            fit = self._fitting.kind(step.expects, mention.kind, noun, text)
            if (fit < LEAST_KIND and not sure) or self._fitting.says_nothing(step, text):
                continue
            features = Features(
                coverage=self._fitting.mean(step.words, by_sentence),
                worst=self._fitting.worst(step.words, by_sentence),
                kind=fit,
                noun=noun,
                near=nearness(mention.first, mention.last, places.values()),
                meaning=max(meaning, 0.0),
                names=self._fitting.names(step, sentence.passage.text, mention.entity, context),
                exact=exact,
                link=link * mention.score,
                anchor=anchor,
                doubt=float(sentence.doubtful),
                against=float(self._fitting.contradicts(step, sentence.words)),
                pointed=float(sure and (far or not anchor or unfit or fit < LEAST_KIND)),
            )
            span = (sentence.spans[mention.first][0], sentence.spans[mention.last][1])
            yield Found(
                mention.term, mention.entity, mention.kind, mention.text, features, None, number, span,
                probability(features),
            )  # fmt: skip

    def _around(self, step: Step, start: int | None) -> list[int]:
        """Return the passages that name the entity, or stand in the document about it; else the likeliest."""
        if start is None:
            ranked = self._index.passages_for(step.text, step.vector, _RETRIEVED)
            return [number for number, _ in ranked]
        numbers = {*self._index.mentions.of(start), *self._about.get(start, ())}
        for number in sorted(numbers):
            # What follows leans on the name without repeating it.
            document = self._index.passages[number].document
            for after in range(number + 1, min(number + 5, len(self._index.passages))):
                if self._index.passages[after].document == document:
                    numbers.add(after)
        chosen = sorted(numbers)
        if len(chosen) > _MOST_SENTENCES:
            near = self._index.passage_similarities(step.vector, chosen)
            order = sorted(range(len(chosen)), key=lambda place: -near[place])[:_MOST_SENTENCES]
            chosen = sorted(chosen[place] for place in order)
        return chosen

    def _anchor(self, sentence: ReadSentence, context: Context, start: int | None) -> float:
        """Return how plainly a sentence speaks of the step's start; 0: not at all."""
        if start is None or start in sentence.entities():
            return _BY_NAME
        if any(entity == start for _, entity in context.referents):
            return _BY_PRONOUN
        others = any(sentence.words[place] in _HE_OR_SHE for place, _ in context.referents)
        if start not in context.entities or others:
            return 0.0  # what "he" does here is another's doing
        nouns = {stem(word) for name in self._index.entities[start].names for word in words(name)}
        described = any(
            word == "the" and nouns & {stem(after) for after in sentence.words[place + 1 : place + 3]}
            for place, word in enumerate(sentence.words)
        )
        if described:
            return _BY_DESCRIPTION
        return _BY_TITLE if start == sentence.topic else _BY_SENTENCE_BEFORE

    def _mentions(
        self, step: Step, sentence: ReadSentence, context: Context, start: int | None
    ) -> Iterator[Mention]:
        """Yield what the sentence names and the question does not, whether it is an entity or not."""
        avoid = step.avoid | {start}
        wants_number = step.expects.kinds[:1] == (NUMBER,)
        linked: set[int] = set()
        taken = {
            (one.first, one.last) for one in sentence.mentions if start is not None and one.entity == start
        }
        for mention in sentence.mentions:
            linked.update(range(mention.first, mention.last + 1))
            if (mention.first, mention.last) in taken:
                continue  # the start itself, by another reading of its name
            if mention.entity not in avoid or mention.entity is None:
                if wants_number or mention.kind != NUMBER:
                    yield mention
        for first, last, text in sentence.capitals:
            if not linked.intersection(range(first, last + 1)) and not set(words(text)) & set(step.exact):
                yield Mention(None, None, "", text, first, last, 0.9)
        yield from self._appositions(step, sentence, linked)
        for place, entity in context.referents:
            if entity not in avoid and sentence.words[place] in _HE_OR_SHE:
                known = self._index.entities[entity]
                yield Mention(known.iri, entity, known.kind, known.label, place, place, _REFERENT_SCORE)

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


def _may_be_common(step: Step) -> bool:
    """Whether a common noun may answer."""
    return not step.wants_name and step.expects.kinds[:1] not in ((DATE,), (NUMBER,))
