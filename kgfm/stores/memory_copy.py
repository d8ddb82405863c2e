"""A copy in memory of what a server keeps, for the SPARQL that the server itself does not answer."""

from collections.abc import Callable, Iterable

import pyoxigraph as ox

from kgfm.kg.oxigraph_terms import to_quad
from kgfm.stores import layout
from kgfm.stores.base import Quad
from kgfm.stores.oxigraph_quads import Quads
from kgfm.stores.quad_source import QuadSource


class MemoryCopy:
    """The content of a knowledge base as `content` gives it, read anew when its version has changed."""

    def __init__(self, source: QuadSource, content: Callable[[], Iterable[Quad]]) -> None:
        self._source = source
        self._content = content
        self._kept: tuple[object, Quads] | None = None

    def current(self) -> Quads:
        """Return the copy of what is there now."""
        version = list(self._source.find(layout.META, layout.STORE_VERSION, None, layout.META))
        if self._kept is None or self._kept[0] != version:
            copy = Quads(ox.Store(), self._source.place)
            copy.load(to_quad(triple, graph) for triple, graph in self._content())
            self._kept = version, copy
        return self._kept[1]
