"""Answer the demonstration corpus's questions: `python pipelines/benchmarks/questions.py --split test`.

The `tune` half, the rephrased ones, `fresh-a` and `fresh-b` may be looked at; all but the last are fitted on.
`unseen` is never looked at; the `test` half is for the README's figure alone.
"""

import argparse
import json
import tempfile
from dataclasses import asdict
from pathlib import Path

from record import record

from kgfm import Engine
from kgfm.qa.evaluation import GoldQuestion, evaluate
from kgfm.recipe import packaged

_FILES = {
    "tune": "questions",
    "test": "questions",
    "rephrased": "rephrased",
    "fresh-a": "fresh",
    "fresh-b": "fresh",
    "unseen": "unseen",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=list(_FILES), default="tune")
    split = parser.parse_args().split
    corpus = Path(packaged("kgfm:demo/corpus"))
    questions = Path(packaged(f"kgfm:demo/{_FILES[split]}.jsonl"))
    rows = map(json.loads, questions.read_text(encoding="utf-8").splitlines())
    gold = [GoldQuestion(row["question"], tuple(row["answers"])) for row in rows if row["split"] == split]
    with (
        tempfile.TemporaryDirectory(prefix="kgfm-questions-") as folder,
        Engine.open(folder + "/kb") as engine,
    ):
        engine.build([corpus])
        report = evaluate(engine.ask, gold)
    files = [*sorted(path for path in corpus.rglob("*") if path.is_file()), questions]
    record("questions", {"split": split, **asdict(report)}, seed=None, data=files)


if __name__ == "__main__":
    main()
