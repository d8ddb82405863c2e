import subprocess
import sys

import pytest

pytest.importorskip("scipy")
pytest.importorskip("numba")

_PROGRAM = """
import sys
import numba, numpy as np
from kgfm.nn.kernels import compiled

no_edges = np.zeros(0, dtype=np.int32)
compiled.newly_reached(no_edges, np.zeros(1, dtype=np.int64), no_edges, np.zeros(0, dtype=bool))
print("scipy.linalg" in sys.modules)
product = numba.njit(lambda one, other: np.dot(one, other))
print(product(np.eye(2), np.full((2, 2), 3.0)).sum(), "scipy.linalg" in sys.modules)
"""


def test_our_loops_do_without_scipy_and_other_peoples_still_multiply_matrices():
    told = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["False", "12.0", "True"]
