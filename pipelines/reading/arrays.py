"""Examples as arrays of tokens, small enough to carry to another machine."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from reading.examples import Example

from kgfm.qa.reader import LONGEST, context_of

_SPANS: Final = 3  # of one example
_FIELDS: Final = ("question", "context", "sentence")


def write_arrays(examples: Sequence[Example], tokenizer: Any, path: Path) -> None:
    """Write texts as token ids, each once, and examples as three texts, spans of tokens, kind and part."""
    rows: dict[str, int] = {}
    ids: list[list[int]] = []
    starts: list[dict[int, int]] = []

    def row(text: str, longest: int) -> int:
        if text not in rows:
            coded = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
            rows[text] = len(ids)
            ids.append(coded["input_ids"][:longest] if longest > 0 else coded["input_ids"][longest:])
            offsets = coded["offset_mapping"]
            starts.append({c: place for place, (a, b) in enumerate(offsets) for c in range(a, b)})
        return rows[text]

    table, spans, kinds = [], [], sorted({each.kind for each in examples})
    for each in examples:
        context = "" if each.bare else context_of(each.text.title, each.before, each.sentence)
        texts = (each.question, context, each.sentence)
        numbers = [row(text, LONGEST[field]) for field, text in zip(_FIELDS, texts, strict=True)]
        at = starts[numbers[2]]
        found = [(at[a], at[b - 1]) for a, b in each.spans[:_SPANS] if a in at and b - 1 in at]
        found = [span for span in found if span[1] < LONGEST["sentence"]]
        if bool(found) != bool(each.spans):
            continue
        table.append((*numbers, kinds.index(each.kind), each.text.is_held_out))
        spans.append(found + [(-1, -1)] * (_SPANS - len(found)))
    flat = np.fromiter((token for text in ids for token in text), dtype=np.uint16)
    np.savez_compressed(
        path, tokens=flat, lengths=np.array([len(text) for text in ids], dtype=np.uint8),
        examples=np.array(table, dtype=np.int32), spans=np.array(spans, dtype=np.int8), kinds=np.array(kinds),
    )  # fmt: skip
