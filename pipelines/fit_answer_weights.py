"""Fit how much what was read counts beside what was known, on the demonstration questions to tune on.

    python pipelines/fit_answer_weights.py

Prints the weights of kgfm/qa/rereading.py, and what becomes of each split's questions at the threshold of
kgfm/qa/config.py: of those fitted on by four-fold cross-validation too. For thresholds around it, it prints
what they gain: right answers and rightly declined questions, less wrong answers. The answers found compete
with each other and with giving none: the loss is the cross-entropy of the right one. Deterministic: no seed.
"""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

import torch
from torch import Tensor

from kgfm import Engine
from kgfm.qa.answering import QuestionAnswerer, Weighed
from kgfm.qa.config import AnsweringConfig
from kgfm.qa.evaluation import plain
from kgfm.qa.features import BIAS, WEIGHTS, Features
from kgfm.qa.rereading import READ_WEIGHTS, WEIGHED
from kgfm.qa.rivals import among
from kgfm.recipe import packaged
from kgfm.stores.opening import opened

NAMES: Final = [field.name for field in fields(Features)]
FILES: Final = {
    "tune": "questions",
    "rephrased": "rephrased",
    "fresh-a": "fresh",
    "fresh-b": "fresh",
    "unseen": "unseen",
}
FITTED: Final = ("tune", "rephrased", "fresh-a")
FOLDS: Final = 4
THRESHOLDS: Final = (0.35, 0.4, 0.45, 0.5, 0.55, 0.6)
MOST_STEPS: Final = 3

Weights = tuple[Tensor, Tensor]  # of the features and the bias; see READ_WEIGHTS


@dataclass(frozen=True)
class Asked:
    """A question's answers as they were found."""

    weighed: list[Weighed]
    gold: frozenset[str]

    @property
    def texts(self) -> list[str]:
        return [plain(one.text) for one in self.weighed]


@dataclass(frozen=True)
class Batch:
    """Questions with their answers, filled up to WEIGHED and MOST_STEPS."""

    features: Tensor  # [questions, answers, steps, features + 1]; the last is 1
    steps: Tensor  # [questions, answers, steps]: 1 for a step, 0 for none
    read: Tensor  # [questions, answers, 2]: log-odds of what was read for the last step, and for others
    there: Tensor  # [questions, answers], bool
    right: Tensor  # [questions, answers], bool

    @classmethod
    def of(cls, asked: Sequence[Asked]) -> "Batch":
        size = (len(asked), WEIGHED)
        features = torch.zeros(*size, MOST_STEPS, len(NAMES) + 1)
        steps, read = torch.zeros(*size, MOST_STEPS), torch.zeros(*size, 2)
        there, right = torch.zeros(size, dtype=torch.bool), torch.zeros(size, dtype=torch.bool)
        for row, question in enumerate(asked):
            for place, one in enumerate(question.weighed[:WEIGHED]):
                for step, found in enumerate(one.trail.steps[:MOST_STEPS]):
                    values = [*(getattr(found.features, name) for name in NAMES), 1.0]
                    features[row, place, step] = torch.tensor(values)
                    steps[row, place, step] = 1
                read[row, place] = torch.tensor(one.shares.log_odds)
                there[row, place] = True
                right[row, place] = plain(one.text) in question.gold
        return cls(features, steps, read, there, right)

    def logits(self, weights: Weights) -> Tensor:
        """Return what speaks for each answer [questions, answers]; little for those that are not there."""
        each = torch.nn.functional.logsigmoid(self.features @ weights[0]) * self.steps
        whole = each.sum(-1).clamp(max=-1e-4)
        before, bias, step, read, read_after, read_earlier = weights[1]
        last, earlier = self.read.unbind(-1)
        later = self.steps.sum(-1) - 1
        weighed = before * (whole - torch.log1p(-whole.exp())) + bias + step * later
        weighed = weighed + (read + read_after * (later > 0)) * last + read_earlier * earlier
        filled: Tensor = weighed.masked_fill(~self.there, -1e4)
        return filled

    def loss(self, weights: Weights) -> Tensor:
        """Return the mean cross-entropy of the right answers, or of none."""
        logits = self.logits(weights)
        none = torch.zeros(len(logits), 1)
        found = self.right.any(1, keepdim=True)
        right = torch.cat([self.right, ~found], 1)
        whole = torch.cat([logits, none], 1)
        loss: Tensor = (whole.logsumexp(1) - whole.masked_fill(~right, -1e9).logsumexp(1)).mean()
        return loss


def main() -> None:
    torch.set_num_threads(1)
    report(collect())


def report(asked: dict[str, list[Asked]]) -> None:
    """Print the figures and the weights."""
    train = [one for split in FITTED for one in asked[split]]
    held = []
    for fold in range(FOLDS):
        kept = [one for place, one in enumerate(train) if place % FOLDS != fold]
        held += outcomes(fit(kept), train[fold::FOLDS])
    least = AnsweringConfig().min_confidence
    print(f"cross-validation: {totals(held, least)}")
    weights = fit(train)
    found = {split: outcomes(weights, those) for split, those in asked.items()}
    for split, those in found.items():
        print(f"{split}: {totals(those, least)}; gain {[gain(those, each) for each in THRESHOLDS]}")
    print([round(weight, 2) for weight in weights[1].tolist()])


def collect() -> dict[str, list[Asked]]:
    """Ask every question but those of the test half, over a knowledge base of its own."""
    with tempfile.TemporaryDirectory(prefix="kgfm-weights-") as folder:
        with Engine.open(folder + "/kb") as engine:
            engine.build([Path(packaged("kgfm:demo/corpus"))])
        with opened(folder + "/kb") as store:
            return ask(QuestionAnswerer.open(store))


def ask(answerer: QuestionAnswerer) -> dict[str, list[Asked]]:
    """Ask every question but those of the test half."""
    found: dict[str, list[Asked]] = {}
    for split, name in FILES.items():
        lines = Path(packaged(f"kgfm:demo/{name}.jsonl")).read_text(encoding="utf-8").splitlines()
        rows = [row for row in map(json.loads, lines) if row["split"] == split]
        found[split] = [
            Asked(answerer.weighed(row["question"]), frozenset(map(plain, row["answers"]))) for row in rows
        ]
    return found


def fit(asked: Sequence[Asked]) -> Weights:
    """Return the weights of least loss; those of the features stay, as by them answers are found and read."""
    batch = Batch.of(asked)
    features = torch.tensor([*(WEIGHTS[name] for name in NAMES), BIAS])
    weights = torch.tensor(READ_WEIGHTS).requires_grad_()
    optimizer = torch.optim.LBFGS([weights], max_iter=60, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = batch.loss((features, weights))
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimizer.step(closure)  # type: ignore[no-untyped-call]
    return features, weights.detach()


Outcome = tuple[float, bool, bool]  # how sure the first answer is, whether it is right, whether any is


def outcomes(weights: Weights, asked: Sequence[Asked]) -> list[Outcome]:
    """Return what becomes of each question's first answer."""
    found = []
    for one, logits in zip(asked, Batch.of(asked).logits(weights), strict=True):
        texts = one.texts[:WEIGHED]
        sure = among(logits[: len(texts)].tolist(), [each.group for each in one.weighed[:WEIGHED]])
        best = max(range(len(sure)), key=sure.__getitem__, default=-1)
        right = best >= 0 and texts[best] in one.gold
        found.append((sure[best] if sure else 0.0, right, bool(one.gold)))
    return found


def gain(outcome: Sequence[Outcome], least: float) -> int:
    """Return how many questions are answered rightly or rightly declined, less those answered wrongly."""
    return sum(
        (1 if right else -1) if sure >= least else 0 if answerable else 1
        for sure, right, answerable in outcome
    )


def totals(outcome: Sequence[Outcome], least: float) -> str:
    """Return the shares of right and wrong first answers, and of the unanswerable declined."""
    answerable = [(sure >= least, right) for sure, right, known in outcome if known]
    declined = [sure < least for sure, _, known in outcome if not known]
    right = sum(given and right for given, right in answerable) / len(answerable)
    wrong = sum(given and not right for given, right in answerable) / len(answerable)
    return f"{right:.1%} right, {wrong:.1%} wrong, {sum(declined) / len(declined):.1%} declined"


if __name__ == "__main__":
    main()
