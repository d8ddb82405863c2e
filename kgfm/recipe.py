"""Recipes: TOML files that say which steps to run, in order, on one knowledge base.

    name = "demo"
    kb = "demo-kb"            # relative to where the recipe is run

    [[steps]]
    verb = "build"
    sources = ["kgfm:demo/corpus"]   # "kgfm:" names what ships with the package

A step's keys are the fields of its class below; a key that no field has is an error, not a comment.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import UnionType
from typing import Any, Final, get_args, get_origin, get_type_hints

from kgfm.errors import ConfigError

_PACKAGED: Final = "kgfm:"


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildStep:
    """`kgfm build`."""

    sources: tuple[str, ...]
    schema: str | None = None
    workers: int | None = None
    prune: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportStep:
    """`kgfm import`."""

    files: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportStep:
    """`kgfm export`."""

    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatsStep:
    """`kgfm stats`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidateStep:
    """`kgfm validate`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryStep:
    """`kgfm query`."""

    sparql: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictStep:
    """`kgfm predict`."""

    head: str = "?"
    relation: str = "?"
    tail: str = "?"
    top: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainStep:
    """`kgfm explain`."""

    head: str
    relation: str
    tail: str
    top: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AskStep:
    """`kgfm ask`."""

    question: str
    top: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchStep:
    """`kgfm search`."""

    text: str
    top: int = 3


Step = (
    BuildStep
    | ImportStep
    | ExportStep
    | StatsStep
    | ValidateStep
    | QueryStep
    | PredictStep
    | ExplainStep
    | AskStep
    | SearchStep
)

STEPS: Final[Mapping[str, type[Step]]] = {
    "build": BuildStep,
    "import": ImportStep,
    "export": ExportStep,
    "stats": StatsStep,
    "validate": ValidateStep,
    "query": QueryStep,
    "predict": PredictStep,
    "explain": ExplainStep,
    "ask": AskStep,
    "search": SearchStep,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A named list of steps."""

    name: str
    kb: str
    steps: tuple[Step, ...]
    description: str = ""


def read_recipe(path: str | Path) -> Recipe:
    """Read a recipe; raises ConfigError that names file, step and key."""
    path = Path(path)
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such recipe.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from None
    steps = table.pop("steps", [])
    if not isinstance(steps, list) or not steps:
        raise ConfigError(f"{path}: a recipe needs at least one [[steps]] table.")
    read = tuple(_step(step, f"{path}: step {number}") for number, step in enumerate(steps, 1))
    table = {"name": path.stem, "kb": "kb", **table, "steps": read}
    return Recipe(**_checked(Recipe, table, str(path)))


def packaged(name: str) -> str:
    """Resolve "kgfm:demo/corpus" to the folder in the installed package; other names stay."""
    if not name.startswith(_PACKAGED):
        return name
    return str(Path(__file__).parent / name[len(_PACKAGED) :])


def _step(table: Any, place: str) -> Step:
    verb = table.pop("verb", None) if isinstance(table, dict) else None
    if not isinstance(verb, str) or verb not in STEPS:
        raise ConfigError(f"{place}: verb is {verb!r}; it must be one of {', '.join(STEPS)}.")
    return STEPS[verb](**_checked(STEPS[verb], table, f"{place} ({verb})"))


def _checked(kind: type, table: Mapping[str, Any], place: str) -> dict[str, Any]:
    """Check names and types of a table's values; lists become tuples."""
    hints = get_type_hints(kind)
    if unknown := sorted(set(table) - set(hints)):
        raise ConfigError(f"{place}: unknown key '{unknown[0]}'; known are {', '.join(hints)}.")
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    for field in fields(kind):
        if field.name not in values:
            continue
        hint = hints[field.name]
        allowed = get_args(hint) if isinstance(hint, UnionType) else (get_origin(hint) or hint,)
        if not isinstance(values[field.name], allowed):
            raise ConfigError(f"{place}: '{field.name}' is {values[field.name]!r}, which has the wrong type.")
    try:
        kind(**values)
    except TypeError as error:
        raise ConfigError(f"{place}: {error}") from None
    return values
