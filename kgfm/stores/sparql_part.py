"""Which graphs of an endpoint belong to one knowledge base, so that several can lie side by side in it.

`sparql+http://host/path#NAME` is the knowledge base NAME: its default graph is the endpoint's named
graph `urn:kgfm:kb:NAME`, and each of its named graphs G is `urn:kgfm:kb:NAME:G` there. The unnamed
knowledge base has the endpoint's own default graph and the named graphs that belong to no other.
"""

import re
from dataclasses import dataclass
from typing import Final

from kgfm.errors import ConfigError
from kgfm.kg import IRI
from kgfm.kg.namespaces import KGFM

_ALL: Final = KGFM + "kb:"
_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{0,100}")
# Our own queries keep to these forms: one WHERE, nothing in braces within the braces of a GRAPH.
_WHERE: Final = re.compile(r"WHERE \{(.*)\}", re.DOTALL)
_GRAPH: Final = re.compile(r"GRAPH (\?\w+|<[^<>]*>) (\{[^{}]*\})")


@dataclass(frozen=True, slots=True)
class Part:
    """The graphs of the knowledge base of this name; "" is the unnamed one."""

    name: str = ""

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ConfigError(
                f"'{self.name}' is no name for a knowledge base on an endpoint; "
                "after #, write letters, digits, and . _ - alone."
            )

    @property
    def _prefix(self) -> str:
        """What comes before the names of named graphs."""
        return f"{_ALL}{self.name}:" if self.name else ""

    def outer(self, graph: IRI | None) -> IRI | None:
        """Return what a graph of the knowledge base is called at the endpoint."""
        if not graph:
            return IRI(_ALL + self.name) if self.name else None
        return IRI(self._prefix + graph.value)

    def inner(self, graph: IRI) -> IRI:
        """Return what a graph of the endpoint is called in the knowledge base."""
        return IRI(graph.value[len(self._prefix) :])

    def of(self, graph: IRI | None, pattern: str) -> str:
        """Write that a pattern is to be found in a graph of the knowledge base."""
        outer = self.outer(graph)
        return f"GRAPH {outer} {{ {pattern} }}" if outer else pattern

    def begins(self, variable: str, start: str) -> str:
        """Write the condition that a named graph's name begins so, in the knowledge base."""
        return f'STRSTARTS(STR({variable}), "{self._prefix}{start}")'

    def keeps(self, variable: str) -> str:
        """Write the condition that a graph of the endpoint is a named graph of the knowledge base."""
        return self.begins(variable, "") if self.name else f"!{self.begins(variable, _ALL)}"

    def scoped(self, sparql: str) -> str:
        """Rewrite a SELECT query of our own so that it sees this knowledge base and no other."""
        narrowed = _GRAPH.sub(self._narrowed, sparql)
        return _WHERE.sub(lambda found: f"WHERE {{ {self.of(None, found[1])} }}", narrowed)

    def _narrowed(self, found: re.Match[str]) -> str:
        graph, group = found[1], found[2]
        if not graph.startswith("?"):
            return f"GRAPH {self.outer(IRI(graph[1:-1]))} {group}"
        if not self.name or not re.search(rf"\{graph}\b", group):
            return f"GRAPH {graph} {group} FILTER({self.keeps(graph)})"
        # The pattern speaks of the graph's name, which is another at the endpoint.
        same = f'STR({graph}_there) = CONCAT("{self._prefix}", STR({graph}))'
        return f"GRAPH {graph}_there {group} FILTER({same})"
