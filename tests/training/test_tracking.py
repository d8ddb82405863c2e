import importlib.util

import pytest

from kgfm.errors import ConfigError
from kgfm.training.tracking import tracked


def test_without_a_folder_nothing_is_written(tmp_path):
    with tracked(None) as track:
        track("loss", 1.0, 1)
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(importlib.util.find_spec("tensorboard") is not None, reason="TensorBoard is there")
def test_what_is_missing_is_told_with_its_remedy(tmp_path):
    with pytest.raises(ConfigError, match=r"pip install 'kgfm\[tensorboard\]'"), tracked(tmp_path):
        pass


@pytest.mark.skipif(importlib.util.find_spec("tensorboard") is None, reason="needs TensorBoard")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_curves_are_written_for_tensorboard(tmp_path):
    with tracked(tmp_path) as track:
        track("loss", 1.0, 1)
    assert [path for path in tmp_path.iterdir() if "tfevents" in path.name]
