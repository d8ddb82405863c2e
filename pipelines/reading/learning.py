"""Trains the reader on arrays of examples; needs nothing of kgfm but the model."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

CLS, SEP = 101, 102


@dataclass(frozen=True, kw_only=True)
class LearningConfig:
    """How the reader is trained."""

    layers: int = 6
    rank: int = 32
    steps: int = 3000
    batch: int = 256  # examples
    learning_rate: float = 1e-3
    weight_decay: float = 0.01
    dropout: float = 0.0  # share of states; on a CPU it costs a fifth of the time
    warm_up: int = 100  # steps
    seed: int = 0
    half: bool = False  # products in bfloat16 on a CPU, too: twice as fast where it has the instructions


@dataclass(frozen=True)
class Pairs:
    """Examples put together, one a row: tokens [n, L], where the parts begin, spans [n, 3, 2]."""

    tokens: Tensor
    question_ends: Tensor  # place behind the question's separator
    sentence_starts: Tensor
    lengths: Tensor
    spans: Tensor  # of the row; -1 where there is none
    kinds: Tensor
    names: tuple[str, ...]

    def batch(self, rows: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return tokens, types, what is filled and where spans may lie, cut to the longest row."""
        longest = int(self.lengths[rows].max())
        places = torch.arange(longest, device=rows.device)
        filled = places < self.lengths[rows, None]
        allowed = (places >= self.sentence_starts[rows, None]) & (places < self.lengths[rows, None] - 1)
        allowed[:, 0] = True
        types = ((places >= self.question_ends[rows, None]) & filled).long()
        return self.tokens[rows, :longest].long(), types, filled, allowed


def read_pairs(path: Path, device: str) -> tuple[Pairs, Pairs]:
    """Return the examples to learn from and those held out."""
    with np.load(path) as file:
        data = dict(file)  # read once: each look into the file unpacks it anew
    offsets = np.concatenate([[0], np.cumsum(data["lengths"].astype(np.int64))])
    flat = data["tokens"].tolist()
    texts = [flat[a:b] for a, b in zip(offsets.tolist(), offsets[1:].tolist(), strict=False)]
    table, spans = data["examples"], data["spans"].astype(np.int64)
    widest = max(sum(len(texts[number]) for number in row[:3]) for row in table) + 4
    tokens = np.zeros((len(table), widest), dtype=np.int32)
    marks = np.zeros((len(table), 3), dtype=np.int64)
    for row, (question, context, sentence, *_) in zip(range(len(table)), table.tolist(), strict=True):
        ids = [CLS, *texts[question], SEP]
        marks[row, 0] = len(ids)
        ids += [*texts[context], SEP]
        marks[row, 1] = len(ids)
        ids += [*texts[sentence], SEP]
        marks[row, 2] = len(ids)
        tokens[row, : len(ids)] = ids
    spans = np.where(spans >= 0, spans + marks[:, 1, None, None], -1)
    parts = []
    for held_out in (False, True):
        chosen = table[:, 4] == held_out
        arrays = [tokens[chosen], *marks[chosen].T, spans[chosen], table[chosen, 3]]
        names = tuple(str(name) for name in data["kinds"])
        parts.append(Pairs(*(torch.from_numpy(np.ascontiguousarray(a)).to(device) for a in arrays), names))
    return parts[0], parts[1]


def learn(
    model: Any,
    pairs: Pairs,
    held_out: Pairs,
    config: LearningConfig,
    said: Callable[[dict[str, Any]], None],
    *,
    seconds: float | None = None,
) -> int:
    """Train in place, and tell figures now and then; return the steps taken.

    With `seconds`, the first steps are timed and as many are taken as fit.
    """
    torch.manual_seed(config.seed)
    device = pairs.tokens.device.type
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = config.dropout
    trained = [value for value in model.parameters() if value.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=config.learning_rate, weight_decay=config.weight_decay)
    steps = config.steps
    begun = told = paced = time.monotonic()
    losses: list[Tensor] = []
    judging = 0.0  # seconds that it takes
    for step, rows in enumerate(_batches(pairs, config)):
        if seconds is not None and step == 200:
            pace = (time.monotonic() - paced) / 100
            steps = max(int((seconds - (time.monotonic() - begun)) / pace * 0.93), 100)
        if step == 100:
            paced = time.monotonic()  # by now it runs evenly
        if step >= steps:
            break
        rate = min((step + 1) / config.warm_up, 1.0) * max(1 - step / steps, 0.02)
        for group in optimizer.param_groups:
            group["lr"] = config.learning_rate * rate
        with torch.autocast(device, dtype=torch.bfloat16, enabled=config.half or device == "cuda"):
            scores = model(*pairs.batch(rows))
        loss = span_loss(scores, pairs.spans[rows])
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        losses.append(loss.detach())
        if (since := time.monotonic()) - told > max(30, 15 * judging):
            mean = float(torch.stack(losses[-100:]).mean())
            figures = {"step": step, "of": steps, "seconds": round(since - begun), "loss": round(mean, 4)}
            said({**figures, **judge(model, held_out, 1500)})
            told = time.monotonic()
            judging = told - since
    return steps


def span_loss(scores: Tensor, spans: Tensor) -> Tensor:
    """Return the mean surprise at the spans: any of an example's will do; none is the first token."""
    real = spans[:, :, 0] >= 0
    places = spans.clamp(min=0)
    both = scores[:, :, 0].gather(1, places[:, :, 0]) + scores[:, :, 1].gather(1, places[:, :, 1])
    answered = both.masked_fill(~real, -1e4).logsumexp(dim=1)
    return -torch.where(real.any(dim=1), answered, scores[:, 0, 0] + scores[:, 0, 1]).mean()


@torch.inference_mode()
def judge(model: Any, pairs: Pairs, most: int = 10**9) -> dict[str, Any]:
    """Return, for each kind, the share of right spans or of rightly declined; and the AUC of answering."""
    training = model.training
    model.eval()
    drawn = np.random.default_rng(0).permutation(len(pairs.tokens))[:most]
    order = torch.from_numpy(drawn).to(pairs.tokens.device)
    order = order[pairs.lengths[order].argsort()]  # rows of like length come together
    right, answers = [], []
    for rows in order.split(256):
        with torch.autocast("cuda", dtype=torch.bfloat16, enabled=pairs.tokens.is_cuda):
            scores = model(*pairs.batch(rows))
        none = scores[:, 0].sum(dim=-1)
        first, last = scores[:, 1:, 0], scores[:, 1:, 1]
        both = first[:, :, None] + last[:, None, :]
        width = torch.arange(both.shape[1], device=both.device)
        ok = (width[None, :] >= width[:, None]) & (width[None, :] < width[:, None] + 20)
        best, place = both.masked_fill(~ok, -1e9).flatten(1).max(dim=1)
        start, end = place // both.shape[1] + 1, place % both.shape[1] + 1
        spans = pairs.spans[rows]
        hit = (
            (spans[:, :, 0] <= end[:, None]) & (spans[:, :, 1] >= start[:, None]) & (spans[:, :, 0] >= 0)
        ).any(dim=1)
        has = spans[:, 0, 0] >= 0
        right.append(torch.where(has, hit & (best > none), best <= none))
        answers.append(torch.stack([best - none, has.float()], dim=1))
    model.train(training)
    hits, kinds = torch.cat(right).float().cpu().numpy(), pairs.kinds[order].cpu().numpy()
    margins = torch.cat(answers).cpu().numpy()
    shares = {pairs.names[k]: round(float(hits[kinds == k].mean()), 3) for k in np.unique(kinds)}
    return {"right": round(float(hits.mean()), 4), "auc": _auc(margins[:, 0], margins[:, 1] > 0), **shares}


def _auc(scores: np.ndarray, true: np.ndarray) -> float:
    ranks = scores.argsort().argsort() + 1
    yes, no = true.sum(), (~true).sum()
    return round(float((ranks[true].sum() - yes * (yes + 1) / 2) / max(yes * no, 1)), 4)


def _batches(pairs: Pairs, config: LearningConfig) -> Iterator[Tensor]:
    """Yield rows for ever; rows of like length come together, people's questions 24 times as often."""
    generator = np.random.default_rng(config.seed)
    rows = np.arange(len(pairs.tokens))
    people = np.array([name.startswith("asked") for name in pairs.names])[pairs.kinds.cpu().numpy()]
    rows = np.concatenate([rows, np.tile(rows[people], 23)])
    lengths = pairs.lengths.cpu().numpy()
    while True:
        order = generator.permutation(rows)
        for start in range(0, len(order), config.batch * 50):
            piece = order[start : start + config.batch * 50]
            piece = piece[lengths[piece].argsort(kind="stable")]
            batches = [piece[at : at + config.batch] for at in range(0, len(piece), config.batch)]
            for place in generator.permutation(len(batches)):
                yield torch.from_numpy(batches[place]).to(pairs.tokens.device)


def write_log(path: Path) -> Callable[[dict[str, Any]], None]:
    """Return a function that appends a line of JSON and prints it."""

    def said(line: dict[str, Any]) -> None:
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        print(json.dumps(line), flush=True)

    return said
