"""Score the open extraction on CaRB's development half and add the result to results/carb.jsonl.

    KGFM_DATA=... python pipelines/benchmarks/carb.py

The data are CaRB's dev sentences and gold tuples (github.com/dair-iitd/CaRB). Nothing is trained, so
there is no seed to vary.
"""

import gzip
import hashlib
import json
import os
import platform
import subprocess
import time
from dataclasses import asdict
from pathlib import Path

from kgfm.extraction.evaluation import carb_score
from kgfm.extraction.extractor import Extractor
from kgfm.extraction.openie import OpenExtraction, open_extractions

RESULTS = Path(__file__).parent / "results" / "carb.jsonl"


def main() -> None:
    folder = Path(os.environ["KGFM_DATA"]) / "text" / "carb"
    sentences = _lines(folder / "dev.txt.gz")
    gold: dict[str, list[OpenExtraction]] = {sentence: [] for sentence in sentences}
    for line in _lines(folder / "gold.dev.tsv.gz"):
        sentence, relation, subject, *arguments = line.split("\t")
        gold.setdefault(sentence, []).append(OpenExtraction(subject, relation, tuple(arguments), 1.0))
    open_extractions("Load the model before the clock starts.")
    started = time.process_time()
    predicted = {sentence: open_extractions(sentence) for sentence in gold}
    seconds = time.process_time() - started
    result = asdict(carb_score(gold, predicted))
    line = {
        "benchmark": "CaRB, development half; scorer written from its paper",
        "command": "python pipelines/benchmarks/carb.py",
        "extractor": Extractor.name,
        **{name: round(value, 4) for name, value in result.items()},
        "sentences": len(gold),
        "sentences_per_second": round(len(gold) / seconds, 1),
        "seed": None,
        "commit": _commit(),
        "data_sha256": hashlib.sha256((folder / "gold.dev.tsv.gz").read_bytes()).hexdigest()[:16],
        "device": f"{platform.machine()}, one core",
    }
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
    print(json.dumps(line, indent=2))


def _lines(path: Path) -> list[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [line.rstrip("\n") for line in file if line.strip()]


def _commit() -> str:
    return subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()


if __name__ == "__main__":
    main()
