"""Answers with their citations: each step with the sentence that says it."""

from collections.abc import Sequence

from kgfm.kg import IRI, Literal
from kgfm.qa.chains import Trail
from kgfm.qa.hops import Found
from kgfm.qa.question import Question
from kgfm.qa.search import SearchIndex
from kgfm.qa.words import words
from kgfm.reasoning.answer import Evidence, RankedAnswer


class Citer:
    """Turns trails into answers."""

    def __init__(self, index: SearchIndex) -> None:
        self._index = index

    def ranked(self, question: Question, trails: Sequence[Trail]) -> list[RankedAnswer]:
        """Return the trails as answers, in their order."""
        return [
            RankedAnswer(
                text=self._text(question, trail.end),
                term=trail.end.term,
                confidence=round(trail.probability, 4),
                evidence=tuple(self._evidence(step) for step in trail.steps if step.edge is None or step.edge.sourced),
                path=tuple(step.edge.triple for step in trail.steps if step.edge),
            )
            for trail in trails
        ]

    def passage(self, number: int, score: float) -> Evidence:
        """Cite a passage by its number."""
        passage = self._index.passages[number]
        return Evidence(
            triple=None,
            statement=None,
            document=passage.document,
            title=passage.title,
            sentence=passage.text,
            start=passage.start,
            end=passage.end,
            confidence=min(max(score, 0.0), 1.0),
        )

    def _text(self, question: Question, found: Found) -> str:
        if found.entity is not None:
            return self._index.entities[found.entity].label
        if question.expects.year and isinstance(found.term, Literal):
            return found.term.value[:4]
        if found.edge and found.edge.sourced and not found.edge.via:
            _, sentence, surface = self._support(found)
            return surface or found.text
        return found.text

    def _evidence(self, found: Found) -> Evidence:
        if found.edge is None or found.edge.sourced is None:
            assert found.passage is not None
            return self.passage(found.passage, found.probability)
        place, sentence, _ = self._support(found)
        sourced = found.edge.sourced
        support = sourced.statement.supports[place]
        return Evidence(
            triple=found.edge.triple,
            statement=sourced.statement,
            document=sourced.document,
            title=sourced.title,
            sentence=sentence,
            start=support.start,
            end=support.end,
            confidence=sourced.statement.confidence,
        )

    def _support(self, found: Found) -> tuple[int, str, str]:
        """Return (number, sentence, object as written) of the support that names what it is cited for."""
        assert found.edge is not None
        assert found.edge.sourced is not None
        sourced = found.edge.sourced
        names = [found.text] if found.entity is None else list(self._index.entities[found.entity].names)
        best, chosen = -1, (0, sourced.sentences[0], "")
        for place, (support, sentence) in enumerate(zip(sourced.statement.supports, sourced.sentences, strict=True)):
            folded = f" {' '.join(words(sentence))} "
            fit = sum(f" {' '.join(words(name))} " in folded for name in names)
            inside = support.start <= support.object_start and support.object_end <= support.end
            surface = ""
            if inside and isinstance(sourced.statement.object, Literal) and found.term == sourced.statement.object:
                surface = sentence[support.object_start - support.start : support.object_end - support.start]
            if fit > best:
                best, chosen = fit, (place, sentence, surface)
        return chosen


def term_text(term: IRI | Literal) -> str:
    """Return a term's own text, where nothing names it better."""
    return term.value
