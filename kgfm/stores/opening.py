"""From the name of a knowledge base to its store, and to the folder of what is derived from it."""

import os
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Final, cast

from kgfm.errors import ConfigError, NotAStoreError
from kgfm.kg import Triple
from kgfm.stores.base import TripleStore
from kgfm.stores.oxigraph import OxigraphStore
from kgfm.stores.shared import SharedStore

# Scheme -> the extra with its driver, and where its store is: imported only when it is asked for.
_SERVERS: Final = {
    **dict.fromkeys(("sparql+http", "sparql+https"), ("sparql", "kgfm.stores.sparql", "SparqlStore")),
    **dict.fromkeys(
        ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc"),
        ("neo4j", "kgfm.stores.neo4j", "Neo4jStore"),
    ),
}


def opened(kb: str | Path, *, write: bool = False) -> TripleStore:
    """Open the knowledge base of a name: a folder, `neo4j://`, `bolt://` or `sparql+http(s)://`.

    What is missing is made if `write` is set. Raises ConfigError where the name has an unknown scheme
    or its driver is not installed, NotAStoreError where nothing is there, else as the stores' `open`.
    """
    name = str(kb)
    scheme, colon, _ = name.partition("://")
    if not colon or isinstance(kb, Path):
        return _folder(Path(kb), write=write)
    if scheme not in _SERVERS:
        web = "an endpoint is written sparql+http://host/path"
        known = f"name a folder, or a server by one of {', '.join(f'{one}://' for one in _SERVERS)}"
        raise ConfigError(
            f"{scheme}:// is no kind of knowledge base; {web if scheme in ('http', 'https') else known}."
        )
    extra, module, store = _SERVERS[scheme]
    try:
        opening = getattr(import_module(module), store).open
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"{scheme}:// needs a driver that is not installed ({error.name}); pip install 'kgfm[{extra}]'."
        ) from error
    return cast(TripleStore, opening(name, create=write, read_only=not write))


def foreign_triples(name: str) -> Iterator[Triple]:
    """Yield what a property graph says that lies in Neo4j and that kgfm did not write.

    Raises ConfigError where the name is no address of a Neo4j server or its driver is not installed.
    """
    scheme = name.partition("://")[0]
    if _SERVERS.get(scheme, ("",))[0] != "neo4j":
        raise ConfigError(f"{name} cannot be imported; name a file, or a Neo4j server as bolt://host:7687.")
    try:
        module = import_module("kgfm.stores.neo4j_foreign")
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"{scheme}:// needs a driver that is not installed ({error.name}); pip install 'kgfm[neo4j]'."
        ) from error
    return cast(Iterator[Triple], module.foreign_triples(name))


def _folder(path: Path, *, write: bool) -> TripleStore:
    if write:
        return OxigraphStore.open(path)
    if not path.exists():
        raise NotAStoreError(
            f"{path}: there is no knowledge base. Make one with `kgfm build SOURCE --kb {path}`."
        )
    return OxigraphStore.open(path, create=False, read_only=True)


def cache_folder(store: TripleStore) -> Path | None:
    """Return where what is derived from a knowledge base is kept; None for one in memory.

    In its own folder if it has one; for one on a server, in the user's cache folder under its id.
    """
    if store.path is not None:
        return store.path / "cache"
    return user_cache() / store.id if isinstance(store, SharedStore) else None


def user_cache(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """Return kgfm's folder among the user's caches, as each system has it."""
    if platform == "win32":
        return Path(environment.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "kgfm" / "Cache"
    if platform == "darwin":
        return Path.home() / "Library" / "Caches" / "kgfm"
    return Path(environment.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kgfm"
