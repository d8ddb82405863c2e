"""A build that is killed on the way: `python pipelines/benchmarks/interruptions.py`.

Builds the passages of a public corpus (KGFM_DATA names the folder with qa/2wiki_hipporag/corpus.json.gz) once
in peace and once with the whole process group killed (SIGKILL) at random moments. After every kill each
document must be there whole or not at all; at the end both knowledge bases must be equal, quad by quad.
"""

import argparse
import gzip
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from record import record

from kgfm.kg import IRI
from kgfm.stores.layout import is_document_graph
from kgfm.stores.oxigraph import OxigraphStore

Digests = dict[IRI | None, int]  # graph -> a hash of its triples, whatever their order


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--passages", type=int, default=None, help="only the first so many")
    arguments = parser.parse_args()
    data = Path(os.environ.get("KGFM_DATA", "")) / "qa/2wiki_hipporag/corpus.json.gz"
    with tempfile.TemporaryDirectory(prefix="kgfm-kills-") as name:
        folder = Path(name)
        count = _write(data, folder / "corpus.jsonl", arguments.passages)
        peaceful = _build(folder, "reference")
        reference, _ = _content(folder / "reference")
        moments = random.Random(arguments.seed)
        longest = peaceful.seconds / arguments.kills
        states = [_killed(folder, reference, moments.uniform(0.5, longest)) for _ in range(arguments.kills)]
        last = _build(folder, "killed")
        content, present = _content(folder / "killed")
        again = _build(folder, "killed")
        checked = _run("validate", "--kb", str(folder / "killed"))
        figures = {
            "passages": count,
            "kills": states,
            "all_graphs_equal": content == reference,
            "documents": present,
            "failed": sorted(failure["document"] for failure in last.said["failed"]),
            "all_accounted_for": present + len(last.said["failed"]) == count,
            "uninterrupted": peaceful.figures | {"sentences": peaceful.said["sentences"]},
            "last_run": last.figures,
            "second_run": again.figures | {name: again.said[name] for name in ("documents", "skipped")},
            "validate": checked.figures | {name: checked.said[name] for name in ("conforms", "documents")},
        }
    record("interruptions", figures, seed=arguments.seed, data=[data])
    if not (figures["all_graphs_equal"] and figures["all_accounted_for"] and checked.said["conforms"]):
        sys.exit("an interruption left its mark")


@dataclass(frozen=True)
class _Ended:
    """How a command ended: its JSON document, wall time, and the peak of its largest process."""

    said: dict[str, Any]
    status: int
    seconds: float
    peak_mb: int

    @property
    def figures(self) -> dict[str, Any]:
        return {"status": self.status, "seconds": round(self.seconds, 2), "peak_mb": self.peak_mb}


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "kgfm", *arguments, "--json", "--quiet"]


def _run(*arguments: str) -> _Ended:
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as out:
        process = subprocess.Popen(_command(*arguments), stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        said = json.load(out)
    return _Ended(said, process.returncode, seconds, round(usage.ru_maxrss / 1000))


def _build(folder: Path, kb: str) -> _Ended:
    return _run("build", str(folder / "corpus.jsonl"), "--kb", str(folder / kb))


def _killed(folder: Path, reference: Digests, moment: float) -> dict[str, Any]:
    """Start the build, kill its whole process group, and look at what is there."""
    command = _command("build", str(folder / "corpus.jsonl"), "--kb", str(folder / "killed"))
    process = subprocess.Popen(
        command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    time.sleep(moment)
    ended = process.poll()
    if ended is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    state = {
        "after_s": round(moment, 2),
        "ended_before": ended is not None,
        "documents": 0,
        "all_whole": True,
    }
    if (folder / "killed" / "kgfm.json").exists():
        content, state["documents"] = _content(folder / "killed")
        graphs = [name for name in content if name is not None and is_document_graph(name)]
        state["all_whole"] = all(content[name] == reference.get(name) for name in graphs)
    return state


def _content(kb: Path) -> tuple[Digests, int]:
    """Return a digest of each graph and the number of documents, which the counters must confirm."""
    digests: Counter[IRI | None] = Counter()
    with OxigraphStore.open(kb, read_only=True) as store:
        for triple, graph in store.quads():
            digests[graph] += int.from_bytes(hashlib.sha256(str(triple).encode()).digest()[:8])
        documents = len(store.fingerprints())
        if store.counters() != store.recount() or store.counters().documents != documents:
            sys.exit(f"{kb}: the counters are wrong")
    return dict(digests), documents


def _write(data: Path, target: Path, passages: int | None) -> int:
    with gzip.open(data, "rt", encoding="utf-8") as file:
        rows = json.load(file)[:passages]
    with target.open("w", encoding="utf-8") as out:
        for number, row in enumerate(rows):
            line = {"id": str(number), "title": row["title"], "text": row["text"]}
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
    return len(rows)


if __name__ == "__main__":
    main()
