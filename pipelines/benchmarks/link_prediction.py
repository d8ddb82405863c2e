"""The link predictor trained from scratch on public graphs: what later models must beat.

    python pipelines/benchmarks/link_prediction.py nations umls --seeds 3
    python pipelines/benchmarks/link_prediction.py codex-s --seeds 1

Reads the graphs from $KGFM_DATA/kg: train.txt, valid.txt and test.txt, as their publishers give
them. A tenth of train.txt is held out for early stopping and calibration; valid.txt is used as a
filter only. Filtered ranking over all entities, both directions, of test.txt.
"""

import argparse
import gzip
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Final

from record import record

from kgfm.data import TripleSet
from kgfm.nn.config import RelationalConfig
from kgfm.reasoning.trained import TrainedPredictor
from kgfm.training.config import TrainingConfig

FOLDERS: Final = {"nations": "nations", "umls": "umls", "codex-s": "CoDEx/codex-s"}

# Dense graphs want less dropout than the sparse ones that the default is made for.
CONFIGS: Final = {
    "nations": TrainingConfig(model=RelationalConfig(dropout=0.3)),
    "umls": TrainingConfig(model=RelationalConfig(dropout=0.3)),
    "codex-s": TrainingConfig(model=RelationalConfig(dropout=0.3), batch=1024, learning_rate=1e-2),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("graphs", nargs="+", choices=FOLDERS)
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    for name in arguments.graphs:
        for seed in range(arguments.seeds):
            measure(name, seed)


def measure(name: str, seed: int) -> None:
    folder = Path(os.environ["KGFM_DATA"]) / "kg" / FOLDERS[name]
    files = [next(folder.glob(f"{part}.txt*")) for part in ("train", "valid", "test")]
    train, valid, test = (read(file) for file in files)
    predictor = TrainedPredictor.train(train, replace(CONFIGS[name], seed=seed))
    report = predictor.evaluate(train, test, filters=[valid])
    assert predictor.validation is not None
    figures = {
        "graph": name,
        "mrr": round(report.mrr, 4),
        "hits@10": round(report.hits[10], 4),
        "mrr_pessimistic": round(report.mrr_pessimistic, 4),
        "validation_mrr": round(predictor.validation.mrr, 4),
        "calibration_error": round(predictor.validation.calibration_error, 4),
        "epochs": predictor.validation.epochs,
        "training_seconds": round(predictor.validation.seconds, 1),
    }
    record("link_prediction_baseline", figures, seed=seed, data=files)


def read(file: Path) -> TripleSet:
    if file.suffix != ".gz":
        return TripleSet.from_tsv(file)
    with tempfile.NamedTemporaryFile(suffix=".tsv") as plain:
        plain.write(gzip.decompress(file.read_bytes()))
        plain.flush()
        return TripleSet.from_tsv(plain.name)


if __name__ == "__main__":
    main()
