"""Where the curves of a run go: to TensorBoard if asked for, else nowhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kgfm.errors import ConfigError

Track = Callable[[str, float, int], None]  # (name of the curve, value, step)


def untracked(_name: str, _value: float, _step: int) -> None:
    """Take a value and keep it nowhere."""


@contextmanager
def tracked(folder: Path | str | None) -> Iterator[Track]:
    """Yield what writes curves into a folder that TensorBoard reads; nothing is written without one.

    Raises ConfigError where TensorBoard is not installed.
    """
    if folder is None:
        yield untracked
        return
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise ConfigError(
            "--log-dir needs TensorBoard, which is not installed; pip install 'kgfm[tensorboard]'."
        ) from error
    writer = SummaryWriter(str(folder))
    try:
        yield lambda name, value, step: writer.add_scalar(name, value, step)
    finally:
        writer.close()
