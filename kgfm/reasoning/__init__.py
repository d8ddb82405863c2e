"""Conclusions from a graph: link prediction and explanations; Answer with Evidence.

In: TripleSets, or a callback that gives the edges around a term. Out: `Prediction`s, `Explanation`s
and the values of `answer`, which also `qa` and the engine speak.
"""

from typing import TYPE_CHECKING, Any

from kgfm.reasoning.answer import Answer, Evidence, Explanation, Path, Prediction, RankedAnswer, Step

if TYPE_CHECKING:
    from kgfm.reasoning.link_prediction import LinkPredictor

__all__ = [
    "Answer",
    "Evidence",
    "Explanation",
    "LinkPredictor",
    "Path",
    "Prediction",
    "RankedAnswer",
    "Step",
]


def __getattr__(name: str) -> Any:
    # Only who predicts pays for importing torch; answers and evidence need none.
    if name == "LinkPredictor":
        from kgfm.reasoning.link_prediction import LinkPredictor

        return LinkPredictor
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
