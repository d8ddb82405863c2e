"""From scores to probabilities: logistic calibration, and how far off it is.

Sources: Platt 1999, "Probabilistic outputs for support vector machines"; Guo et al. 2017,
arXiv:1706.04599 (expected calibration error).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from kgfm.errors import TrainingError

_RIDGE = 1e-2  # keeps the fit finite where true and false ones can be separated
_STEPS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """P(true | features) = 1 / (1 + exp(-(bias + sum of weight * (feature - mean) / scale)))."""

    bias: float
    weights: tuple[float, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]

    @classmethod
    def fit(
        cls,
        features: Float[np.ndarray, "triples features"],
        true: Bool[np.ndarray, " triples"],
        signs: Sequence[int] | None = None,
    ) -> "Calibration":
        """Fit by Newton's method, with Platt's softened targets.

        A weight whose sign contradicts its entry of `signs` is held at 0: more evidence may never
        lower a probability. Raises TrainingError unless there are both true and false triples.
        """
        positives, negatives = int(true.sum()), int((~true).sum())
        if not positives or not negatives:
            raise TrainingError(
                "Probabilities need held-out true triples and false ones; the graph gave none."
            )
        means, scales = features.mean(axis=0), features.std(axis=0)
        scales = np.where(scales > 1e-9, scales, 1.0)
        targets = np.where(true, (positives + 1) / (positives + 2), 1 / (negatives + 2))
        columns = np.column_stack([np.ones(len(true)), (features - means) / scales])
        active = np.ones(columns.shape[1], dtype=bool)
        while True:
            solution = np.zeros(columns.shape[1])
            solution[active] = _newton(columns[:, active], targets)
            wrong = np.zeros_like(active)
            if signs is not None:
                wrong[1:] = solution[1:] * np.array(signs) < 0
            if not wrong.any():
                break
            active &= ~wrong
        return cls(
            bias=float(solution[0]),
            weights=tuple(solution[1:].tolist()),
            means=tuple(means.tolist()),
            scales=tuple(scales.tolist()),
        )

    def probabilities(self, features: Float[np.ndarray, "triples features"]) -> Float[np.ndarray, " triples"]:
        """Return P(true) of each row, in (0, 1)."""
        scaled = (features - np.array(self.means)) / np.array(self.scales)
        return _sigmoid(self.bias + scaled @ np.array(self.weights))


def expected_calibration_error(
    probabilities: Float[np.ndarray, " triples"], true: Bool[np.ndarray, " triples"], bins: int = 10
) -> float:
    """Mean distance between claimed and observed share of true triples, over equal-width bins; in [0, 1]."""
    place = np.minimum((probabilities * bins).astype(int), bins - 1)
    claimed = np.bincount(place, weights=probabilities, minlength=bins)
    observed = np.bincount(place, weights=true, minlength=bins)
    return float(np.abs(claimed - observed).sum() / max(len(true), 1))


def _newton(
    columns: Float[np.ndarray, "triples columns"], targets: Float[np.ndarray, " triples"]
) -> np.ndarray:
    ridge = np.full(columns.shape[1], _RIDGE)
    ridge[0] = 1e-9  # the bias carries the prior and is not pulled to 0
    solution = np.zeros(columns.shape[1])
    solution[0] = np.log(targets.mean() / (1 - targets.mean()))
    for _ in range(_STEPS):
        guess = _sigmoid(columns @ solution)
        slope = columns.T @ (guess - targets) + ridge * solution
        curve = (columns * (guess * (1 - guess))[:, None]).T @ columns + np.diag(ridge)
        step = np.linalg.solve(curve, slope)
        # A full step can overshoot where guesses saturate.
        step *= min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-12))
        solution -= step
        if np.abs(step).max() < 1e-8:
            break
    return solution


def _sigmoid(values: np.ndarray) -> np.ndarray:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * values)))
