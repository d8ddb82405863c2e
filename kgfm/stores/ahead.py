"""Making the next of many things while one is in use, as a server's turn to work is ours to prepare."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def made_ahead(items: Iterable[T]) -> Iterator[T]:
    """Yield items, none of them None; the next one is made in a thread of its own meanwhile.

    Raises what making one raises.
    """
    rest = iter(items)
    with ThreadPoolExecutor(max_workers=1) as maker:
        coming = maker.submit(next, rest, None)
        while (item := coming.result()) is not None:
            coming = maker.submit(next, rest, None)
            yield item
