"""How a benchmark's figures are kept: one JSON line a run, with all that is needed to run it again."""

import hashlib
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

RESULTS: Final = Path(__file__).parent / "results"


def record(name: str, figures: dict[str, Any], *, seed: int | None, data: Iterable[Path] = ()) -> None:
    """Append the figures to `results/NAME.jsonl` and print them."""
    line = {
        "date": datetime.now(UTC).date().isoformat(),
        "command": " ".join(["python", *sys.argv]),
        "commit": _commit(),
        "seed": seed,
        "data_sha256": data_hash(data),
        "hardware": {"cpu": _cpu(), "cores": os.cpu_count(), "python": platform.python_version()},
        **figures,
    }
    RESULTS.mkdir(exist_ok=True)
    with (RESULTS / f"{name}.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")
    print(json.dumps(line, ensure_ascii=False, indent=2))


def data_hash(files: Iterable[Path]) -> str:
    """Return the SHA-256 over the files' bytes, in the order given, hex; "" for none."""
    digest = hashlib.sha256()
    none = True
    for file in files:
        digest.update(file.read_bytes())
        none = False
    return "" if none else digest.hexdigest()


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
    found = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parent)
    return found.stdout.strip() or "unknown"


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown"
    )
