"""Worker processes: spawned, deaf to Ctrl-C, and gone when their parent is.

Spawned, never forked: threads and native libraries do not survive a fork.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import wait
from multiprocessing.context import SpawnContext
from typing import Final

SPAWN: Final[SpawnContext] = multiprocessing.get_context("spawn")


@contextmanager
def deaf_to_interrupts() -> Iterator[None]:
    """Hold Ctrl-C back; a process that is started meanwhile never hears it, not even while it loads."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def prepare_worker() -> None:
    """Leave Ctrl-C to the parent, and do not outlive it; called first in every worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with_parent, daemon=True).start()


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
