"""Where the curves of a run go: to TensorBoard and Weights & Biases if asked for, else nowhere."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kgfm.errors import ConfigError

Track = Callable[[str, float, int], None]  # (name of the curve, value, step)
_Writer = tuple[Track, Callable[[], None]]  # and what closes it


def untracked(_name: str, _value: float, _step: int) -> None:
    """Take a value and keep it nowhere."""


@contextmanager
def tracked(folder: Path | str | None) -> Iterator[Track]:
    """Yield what writes curves into a folder, for each of the two that is installed; nowhere without one.

    Weights & Biases keeps its run in the folder and sends nothing, unless WANDB_MODE says otherwise;
    `wandb sync` sends it later. Raises ConfigError where neither is installed, or WANDB_MODE cannot be met.
    """
    if folder is None:
        yield untracked
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    writers = [found for found in (_tensorboard(folder), _weights_and_biases(folder)) if found]
    if not writers:
        raise ConfigError(
            "--log-dir needs TensorBoard or Weights & Biases, and neither is installed; "
            "pip install 'kgfm[tensorboard]'."
        )

    def track(name: str, value: float, step: int) -> None:
        for write, _ in writers:
            write(name, value, step)

    try:
        yield track
    finally:
        for _, close in writers:
            close()


def _tensorboard(folder: Path | str) -> _Writer | None:
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        return None
    writer = SummaryWriter(str(folder))
    return writer.add_scalar, writer.close


def _weights_and_biases(folder: Path | str) -> _Writer | None:
    mode = os.environ.get("WANDB_MODE", "offline")
    if mode == "offline":
        # Read when it is imported: even offline it would report its own errors over the network.
        os.environ.setdefault("WANDB_ERROR_REPORTING", "false")
    try:
        from wandb import Error, Settings, init
    except ImportError:
        return None
    settings = Settings(console="off", silent=True, disable_git=True)
    try:
        run = init(project="kgfm", dir=str(folder), mode=mode, settings=settings)
    except Error as error:
        raise ConfigError(
            f"Weights & Biases does not start ({error}); log in to it, or set WANDB_MODE=offline."
        ) from error
    return lambda name, value, step: run.log({name: value}, step=step), run.finish
