"""Questions that people wrote: MuSiQue's single steps, and HotpotQA's with the sentences it names."""

import random
import re
from collections.abc import Iterator

from reading.examples import Example, Text, lines, occurrences, sentences_of
from reading.facts import _WIKI_RELATIONS, asked


def musique(draw: random.Random) -> Iterator[Example]:
    for record in lines("qa/multihop/musique_train100.jsonl.gz"):
        texts = [Text("MuSiQue", p["title"], sentences_of(p["text"])) for p in record["paragraphs"]]
        answers = [step["answer"] for step in record["decomposition"]]
        for step in record["decomposition"]:
            question = re.sub(r"#(\d)", lambda m, known=answers: known[int(m[1]) - 1], step["question"])
            text = texts[step["paragraph_support_idx"]]
            subject, arrow, relation = question.partition(" >> ")
            phrased = [question]
            if arrow:
                phrased = asked(_WIKI_RELATIONS.get(relation, ""), ">", subject, draw, 3) or [
                    f"the {relation} of {subject}"
                ]
            elif not question.endswith("?"):
                phrased = [question + "?", question]
            for one in phrased:
                yield from _in(text, one, step["answer"], "asked by people")
                other = draw.choice(texts)
                if other is not text:
                    at = draw.randrange(len(other.sentences))
                    if not occurrences(step["answer"], other.sentences[at]):
                        yield Example(one, other, at, (), "asked elsewhere")


def hotpot(draw: random.Random) -> Iterator[Example]:
    for record in lines("qa/multihop/hotpotqa_train100.jsonl.gz"):
        named = {(title, place) for title, place in record["supporting_facts"]}
        for paragraph in record["paragraphs"]:
            text = Text("HotpotQA", paragraph["title"], sentences_of(paragraph["text"]))
            for place, sentence in enumerate(text.sentences):
                spans = occurrences(record["answer"], sentence)
                if spans and (text.title, place) in named:
                    yield Example(record["question"], text, place, spans, "asked by people")
                elif not spans and draw.random() < 0.1:
                    yield Example(record["question"], text, place, (), "asked elsewhere")


def _in(text: Text, question: str, answer: str, kind: str) -> Iterator[Example]:
    """Yield the sentence of a text that answers, where only one holds the answer, and one that does not."""
    spans = [occurrences(answer, sentence) for sentence in text.sentences]
    holding = [place for place, found in enumerate(spans) if found]
    if len(holding) == 1:
        for place, found in enumerate(spans):
            yield Example(question, text, place, found, kind if found else "asked elsewhere")
