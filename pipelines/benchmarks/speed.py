"""Speed and memory of the main job: `make bench`, or `python pipelines/benchmarks/speed.py --sizes 1 50`.

Builds corpora of the given sizes (megabytes of text) from the passages of a public corpus if KGFM_DATA
names the folder that has it (qa/2wiki_hipporag/corpus.json.gz), else from the demonstration corpus. Copies
beyond the first get family names of their own, so that the number of entities grows with the text.
"""

import argparse
import gzip
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
from record import record

from kgfm import Engine
from kgfm.recipe import packaged

_SUFFIXES = ["", "ov", "sen", "ell", "ini", "aux", "berg", "ski", "ez", "ard", "oni", "ler", "quist", "idis"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1, 50], help="megabytes of text to build")
    parser.add_argument("--triples", type=int, default=1_000_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kgfm-bench-") as folder:
        # Builds first: their memory is measured here, and asking loads torch.
        for size in arguments.sizes:
            record("build_speed", _building(Path(folder), size), seed=None)
        figures: dict[str, Any] = {"help_s": _command_seconds(["--help"])}
        figures |= _million(Path(folder), arguments.triples)
        figures |= _asking(Path(folder) / "demo")
        record("speed", figures, seed=None)


def _command_seconds(arguments: list[str], runs: int = 5) -> float:
    """Return the median wall time of a whole `kgfm` process."""
    times = []
    for _ in range(runs + 1):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "kgfm", *arguments], check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - started)
    return round(statistics.median(times[1:]), 3)


def _million(folder: Path, count: int) -> dict[str, Any]:
    """Import synthetic triples, then time a point match and `stats`, process start included."""
    file, kb = folder / "million.nt", str(folder / "million")
    with file.open("w", encoding="utf-8") as out:
        for number in range(count):
            head, tail = number % (count // 10), number * 7919 % (count // 10)
            out.write(f"<urn:x:e{head}> <urn:x:r{number % 50}> <urn:x:e{tail}> .\n")
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "kgfm", "import", str(file), "--kb", kb, "--quiet"], check=True)
    seconds = time.perf_counter() - started
    query = "SELECT ?o { <urn:x:e5> <urn:x:r5> ?o }"
    return {
        "triples": count,
        "import_s": round(seconds, 2),
        "query_s": _command_seconds(["query", query, "--kb", kb]),
        "stats_s": _command_seconds(["stats", "--kb", kb]),
    }


def _asking(kb: Path) -> dict[str, Any]:
    """Time warm questions on the demonstration corpus; the half that may be looked at."""
    lines = Path(packaged("kgfm:demo/questions.jsonl")).read_text(encoding="utf-8").splitlines()
    questions = [row["question"] for row in map(json.loads, lines) if row["split"] == "tune"]
    with Engine.open(kb) as engine:
        engine.build([packaged("kgfm:demo/corpus")])
        engine.ask(questions[0])
        times = []
        for question in questions:
            started = time.perf_counter()
            engine.ask(question)
            times.append((time.perf_counter() - started) * 1000)
    p95 = statistics.quantiles(times, n=20)[-1]
    return {"ask_warm_p50_ms": round(statistics.median(times), 1), "ask_warm_p95_ms": round(p95, 1)}


def _building(folder: Path, megabytes: int) -> dict[str, Any]:
    """Build a corpus; report sentences a second, whole and once models are loaded, and peak memory."""
    corpus = folder / f"{megabytes}.jsonl"
    with corpus.open("w", encoding="utf-8") as out:
        for row in _records(megabytes * 1_000_000):
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    first: list[float] = []

    def progress(_stage: str, done: float, _total: float | None) -> None:
        if not first and done:
            first.extend((time.perf_counter(), done))

    memory = _Memory()
    started = time.perf_counter()
    with Engine.open(folder / f"kb{megabytes}") as engine:
        report = engine.build([corpus], progress=progress)
    ended = time.perf_counter()
    memory.stop()
    share = 1 - first[1] / corpus.stat().st_size  # of the text that came after the first result
    return {
        "megabytes": megabytes,
        "documents": report.documents,
        "sentences": report.sentences,
        "statements": report.statements,
        "failed": len(report.failed),
        "seconds": round(ended - started, 1),
        "sentences_per_s": round(report.sentences / (ended - started), 1),
        "sentences_per_s_once_loaded": round(report.sentences * share / (ended - first[0]), 1),
        "peak_mb_main": round(memory.main / 1e6),
        "peak_mb_worker": round(memory.worker / 1e6),
    }


def _records(characters: int) -> Iterator[dict[str, str]]:
    passages = list(_passages())
    copy = 0
    while characters > 0:
        for number, (title, text) in enumerate(passages):
            if characters <= 0:
                return
            characters -= len(text)
            title, text = (_renamed(part, copy) for part in (title, text))
            yield {"id": f"{copy}-{number}", "title": title, "text": text}
        copy += 1


def _renamed(text: str, copy: int) -> str:
    """Give the copy's people and places names of their own: an ending on every word after a name."""
    suffix = _SUFFIXES[copy % len(_SUFFIXES)] * (copy // len(_SUFFIXES) + 1)
    return re.sub(r"(?<=[a-z] )([A-Z][a-z]{3,})\b(?! of)", rf"\1{suffix}", text) if copy else text


def _passages() -> Iterator[tuple[str, str]]:
    data = Path(os.environ.get("KGFM_DATA", "")) / "qa/2wiki_hipporag/corpus.json.gz"
    if data.is_file():
        with gzip.open(data, "rt", encoding="utf-8") as file:
            yield from ((row["title"], row["text"]) for row in json.load(file))
        return
    for path in sorted(Path(packaged("kgfm:demo/corpus")).rglob("*.*")):
        yield path.stem, path.read_text(encoding="utf-8")


class _Memory:
    """Watches the largest resident set of this process and of its children."""

    def __init__(self) -> None:
        self.main = self.worker = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        this = psutil.Process()
        while not self._stop.wait(0.5):
            self.main = max(self.main, this.memory_info().rss)
            for child in this.children(recursive=True):
                try:
                    self.worker = max(self.worker, child.memory_info().rss)
                except psutil.NoSuchProcess:
                    continue


if __name__ == "__main__":
    main()
