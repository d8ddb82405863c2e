"""Working on one thing while the next is made, as we can prepare what a server writes next."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def worked_meanwhile(items: Iterable[T], work: Callable[[T], None]) -> None:
    """Work on each item in their order, in a thread of its own, while the next one is made in this thread.

    Raises what making or working on one raises; none is under way then.
    """
    # Not the other way round: iterators of Oxigraph's stay in the thread that began them.
    with ThreadPoolExecutor(max_workers=1) as worker:
        under_way: Future[None] | None = None
        for item in items:
            if under_way is not None:
                under_way.result()
            under_way = worker.submit(work, item)
        if under_way is not None:
            under_way.result()
