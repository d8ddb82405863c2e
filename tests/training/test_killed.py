"""A run of pretraining that is killed outright goes on, in another process, as if nothing had happened."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np

from kgfm.nn.config import FoundationConfig
from kgfm.training.config import PretrainingConfig
from kgfm.training.pretraining import Pretraining
from tests.graphs import families

CONFIG = PretrainingConfig(
    model=FoundationConfig(channels=8, relation_layers=1, refinements=1, entity_layers=2),
    steps=10,
    batch=4,
    warm_up=2,
    checkpoint_every=3,
)

# Tells each step's loss, then waits a little, so that the kill strikes before the end.
VICTIM = """
import json, sys, time
from tests.training.test_killed import a_run

def done(step, loss):
    print(json.dumps([step, loss]), flush=True)
    time.sleep(0.3)

a_run(sys.argv[1]).run(done)
"""


def a_run(folder):
    return Pretraining([(families(8, seed=0), 1.0), (families(12, seed=1), 2.0)], CONFIG, folder)


def losses(run):
    told: dict[int, float] = {}
    run.run(told.__setitem__)
    return told


def test_pretraining_killed_outright_has_the_loss_curve_of_an_unbroken_run(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", VICTIM, tmp_path / "run"], stdout=subprocess.PIPE, text=True
    ) as victim:
        assert victim.stdout is not None
        cut = dict(json.loads(victim.stdout.readline()) for _ in range(5))
        time.sleep(0.1)
        os.kill(victim.pid, signal.SIGKILL)
    assert victim.returncode == -signal.SIGKILL
    rest, whole = losses(a_run(tmp_path / "run")), losses(a_run(None))
    assert list(cut) == [1, 2, 3, 4, 5]
    assert list(rest) == [4, 5, 6, 7, 8, 9, 10]
    assert list(whole) == list(range(1, 11))
    for part in (cut, rest):
        np.testing.assert_allclose(list(part.values()), [whole[step] for step in part], atol=1e-5)
