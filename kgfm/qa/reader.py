"""Reads a sentence with a question in mind: does it answer, and which words do?

The weights are the packaged MiniLM's with small changes of our own (kgfm/pretrained/reader.card.json),
loaded when the first sentence is read.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import torch
from safetensors.torch import load_file

from kgfm.encoders.config import TextEncoderConfig
from kgfm.encoders.span_model import SpanModel
from kgfm.encoders.text import batches_by_length, load_transformer, on_one_thread
from kgfm.pretrained import FOLDER

NAME: Final = "reader"
LONGEST: Final[Mapping[str, int]] = {"question": 32, "context": 32, "sentence": 64}  # tokens
_LEANING: Final = re.compile(r"\b(he|she|it|they|him|her|his|its|their|them)\b", re.IGNORECASE)
_TITLE, _BEFORE = 8, 16  # words
_LONGEST_SPAN: Final = 12  # tokens
_BATCH: Final = 4  # pairs
_REMEMBERED: Final = 512  # pairs, as several parts of one question read the same


def context_of(title: str, before: str, sentence: str) -> str:
    """Return what is read along with a sentence: its title, and what a pronoun in it leans on."""
    said = title.split()[:_TITLE]
    if before and _LEANING.search(sentence):
        said += [":", *before.split()[-_BEFORE:]]
    return " ".join(said)


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and a sentence, with what the sentence leans on."""

    question: str
    context: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read in one sentence; every probability lies in [0, 1]."""

    answers: float  # that the sentence answers at all
    offsets: tuple[tuple[int, int], ...]  # characters of each token of the sentence
    first: tuple[float, ...]  # that the answer begins with a token
    last: tuple[float, ...]  # that it ends with a token

    def share(self, start: int, end: int) -> float:
        """Return how likely the answer lies within these characters of the sentence."""
        inside = [place for place, (a, b) in enumerate(self.offsets) if a < end and b > start]
        first, last = (sum(ends[place] for place in inside) for ends in (self.first, self.last))
        return float(min((first * last) ** 0.5, 1.0))

    def likeliest(self) -> tuple[int, int, float] | None:
        """Return the characters that answer best, and how likely they do; None for an empty sentence."""
        count = len(self.offsets)
        ends = [(a, b) for a in range(count) for b in range(a, min(a + _LONGEST_SPAN, count))]
        if not ends:
            return None
        a, b = max(ends, key=lambda one: self.first[one[0]] * self.last[one[1]])
        return self.offsets[a][0], self.offsets[b][1], (self.first[a] * self.last[b]) ** 0.5


class SpanReader:
    """Reads pairs in small batches, on the calling thread alone, and remembers the latest."""

    def __init__(self) -> None:
        self._known: dict[Pair, Reading] = {}

    def read(self, pairs: Sequence[Pair]) -> list[Reading]:
        """Return what each pair's sentence says to its question, in order; sentences are read in part
        where they are longer than 64 tokens."""
        known = self._known
        new = [pair for pair in dict.fromkeys(pairs) if pair not in known]
        readings = {pair: known[pair] for pair in pairs if pair in known}
        readings.update(zip(new, _read(new), strict=True))
        self._known = dict([*known.items(), *readings.items()][-_REMEMBERED:])
        return [readings[pair] for pair in pairs]


@dataclass(frozen=True, slots=True)
class _Coded:
    tokens: list[int]
    question_end: int
    sentence_start: int
    offsets: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, tokenizer: Any, pair: Pair) -> "_Coded":
        parts = tokenizer(
            [pair.question, pair.context, pair.sentence],
            add_special_tokens=False,
            return_offsets_mapping=True,
        )
        question, context, sentence = (
            ids[:longest] for ids, longest in zip(parts["input_ids"], LONGEST.values(), strict=True)
        )
        begin, end = tokenizer.cls_token_id, tokenizer.sep_token_id
        head = [begin, *question, end]
        lead = [*head, *context, end]
        offsets = tuple(map(tuple, parts["offset_mapping"][2][: len(sentence)]))
        return cls([*lead, *sentence, end], len(head), len(lead), offsets)


def _read(pairs: Sequence[Pair]) -> list[Reading]:
    if not pairs:
        return []
    tokenizer, _ = _loaded()
    coded = [_Coded.of(tokenizer, pair) for pair in pairs]
    found: dict[int, Reading] = {}
    for batch in batches_by_length([len(one.tokens) for one in coded], _BATCH):
        found.update(zip(batch, _read_batch([coded[place] for place in batch]), strict=True))
    return [found[place] for place in range(len(coded))]


def _read_batch(coded: Sequence[_Coded]) -> list[Reading]:
    _, model = _loaded()
    longest = max(len(one.tokens) for one in coded)
    tokens = torch.zeros(len(coded), longest, dtype=torch.long)
    types, filled, allowed = torch.zeros_like(tokens), tokens.bool(), tokens.bool()
    for row, one in enumerate(coded):
        tokens[row, : len(one.tokens)] = torch.tensor(one.tokens)
        types[row, one.question_end : len(one.tokens)] = 1
        filled[row, : len(one.tokens)] = True
        allowed[row, one.sentence_start : len(one.tokens) - 1] = True
    allowed[:, 0] = True
    with torch.inference_mode(), on_one_thread():
        ends = model(tokens, types, filled, allowed).exp().numpy()
    return [_reading(one, rows) for one, rows in zip(coded, ends, strict=True)]


def _reading(coded: _Coded, ends: np.ndarray[Any, Any]) -> Reading:
    """Take the sentence's rows out of probabilities [tokens, 2]."""
    inside = ends[coded.sentence_start : coded.sentence_start + len(coded.offsets)]
    none = float((ends[0, 0] * ends[0, 1]) ** 0.5)
    return Reading(1 - none, coded.offsets, tuple(inside[:, 0].tolist()), tuple(inside[:, 1].tolist()))


@cache
def _loaded() -> tuple[Any, SpanModel]:
    card = json.loads((FOLDER / f"{NAME}.card.json").read_text(encoding="utf-8"))
    tokenizer, encoder = load_transformer(TextEncoderConfig().model)
    model = SpanModel(encoder, **card["model"])
    model.load_learnt(load_file(FOLDER / f"{NAME}.safetensors"))
    model.merge()
    return tokenizer, model.eval()
