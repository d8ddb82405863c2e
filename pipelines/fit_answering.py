"""Fit how sure question answering is of a candidate, on questions that may be tuned on.

    KGFM_DATA=... python pipelines/fit_answering.py --folder /tmp/answering

Questions: the half of the demonstration corpus's that is marked `tune`, and 210 of the training parts of
MuSiQue, HotpotQA and 2WikiMultihopQA over a graph of their own paragraphs. Each candidate's features are
gathered with the present weights; then the weights that rank right answers first and say honestly how sure
the first one is are found by gradient descent, held to the hand-set ones by an L2 penalty. Two rounds, since
better weights lead to other candidates. Half of the questions are left out in turn for the card's figures.
"""

import argparse
import gzip
import json
import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

from kgfm import Engine
from kgfm.qa import features as weighing
from kgfm.qa.answering import QuestionAnswerer
from kgfm.qa.chains import Trail
from kgfm.qa.evaluation import plain
from kgfm.recipe import packaged
from kgfm.stores.oxigraph import OxigraphStore

TARGET: Final = Path(__file__).parent.parent / "kgfm" / "pretrained"
SETS: Final = ("musique_train100", "hotpotqa_train100", "2wiki_train500")
QUESTIONS: Final = 70  # of each set
DISTRACTORS: Final = 3  # paragraphs beside the gold ones of a question
KEPT: Final = 30  # candidates of a question
SHARE: Final = 0.2  # of a question of the public sets, whose paragraphs are harder than most users' texts
PENALTY: Final = 0.05
LEAST, MOST = 0.5, 2.0  # times the hand-set weight
ROUNDS: Final = 2
STEPS, RATE = 600, 0.03

CARD: Final = {
    "name": "answer-confidence",
    "version": "1",
    "purpose": "turns what speaks for an answer into the probability that it is right",
    "files": ["answer_confidence.json"],
    "method": "log-linear ranking with a calibrated first answer, L2 penalty to hand-set weights; seed 7",
    "data": "questions of kgfm's demonstration corpus marked `tune`; training parts of MuSiQue (CC BY 4.0),"
    " HotpotQA (CC BY-SA 4.0) and 2WikiMultihopQA (Apache-2.0), 70 questions each; no text is in the weights",
    "command": "KGFM_DATA=... python pipelines/fit_answering.py",
    "limits": "English; fitted on encyclopedic texts. Figures: each half judged by a fit on the other.",
}


@dataclass(frozen=True)
class Case:
    """One question: each candidate's steps as rows of features, and which candidates are right."""

    steps: list[np.ndarray]  # a candidate: [steps, features]
    right: np.ndarray  # [candidates]
    share: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="where the graphs are kept between runs")
    folder = parser.parse_args().folder
    demo = _demo(folder)
    public = _public(folder) if os.environ.get("KGFM_DATA") else None
    for _ in range(ROUNDS):
        cases = list(_cases(*demo, 1.0))
        if public:
            cases += _cases(*public, SHARE)
        fitted = _fit(cases)
        (TARGET / "answer_confidence.json").write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")
        weighing.fitted_weights.cache_clear()
    figures = _figures(cases)
    card = CARD | {"figures": figures}
    (TARGET / "answer_confidence.card.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(fitted | figures, indent=1))


def _demo(folder: Path) -> tuple[Path, list[dict[str, Any]]]:
    kb = folder / "demo"
    with Engine.open(kb) as engine:
        engine.build([packaged("kgfm:demo/corpus")])
    lines = Path(packaged("kgfm:demo/questions.jsonl")).read_text(encoding="utf-8").splitlines()
    return kb, [row for row in map(json.loads, lines) if row["split"] == "tune"]


def _public(folder: Path) -> tuple[Path, list[dict[str, Any]]]:
    documents: dict[tuple[str, str], None] = {}
    questions = []
    rng = random.Random(7)
    for name in SETS:
        path = Path(os.environ["KGFM_DATA"]) / "qa" / "multihop" / f"{name}.jsonl.gz"
        with gzip.open(path, "rt", encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        rows = [row for row in rows if row.get("type") not in ("comparison", "bridge_comparison")]
        for row in rows[:QUESTIONS]:
            gold = {fact[0] for fact in row.get("supporting_facts") or ()}
            near = [one for one in row["paragraphs"] if one.get("gold") or one["title"] in gold]
            far = [one for one in row["paragraphs"] if one not in near]
            rng.shuffle(far)
            documents.update({(one["title"], one["text"]): None for one in [*near, *far[:DISTRACTORS]]})
            answers = [row["answer"], *row.get("aliases", ())]
            questions.append({"question": row["question"], "answers": answers})
    texts = folder / "public.jsonl"
    with texts.open("w", encoding="utf-8") as out:
        for number, (title, text) in enumerate(documents):
            out.write(json.dumps({"id": f"p{number}", "title": title, "text": text}) + "\n")
    with Engine.open(folder / "public") as engine:
        engine.build([texts])
    return folder / "public", questions


def _cases(kb: Path, questions: Sequence[dict[str, Any]], share: float) -> Iterator[Case]:
    with OxigraphStore.open(kb, read_only=True) as store:
        answerer = QuestionAnswerer.open(store, kb / "cache")
        for row in questions:
            gold = {plain(answer) for answer in row["answers"]}
            ranked = answerer.weighed(row["question"])
            right = [plain(answer.text) in gold for answer, _ in ranked]
            kept = [place for place in range(len(ranked)) if place < KEPT or right[place]]
            if kept:
                steps = [_rows(ranked[place][1]) for place in kept]
                yield Case(steps, np.array([right[place] for place in kept], dtype=bool), share)


def _rows(trail: Trail) -> np.ndarray:
    return np.array([[getattr(step.features, name) for name in weighing.NAMES] for step in trail.steps])


@dataclass(frozen=True)
class Packed:
    """Many questions as flat tensors: rows belong to candidates, candidates to questions."""

    rows: torch.Tensor  # [rows, features]
    candidate: torch.Tensor  # of each row
    question: torch.Tensor  # of each candidate
    right: torch.Tensor  # [candidates]
    share: torch.Tensor  # [questions]

    @classmethod
    def of(cls, cases: Sequence[Case]) -> "Packed":
        """Lay the questions one behind the other."""
        steps = [one for case in cases for one in case.steps]
        lengths = torch.tensor([len(one) for one in steps])
        counts = torch.tensor([len(case.steps) for case in cases])
        return cls(
            torch.tensor(np.concatenate(steps), dtype=torch.float32),
            torch.repeat_interleave(torch.arange(len(steps)), lengths),
            torch.repeat_interleave(torch.arange(len(cases)), counts),
            torch.tensor(np.concatenate([case.right for case in cases])),
            torch.tensor([case.share for case in cases]),
        )

    def log_probabilities(self, weights: torch.Tensor) -> torch.Tensor:
        """Return each candidate's: the sum over its steps."""
        steps = torch.nn.functional.logsigmoid(self.rows @ weights[:-1] + weights[-1])
        return torch.zeros(len(self.right)).index_add(0, self.candidate, steps)

    def firsts(self, log_p: torch.Tensor) -> torch.Tensor:
        """Return the number of each question's likeliest candidate."""
        order = torch.argsort(log_p.detach(), stable=True)
        best = torch.zeros(len(self.share), dtype=torch.long)
        best[self.question[order]] = order  # the last one written is the likeliest
        return best

    def log_sums(self, log_p: torch.Tensor, chosen: torch.Tensor) -> torch.Tensor:
        """Return each question's log of summed probabilities over the chosen candidates."""
        sums = torch.zeros(len(self.share)).index_add(0, self.question, log_p.exp() * chosen)
        return (sums + 1e-12).log()


def _fit(cases: Sequence[Case]) -> dict[str, float]:
    start = torch.tensor([weighing.HAND_SET[name] for name in (*weighing.NAMES, "bias")])
    weights = start.clone().requires_grad_()
    # Half to twice what was set by hand: no sign turns because some thousand candidates happen to say so.
    ends = torch.stack([start[:-1] * LEAST, start[:-1] * MOST])
    lowest, highest = ends.amin(0), ends.amax(0)
    optimizer = torch.optim.Adam([weights], lr=RATE)
    packed = Packed.of(cases)
    for _ in range(STEPS):
        loss = _loss(weights, packed) + PENALTY * ((weights[:-1] - start[:-1]) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            weights[:-1].clamp_(lowest, highest)
    found = [round(float(value), 3) for value in weights.detach()]
    return dict(zip((*weighing.NAMES, "bias"), found, strict=True))


def _loss(weights: torch.Tensor, packed: Packed) -> torch.Tensor:
    """Rank a right candidate first, and let the first one's probability be honest."""
    log_p = packed.log_probabilities(weights)
    first = packed.firsts(log_p)
    sure = log_p[first].clamp(max=-1e-4)
    honest = torch.where(packed.right[first], -sure, -torch.log1p(-sure.exp()))
    right = packed.right.float()
    ranking = packed.log_sums(log_p, torch.ones_like(right)) - packed.log_sums(log_p, right)
    some = torch.zeros(len(packed.share)).index_add(0, packed.question, right) > 0
    return (packed.share * (honest + ranking * some)).sum() / packed.share.sum()


def _figures(cases: Sequence[Case]) -> dict[str, Any]:
    """Return accuracy and calibration of the first answers, each half judged by a fit on the other."""
    order = list(range(len(cases)))
    random.Random(7).shuffle(order)
    sure, right, own = [], [], []
    for half in (0, 1):
        fitted = _fit([cases[place] for place in order[half::2]])
        weights = torch.tensor(list(fitted.values()))
        judged = Packed.of([cases[place] for place in order[1 - half :: 2]])
        log_p = judged.log_probabilities(weights)
        first = judged.firsts(log_p)
        sure += log_p[first].exp().tolist()
        right += judged.right[first].tolist()
        own += (judged.share == 1).tolist()
    chosen = np.array(own)
    error = lambda mask: round(_calibration_error(np.array(sure)[mask], np.array(right)[mask]), 4)  # noqa: E731
    return {
        "questions": [int(chosen.sum()), int((~chosen).sum())],
        "first_right": [
            round(float(np.array(right)[mask].mean()), 4) for mask in (chosen, ~chosen) if mask.any()
        ],
        "expected_calibration_error": [error(mask) for mask in (chosen, ~chosen) if mask.any()],
    }


def _calibration_error(sure: np.ndarray, right: np.ndarray, bins: int = 10) -> float:
    places = np.minimum((sure * bins).astype(int), bins - 1)
    gaps = [
        abs(sure[places == place].mean() - right[places == place].mean()) * (places == place).sum()
        for place in np.unique(places)
    ]
    return float(sum(gaps) / len(sure))


if __name__ == "__main__":
    main()
