"""What graph files may ask for from the network, fetched only where the user allowed it."""

import json
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from kgfm.errors import FormatError
from kgfm.kg.compression import bare_name, opened_to_read

_PATIENCE: Final = 30.0  # seconds for a connection or an answer
_LARGEST: Final = 200_000_000  # bytes
_DEEPEST: Final = 10  # contexts that fetch contexts
_CONTEXT_TYPES: Final = "application/ld+json, application/json;q=0.9"
# Media type -> the format's name, the preferred ones first.
_GRAPH_TYPES: Final = {
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/trig": "trig",
    "application/n-quads": "nq",
    "application/rdf+xml": "xml",
    "application/ld+json": "jsonld",
    "text/xml": "xml",
    "application/xml": "xml",
}


def _fetched(place: str, types: str) -> tuple[bytes, str]:
    """Return what lies at an address, and its media type."""
    if not place.startswith(("http://", "https://")):
        raise FormatError(f"{place} is no web address, so it cannot be fetched.")
    request = urllib.request.Request(place, headers={"Accept": types, "User-Agent": "kgfm"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310 - checked above
            content = answer.read(_LARGEST + 1)
            kind = answer.headers.get_content_type()
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise FormatError(f"{place} could not be fetched ({reason}); see whether it is there.") from error
    if len(content) > _LARGEST:
        raise FormatError(f"{place} is larger than {_LARGEST // 1_000_000} MB; fetch it by other means.")
    return content, kind


@contextmanager
def fetched_graph(place: str) -> Iterator[tuple[Path, str]]:
    """Give a graph that lies at an address as a file, and its format; raises FormatError if it is none."""
    content, kind = _fetched(place, ", ".join(_GRAPH_TYPES))
    suffix = place.partition("?")[0].rpartition(".")[2].lower()
    name = _GRAPH_TYPES.get(kind) or {"owl": "xml", "rdf": "xml"}.get(suffix, suffix)
    if name not in _GRAPH_TYPES.values():
        raise FormatError(f"{place} is no graph in a format that kgfm reads, but {kind}.")
    with tempfile.TemporaryDirectory(prefix="kgfm-fetched-") as folder:
        path = Path(folder) / f"fetched.{name}"
        path.write_bytes(content)
        yield path, name


@contextmanager
def with_contexts(path: Path) -> Iterator[Path]:
    """Give a copy of a JSON-LD file that holds the contexts which it names by their address."""
    with opened_to_read(path) as file:
        try:
            content = json.load(file)
        except ValueError as error:
            raise FormatError(f"{path}: not JSON ({error}).") from None
    with tempfile.TemporaryDirectory(prefix="kgfm-context-") as folder:
        # Under the same name, for relative IRIs hang on it.
        copy = Path(folder) / bare_name(path).name
        copy.write_text(json.dumps(_filled(content, {}, 0)), encoding="utf-8")
        yield copy


def _filled(value: Any, known: dict[str, Any], depth: int) -> Any:
    if isinstance(value, list):
        return [_filled(one, known, depth) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _context(one, known, depth) if key == "@context" else _filled(one, known, depth)
        for key, one in value.items()
    }


def _context(value: Any, known: dict[str, Any], depth: int) -> Any:
    if isinstance(value, list):
        return [_context(one, known, depth) for one in value]
    if not isinstance(value, str):
        return _filled(value, known, depth)
    if depth > _DEEPEST:
        raise FormatError(f"{value}: contexts that name contexts go on for ever.")
    if value not in known:
        try:
            said = json.loads(_fetched(value, _CONTEXT_TYPES)[0])
        except ValueError as error:
            if isinstance(error, FormatError):
                raise
            raise FormatError(f"{value} is no JSON-LD context ({error}).") from None
        found = said.get("@context", {}) if isinstance(said, dict) else {}
        known[value] = _context(found, known, depth + 1)
    return known[value]
