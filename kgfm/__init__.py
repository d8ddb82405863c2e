"""kgfm: text in, knowledge graph out, questions answered with their evidence."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kgfm.engine import Engine

__all__ = ["Engine", "__version__"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Load `Engine` at its first use, so that `import kgfm` stays quick."""
    if name == "Engine":
        from kgfm.engine import Engine

        return Engine
    raise AttributeError(f"module 'kgfm' has no attribute '{name}'")
