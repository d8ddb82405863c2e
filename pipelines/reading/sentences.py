"""Questions made from the sentences of the training paragraphs, and the same asked where nothing answers."""

import random
from collections.abc import Iterator, Sequence
from typing import Final

from reading.clauses import ClauseAsker
from reading.examples import Example, Text, lines, sentences_of
from reading.wording import Verbs

from kgfm.extraction.pipeline import parse
from kgfm.extraction.tree import Word, sentences

_SOURCES: Final = ("2wiki_train500", "hotpotqa_train100", "musique_train100")
_LONGEST: Final = 350  # characters of a sentence
_A_SENTENCE: Final = 12  # examples


def paragraphs(most: int, draw: random.Random) -> list[Text]:
    """Return paragraphs, each once, at most so many; those that answer something before others."""
    found: dict[str, tuple[bool, Text]] = {}
    for source in _SOURCES:
        for record in lines(f"qa/multihop/{source}.jsonl.gz"):
            for one in record["paragraphs"]:
                text = Text(source, one["title"], sentences_of(one["text"]))
                found.setdefault(" ".join(text.sentences)[:200], (not one["gold"], text))
    chosen = sorted(found.values(), key=lambda each: (each[0], draw.random()))
    return [text for _, text in chosen[:most]]


def clause_questions(texts: list[Text], draw: random.Random) -> Iterator[Example]:
    places = [(t, p) for t in texts for p, s in enumerate(t.sentences) if len(s) < _LONGEST]
    asker, trees = clauses(places, draw)
    for text, place, words in trees:
        asked = list(asker.ask(words, text.title))
        for each in draw.sample(asked, min(len(asked), _A_SENTENCE)):
            yield Example(each.question, text, place, (each.span,) if each.span else (), each.kind)
            if each.span and len(text.sentences) > 1 and draw.random() < 0.25:
                yield _elsewhere(each.question, text, place, draw)
            name = text.title.split(" (")[0]
            if each.span and name in each.question and draw.random() < 0.3:
                other = draw.choice(texts).title.split(" (")[0]
                if other != name:
                    yield Example(each.question.replace(name, other), text, place, (), "clause of another")


def clauses(
    places: Sequence[tuple[Text, int]], draw: random.Random
) -> tuple[ClauseAsker, list[tuple[Text, int, list[Word]]]]:
    """Parse sentences; return who asks about their clauses, and the words of each that is one sentence."""
    trees = []
    for (text, place), (doc, starts) in zip(places, parse(t.sentences[p] for t, p in places), strict=True):
        words = [s.words for s in sentences(doc, starts, text.sentences[place])]
        trees.append((text, place, words[0] if len(words) == 1 else []))
    verbs = Verbs(word.lemma for _, _, words in trees for word in words if word.is_verb)
    return ClauseAsker(verbs, draw), trees


def _elsewhere(question: str, text: Text, place: int, draw: random.Random) -> Example:
    others = [other for other in range(len(text.sentences)) if other != place]
    return Example(question, text, draw.choice(others), (), "clause elsewhere")
