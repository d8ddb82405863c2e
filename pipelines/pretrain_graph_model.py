"""Pretrains the graph foundation model and writes it where `LinkPredictor.pretrained()` finds it.

    KGFM_DATA=... python pipelines/pretrain_graph_model.py --folder runs/graph-model
    KGFM_DATA=... python pipelines/pretrain_graph_model.py --folder runs/graph-model --seed 1
    KGFM_DATA=... python pipelines/pretrain_graph_model.py --folder runs/graph-model --ship

Settings: pipelines/pretrain_graph_model.toml. The folder holds a checkpoint every few minutes, stage by
stage: the same command goes on from it, on any machine. The run ends with figures on the valid.txt of the
training graphs, which alone may choose between runs. `--ship` copies a finished run into kgfm/pretrained.
"""

import argparse
import json
import logging
import time
import tomllib
from pathlib import Path
from typing import Any, Final

import numpy as np
from safetensors.torch import save

from kgfm.data import FilterIndex
from kgfm.data.pretraining_sources import SOURCES, pretraining_graphs
from kgfm.data.published import read_graph
from kgfm.nn.config import FoundationConfig
from kgfm.nn.models.foundation import FoundationModel
from kgfm.pretrained import FOLDER
from kgfm.reasoning.zero_shot import NAME, ZeroShotPredictor
from kgfm.training.calibration import Calibration
from kgfm.training.checkpoints import FORMAT
from kgfm.training.config import PretrainingConfig
from kgfm.training.pretraining import Pretraining
from kgfm.training.ranking import rank_both_directions
from kgfm.training.scoring import FoundationScorer

SETTINGS: Final = Path(__file__).with_suffix(".toml")
# With all their edges and small enough to judge on: the halves of GraIL, and CoDEx-S.
JUDGES: Final = tuple(name for name in SOURCES if name not in ("codex-m", "ilpc-small"))
JUDGED: Final = 500  # edges of each, at most: of 100, seeds differ by chance more than by merit

log = logging.getLogger("pretrain")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--settings", type=Path, default=SETTINGS)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--device", default="cpu", help="cuda trains on a GPU")
    parser.add_argument("--ship", action="store_true")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    settings = tomllib.loads(arguments.settings.read_text(encoding="utf-8"))
    if arguments.seed is not None:
        settings["pretraining"]["seed"] = arguments.seed
    model = train(settings, arguments.folder, arguments.device)
    figures = judge(model)
    predictor = ZeroShotPredictor(model, calibration(model))
    predictor.save(arguments.folder / "model")
    (arguments.folder / "valid.json").write_text(json.dumps(figures, indent=1), encoding="utf-8")
    log.info("valid.txt of the training graphs: MRR %.4f, Hits@10 %.4f", *figures["mean"])
    if arguments.ship:
        ship(predictor, settings, figures)


def train(settings: dict[str, Any], folder: Path, device: str) -> FoundationModel:
    """Train stage by stage, each from the averaged weights of the one before and on pieces of its own."""
    model: FoundationModel | None = None
    for number, stage in enumerate(settings["stages"]):
        values = {**settings["pretraining"], **stage}
        values |= {"model": FoundationConfig(**values["model"]), "seed": values["seed"] + 1000 * number}
        config = PretrainingConfig(**values)
        graphs = pretraining_graphs(settings["piece_entities"], config.seed, settings["varied"])
        log.info("%d graphs and pieces, %d edges", len(graphs), sum(len(graph) for graph, _ in graphs))
        place = folder / f"stage-{number}"
        run = Pretraining(
            graphs, config, place, device=device, start=None if model is None else model.state_dict()
        )
        model = run.run(_Log(config, place)).cpu()
    assert model is not None, "settings without stages"
    return model


def judge(model: FoundationModel) -> dict[str, Any]:
    """MRR and Hits@10, ties against the answer, on some of each training graph's own valid.txt."""
    rows: dict[str, list[float]] = {}
    for name in JUDGES:
        graph, valid = read_graph(name, "train"), read_graph(name, "valid")
        graph, _ = valid.matched_to(graph)
        _, valid = valid.matched_to(graph)
        chosen = valid.select(np.random.default_rng(0).permutation(len(valid))[:JUDGED])
        report = rank_both_directions(FoundationScorer(model, graph), chosen, FilterIndex([graph, valid]))
        rows[name] = [round(report.mrr_pessimistic, 4), round(report.hits_pessimistic[10], 4)]
        log.info("%s %s", name, rows[name])
    return {**rows, "mean": np.mean(list(rows.values()), axis=0).round(4).tolist()}


def calibration(model: FoundationModel) -> Calibration:
    """Fit one on hidden edges of the training graphs, for graphs too small to calibrate on."""
    predictor = ZeroShotPredictor(model)
    parts = [predictor.examples(read_graph(name, "train")) for name in JUDGES if not name.endswith("v4")]
    features, true = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Calibration.fit(features, true, (1, 1, 1))


def ship(predictor: ZeroShotPredictor, settings: dict[str, Any], figures: dict[str, Any]) -> None:
    (FOLDER / f"{NAME}.safetensors").write_bytes(save(predictor.model.state_dict()))
    card = {
        "format": FORMAT,
        "name": "graph-model",
        "version": "1.3",
        "purpose": "ranks the missing facts of a graph that it has never seen, without training on it",
        "files": [f"{NAME}.safetensors"],
        "method": "relations from how they meet, which imply which, and the entities they touch, weighted "
        "by how often; entities from propagation along a query's paths; cross-entropy over all entities; a "
        "third of the training on pieces with some of the relations and with relations derived from others",
        "data": "training parts of GraIL's FB15k-237 v1-v4 and WN18RR v1-v4, CoDEx-S, CoDEx-M and "
        "ILPC-small, without any valid or test triple of the evaluated graphs, read either way",
        "licence": "weights Apache-2.0; data: Freebase CC BY, WordNet licence, CoDEx MIT, ILPC MIT "
        "(Wikidata CC0)",
        "protocol": "chosen by the valid.txt of the training graphs alone; nothing derived from NELL seen",
        "command": "KGFM_DATA=... python pipelines/pretrain_graph_model.py --folder runs/graph-model --ship",
        "seed": settings["pretraining"]["seed"],
        "limits": "Scores are ranks' logits; probabilities hold for triples like those of the graph at hand. "
        "It knows structure only: neither names nor literals nor time.",
        "pretraining": settings,
        "figures": {"valid.txt of the training graphs, MRR and Hits@10, ties against the answer": figures},
        **predictor.description(),
    }
    text = json.dumps(card, ensure_ascii=False, indent=2)
    (FOLDER / f"{NAME}.card.json").write_text(text + "\n", encoding="utf-8")


class _Log:
    """Writes each step's loss beside the checkpoint, and now and then to the log."""

    def __init__(self, config: PretrainingConfig, folder: Path) -> None:
        self.config, self.path, self.since = config, folder / "losses.jsonl", time.monotonic()
        folder.mkdir(parents=True, exist_ok=True)
        self.losses: list[float] = []

    def __call__(self, step: int, loss: float) -> None:
        self.losses.append(loss)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"step": step, "loss": loss}) + "\n")
        if step % 50 == 0:
            spent = time.monotonic() - self.since
            recent = float(np.mean(self.losses[-50:]))
            log.info("step %d of %d, loss %.3f, %.0f s", step, self.config.steps, recent, spent)


if __name__ == "__main__":
    main()
