"""Spares the start of a command what numba looks for and no loop here needs."""

import contextlib
import importlib.util


def spare_scipy() -> None:
    """Let numba see whether SciPy is installed without importing it: a tenth of a short command's time.

    When it reads its first loop, numba imports all of scipy.linalg to know whether it may multiply
    matrices. Loops that do so, other people's, make numba import it then.
    """
    with contextlib.suppress(ImportError, AttributeError):  # a numba that does otherwise
        from numba.np import linalg

        whole = linalg.ensure_blas
        linalg.ensure_blas = _ensure_installed
        try:
            from numba.np import arraymath

            arraymath.ensure_blas = whole  # type: ignore[attr-defined]
        finally:
            linalg.ensure_blas = whole


def _ensure_installed() -> None:
    if importlib.util.find_spec("scipy") is None:
        raise ImportError("SciPy is not installed.")
