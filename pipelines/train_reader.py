"""Trains the reader of sentences: which words of a sentence answer a question, if any.

    KGFM_DATA=... python pipelines/train_reader.py examples --file runs/reader/examples.npz
    python pipelines/train_reader.py train --file runs/reader/examples.npz --folder runs/reader
    python pipelines/train_reader.py ship --folder runs/reader

Examples come from annotated facts, from sentences turned into questions, and from people's questions,
most of them written for this (reading/written.jsonl), some with one thing changed (reading/contrasts.py);
one document in twenty is held out and judged on. Weights are kept at each judging. Training uses CUDA where
there is one.
"""

import argparse
import json
import random
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import torch
from reading.learning import LearningConfig, judge, learn, read_pairs, write_log
from safetensors.torch import load_file, save_file

from kgfm.encoders.config import TextEncoderConfig
from kgfm.encoders.span_model import SpanModel
from kgfm.encoders.text import load_transformer
from kgfm.pretrained import FOLDER

RESULTS: Final = Path(__file__).parent / "benchmarks" / "results" / "reader.jsonl"
PARAGRAPHS: Final = 11_000  # at most, from which questions are made
TOPICS: Final = 4_000  # texts whose topic is asked for
JUDGED: Final = 4_000  # held-out examples
CARD: Final = {
    "name": "reader",
    "version": "4.0",
    "purpose": "points at the words of a sentence that answer a question, or at none",
    "files": ["reader.safetensors"],
    "method": "all-MiniLM-L6-v2's layers, frozen, with changes of low rank and two heads; question, "
    "title (and, before a pronoun, the sentence before) and sentence are read together",
    "data": "Re-DocRED's development part and the facts behind 2WikiMultihopQA (training part), asked in "
    "phrasings of our own; sentences of HotpotQA, MuSiQue and 2WikiMultihopQA (training parts) and of "
    "Re-DocRED turned into questions, words changed by our thesaurus and WordNet; MuSiQue's and HotpotQA's "
    "own questions; each with like questions that the sentence does not answer; 40,885 questions written "
    "for this about sentences of the same texts, of which a third only seem to be answered "
    "(reading/written.jsonl); questions whose answer is the text's topic, with its pronouns written out, of "
    "4,000 of these texts; 10,300 of the written ones with one thing changed, so that their sentence answers "
    "no more (reading/contrasts.py)",
    "licence": "weights Apache-2.0; data: MIT (Re-DocRED), Apache-2.0 (2WikiMultihopQA), CC BY 4.0 "
    "(MuSiQue), CC BY-SA 4.0 (HotpotQA, Wikipedia's text), WordNet licence; the weights contain no text",
    "protocol": "one document in twenty held out, by its title",
    "limits": "English; one sentence at a time, 64 tokens of it. Its probabilities are to be weighed with "
    "other evidence.",
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    made = commands.add_parser("examples")
    made.add_argument("--file", type=Path, required=True)
    made.add_argument("--seed", type=int, default=0)
    made.add_argument("--latest", type=int, default=0, help="only so many of the questions last written")
    made.add_argument("--topics", type=int, default=TOPICS, help="texts whose topic is asked for")
    trained = commands.add_parser("train")
    trained.add_argument("--file", type=Path, required=True)
    trained.add_argument("--folder", type=Path, required=True)
    trained.add_argument("--start", type=Path, help="weights to go on from, of as many layers or fewer")
    for name in ("layers", "steps", "batch", "warm_up", "seed"):
        trained.add_argument(f"--{name.replace('_', '-')}", type=int, default=getattr(LearningConfig(), name))
    trained.add_argument("--half", action="store_true", help="products in bfloat16, on a CPU that has them")
    trained.add_argument("--learning-rate", type=float, default=LearningConfig().learning_rate)
    shipped = commands.add_parser("ship")
    shipped.add_argument("--folder", type=Path, required=True)
    arguments = vars(parser.parse_args())
    {"examples": examples, "train": train, "ship": ship}[arguments.pop("command")](**arguments)


def examples(file: Path, seed: int, latest: int, topics: int) -> None:
    """Make all examples, or those written last, as many others and those about topics; write arrays."""
    from reading import facts, questions, sentences, written
    from reading.arrays import write_arrays
    from reading.contrasts import contrasts
    from reading.examples import sometimes_bare
    from reading.topics import about_topics

    draw = random.Random(seed)
    file.parent.mkdir(parents=True, exist_ok=True)
    tokenizer, _ = load_transformer(TextEncoderConfig().model)
    texts = sentences.paragraphs(PARAGRAPHS, draw)
    by_hand = list(written.by_hand(draw, latest))
    about = about_topics(draw.sample(texts, min(topics, len(texts))), draw)
    asked = [*by_hand, *contrasts(by_hand, draw), *about]
    asked = [sometimes_bare(each, draw) for each in asked]
    if latest:
        write_arrays(asked, tokenizer, file)
        return
    annotated = list(facts.re_docred(random.Random(seed)))
    texts += list({e.text.title: e.text for e in annotated}.values())
    others = [*facts.two_wiki(draw), *questions.musique(draw), *questions.hotpot(draw)]
    write_arrays([*annotated, *others, *asked, *sentences.clause_questions(texts, draw)], tokenizer, file)


def train(file: Path, folder: Path, start: Path | None, **settings: Any) -> None:
    """Train, and write weights and figures into the folder."""
    config = LearningConfig(**settings)
    before = _training_of(start) if start else None
    device = "cuda" if torch.cuda.is_available() else "cpu"
    pairs, held_out = read_pairs(file, device)
    torch.manual_seed(config.seed)
    _, encoder = load_transformer(TextEncoderConfig().model)
    model = SpanModel(encoder, config.layers, config.rank).to(device).train()
    if start is not None:
        # Layers beyond those of the start begin as the encoder's own.
        model.load_learnt({**model.learnt(), **load_file(start, device=device)})
    folder.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    log = write_log(folder / "log.jsonl")

    def said(figures: dict[str, Any]) -> None:
        log(figures)
        _save(model, folder)

    learn(model, pairs, held_out, config, said)
    spent = round(time.monotonic() - begun)
    figures = {
        "device": device,
        "seconds": spent,
        "examples": len(pairs.tokens),
        **judge(model, held_out, JUDGED),
    }
    run = {"config": {**asdict(config), "start": before}, "figures": figures}
    (folder / "run.json").write_text(json.dumps(run), encoding="utf-8")
    said(figures)


def _save(model: SpanModel, folder: Path) -> None:
    """Write the weights, whole or not at all."""
    weights = {name: value.half().cpu().contiguous() for name, value in model.learnt().items()}
    partial = folder / "reader.partial"
    save_file(weights, partial)
    partial.replace(folder / "reader.safetensors")


def _training_of(weights: Path) -> Any:
    """Return how weights were trained: by the run beside them, or by the card of shipped ones."""
    run, card = weights.with_name("run.json"), weights.with_suffix(".card.json")
    if run.exists():
        return json.loads(run.read_text(encoding="utf-8"))["config"]
    return json.loads(card.read_text(encoding="utf-8"))["training"]


def ship(folder: Path) -> None:
    """Copy a finished run into the package, with its card, and its figures among the results."""
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    (FOLDER / "reader.safetensors").write_bytes((folder / "reader.safetensors").read_bytes())
    command = "KGFM_DATA=... python pipelines/train_reader.py examples|train|ship"
    model = {name: run["config"][name] for name in ("layers", "rank")}
    card = {**CARD, "command": command, "model": model, "training": run["config"], "figures": run["figures"]}
    with RESULTS.open("a", encoding="utf-8") as results:
        for line in (folder / "log.jsonl").read_text(encoding="utf-8").splitlines():
            results.write(json.dumps({"training": run["config"], **json.loads(line)}) + "\n")
    text = json.dumps(card, ensure_ascii=False, indent=2)
    (FOLDER / "reader.card.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
