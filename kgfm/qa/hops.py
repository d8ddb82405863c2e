"""One step of a question: from a known entity (or none) to the things that the step's words relate to it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from kgfm.extraction.tree import Word
from kgfm.qa.agreeing import agreements, is_anothers, is_other_kin
from kgfm.qa.edge_gathering import EdgeGatherer
from kgfm.qa.expectation import DATE, NUMBER
from kgfm.qa.features import probability
from kgfm.qa.fitting import Fitting
from kgfm.qa.reading import SentenceReader
from kgfm.qa.roles import OBJECT, OBLIQUE, distance, head_of, lies_within
from kgfm.qa.sentence import ReadSentence
from kgfm.qa.sentence_gathering import SentenceGatherer
from kgfm.qa.steps import Found, Pointed, Step
from kgfm.qa.words import words

_PARSED: Final = 8  # sentences of the best candidates whose trees are looked at
_MATCHED: Final = 0.85  # fit of a name to the noun asked for from which it is that very thing
_FARTHEST: Final = 10  # edges of the tree over which nearness fades


class HopResolver:
    """Ranks the candidates of a step: roughly first, the best of them by their sentences' trees."""

    def __init__(
        self, edges: EdgeGatherer, sentences: SentenceGatherer, reader: SentenceReader, fitting: Fitting
    ) -> None:
        self._edges = edges
        self._sentences = sentences
        self._reader = reader
        self._fitting = fitting

    def candidates(
        self, step: Step, start: int | None, link: float, pointed: Mapping[int, Pointed]
    ) -> list[Found]:
        """Return what the step may lead to from an entity (by number), best first, each once.

        `pointed` holds what a reader pointed at, by passage.
        """
        rough = list(self._sentences.candidates(step, start, link))
        if start is not None:
            rough += self._edges.candidates(step, start, link)
        rough += self._sentences.pointed(step, start, link, pointed)
        rough.sort(key=_order)
        numbers: dict[int, None] = {}
        for candidate in rough:
            if candidate.passage is not None and len(numbers) < _PARSED:
                numbers.setdefault(candidate.passage)
        numbers.update(dict.fromkeys(self._sentences.nearest(step, start, _PARSED // 2)))
        trees = self._reader.trees(numbers)
        denial = self._sentences.denial(step, start)
        for number, tree in trees.items():
            rough += self._sentences.phrases(step, number, tree, start, link)
        met = {number: self._met(step, number, tree) for number, tree in trees.items()}
        people = {
            number: (self._start_words(number, start, tree), self._other_people(number, start, tree))
            for number, tree in trees.items()
        }
        personal = start is not None and self._fitting.is_person(start)
        found: dict[str, Found] = {}
        for candidate in rough:
            if candidate.passage in trees and candidate.span is not None:
                number = candidate.passage
                candidate = self._refined(
                    candidate, step, trees[number], met[number], *people[number], personal=personal
                )
            if denial:
                candidate = _with(candidate, denial=denial)
            known = found.get(candidate.key)
            if known is None or candidate.probability > known.probability:
                found[candidate.key] = candidate
        return sorted(found.values(), key=_order)

    def _met(self, step: Step, number: int, tree: Sequence[Word]) -> dict[str, list[Word]]:
        """Return the words of a sentence's tree that meet each word of the step, the gap's too."""
        sentence = self._reader.read(number)
        starts = {word.start: word for word in tree}
        wanted = dict.fromkeys((*step.words, step.gap.word) if step.gap.word else step.words)
        found: dict[str, list[Word]] = {}
        for word in wanted:
            scores = [
                (self._fitting.coverages((word,), (other,))[0], place) for place, other in sentence.content
            ]
            best = max((score for score, _ in scores), default=0.0)
            if best > 0.5:
                places = [sentence.spans[place][0] for score, place in scores if score >= best - 0.1]
                found[word] = [starts[start] for start in places if start in starts]
        return found

    def _start_words(self, number: int, start: int | None, tree: Sequence[Word]) -> list[Word]:
        """Return the heads of what names the step's start in a sentence, a pronoun included."""
        if start is None:
            return []
        sentence, context = self._reader.read(number), self._reader.context(number)
        spans = [(one.first, one.last) for one in sentence.mentions if one.entity == start]
        spans += [(place, place) for place, entity in context.referents if entity == start]
        return _heads(sentence, spans, tree)

    def _other_people(self, number: int, start: int | None, tree: Sequence[Word]) -> list[Word]:
        """Return the heads of what stands for people in a sentence, and not for the step's start.

        Pronouns count where the start is a person.
        """
        if start is None:
            return []
        sentence, surnames = self._reader.read(number), self._fitting.surnames(start)
        spans = [
            (one.first, one.last)
            for one in sentence.mentions
            if one.kind == "person" and not surnames & set(words(one.text))
        ]
        if self._fitting.is_person(start):
            spans += [
                (place, place)
                for place, entity in self._reader.context(number).referents
                if self._fitting.is_person(entity) and not surnames & self._fitting.surnames(entity)
            ]
        return _heads(sentence, spans, tree)

    @staticmethod
    def _refined(
        candidate: Found,
        step: Step,
        tree: Sequence[Word],
        met: dict[str, list[Word]],
        starts: Sequence[Word],
        others: Sequence[Word],
        *,
        personal: bool,
    ) -> Found:
        assert candidate.span is not None  # noqa: S101 - seen by the caller
        start, end = candidate.span
        inside = [word for word in tree if start <= word.start < end]
        if not inside:
            return candidate
        head = head_of(inside)
        gaps = [min(distance(head, word) for word in group) for group in met.values() if group]
        near = 1 - min(sum(gaps) / len(gaps), _FARTHEST) / _FARTHEST if gaps else 0.3
        denied = any(
            child.dep == "neg" or child.lower == "never"
            for word in met.get(step.gap.word, ())
            for child in word.children
        )
        pairs = [agreements(step, word, head, starts, others) for word in met.get(step.gap.word, ())]
        best = max(pairs, key=sum, default=(0.5, 0.5))
        # Whose doing it is, is plain where the step's start is a person and does something.
        another = (
            personal
            and step.gap.part in (OBJECT, OBLIQUE)
            and any(
                played <= 0.5 and is_anothers(step, word, head, others)
                for word, (_, played) in zip(met.get(step.gap.word, ()), pairs, strict=True)
            )
        )
        dated = candidate.kind in (DATE, NUMBER)
        features = replace(
            candidate.features,
            near=near,
            part=best[0],
            start=best[1],
            denied=float(denied),
            against=max(candidate.features.against, float(another or is_other_kin(step, head, tree, starts))),
            within=float(not dated and candidate.features.noun < _MATCHED and lies_within(inside, tree)),
        )
        return replace(candidate, features=features, probability=probability(features))


def _heads(sentence: ReadSentence, spans: Sequence[tuple[int, int]], tree: Sequence[Word]) -> list[Word]:
    """Return the heads of phrases, given by the places of their first and last words."""
    heads = []
    for first, last in spans:
        begin, end = sentence.spans[first][0], sentence.spans[last][1]
        if inside := [word for word in tree if begin <= word.start < end]:
            heads.append(head_of(inside))
    return heads


def _with(candidate: Found, **features: float) -> Found:
    """Return a candidate with other features, its probability with them."""
    changed = replace(candidate.features, **features)
    return replace(candidate, features=changed, probability=probability(changed))


def _order(candidate: Found) -> tuple[float, str]:
    return (-candidate.probability, candidate.key)
