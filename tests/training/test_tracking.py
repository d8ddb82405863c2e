import importlib.util
import os
import subprocess
import sys

import pytest

from kgfm.errors import ConfigError
from kgfm.training.tracking import tracked

HAS_WANDB = importlib.util.find_spec("wandb") is not None


def without(monkeypatch, *modules):
    for module in modules:
        monkeypatch.setitem(sys.modules, module, None)


def test_without_a_folder_nothing_is_written(tmp_path):
    with tracked(None) as track:
        track("loss", 1.0, 1)
    assert not list(tmp_path.iterdir())


def test_what_is_missing_is_told_with_its_remedy(tmp_path, monkeypatch):
    without(monkeypatch, "torch.utils.tensorboard", "wandb")
    with pytest.raises(ConfigError, match=r"pip install 'kgfm\[tensorboard\]'"), tracked(tmp_path):
        pass


@pytest.mark.skipif(importlib.util.find_spec("tensorboard") is None, reason="needs TensorBoard")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_curves_are_written_for_tensorboard(tmp_path, monkeypatch):
    without(monkeypatch, "wandb")
    with tracked(tmp_path) as track:
        track("loss", 1.0, 1)
    assert [path for path in tmp_path.iterdir() if "tfevents" in path.name]


@pytest.mark.skipif(not HAS_WANDB, reason="needs Weights & Biases")
def test_curves_are_kept_offline_by_weights_and_biases(tmp_path):
    # In a process of its own: the package starts a service, and warns as it likes.
    code = (
        "from kgfm.training.tracking import tracked\n"
        f"with tracked({str(tmp_path)!r}) as track: track('loss', 1.0, 1), track('loss', 0.5, 2)"
    )
    free = {name: value for name, value in os.environ.items() if not name.startswith("WANDB_")}
    done = subprocess.run(
        [sys.executable, "-c", code], env=free, capture_output=True, check=False, timeout=120
    )
    assert (done.returncode, done.stdout) == (0, b"")
    (run,) = (tmp_path / "wandb").glob("offline-run-*")
    assert list(run.glob("*.wandb"))


@pytest.mark.skipif(not HAS_WANDB, reason="needs Weights & Biases")
def test_a_mode_that_cannot_be_met_is_told(tmp_path):
    code = f"from kgfm.training.tracking import tracked\nwith tracked({str(tmp_path)!r}): pass"
    asked = {**os.environ, "WANDB_MODE": "online", "WANDB_API_KEY": "short", "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=asked, capture_output=True, check=False, timeout=120
    )
    assert done.returncode == 1
    assert b"ConfigError: Weights & Biases does not start" in done.stderr
