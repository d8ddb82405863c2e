"""The quads behind a SPARQL endpoint in our terms; a write takes hold only if no other came before it."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import partial
from itertools import islice
from typing import Final, TypeVar

import pyoxigraph as ox

from kgfm.errors import QueryError
from kgfm.kg import IRI, BlankNode, Literal, Term, Triple
from kgfm.kg.namespaces import DOCUMENT, PREFIXES, TYPE
from kgfm.kg.oxigraph_terms import to_node, to_quad, to_term, to_triple, well_formed
from kgfm.stores import layout
from kgfm.stores.base import Quad, QueryResult
from kgfm.stores.counting import Tally
from kgfm.stores.memory_copy import MemoryCopy
from kgfm.stores.oxigraph_recount import bare, name_blank_nodes, recount
from kgfm.stores.oxigraph_transaction import label_keys
from kgfm.stores.quad_source import Changes, ends_of, quad_block
from kgfm.stores.sparql_endpoint import Endpoint
from kgfm.stores.sparql_text import keywords, syntax_error

T = TypeVar("T")
Row = tuple[Term | None, ...]

_ASKED_TOGETHER: Final = 500  # triples in one question
_LOADED_TOGETHER: Final = 5_000  # quads in one request
_PREFIXES: Final = " ".join(f"PREFIX {name}: <{iri}>" for name, iri in PREFIXES.items()) + "\n"
_BEGINS: Final = "?end ?p ?o"
_CLOSES: Final = f"?s ?p ?end FILTER(?p != {TYPE})"
_VERSION: Final = f"{layout.META} {layout.STORE_VERSION}"


class OvertakenError(Exception):
    """Another program wrote first; the write has changed nothing and must be worked out anew."""


class EndpointQuads:
    """What one endpoint keeps of a knowledge base: `QuadSource` over HTTP."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.place = endpoint.place
        self._part = endpoint.config.part
        self._copy = MemoryCopy(self, self._content)

    def find(
        self,
        subject: IRI | BlankNode | None = None,
        predicate: IRI | None = None,
        object: Term | None = None,
        graph: IRI | None = None,
    ) -> Iterator[Triple]:
        """Yield the triples of one graph that have the given terms; graph None is the default graph."""
        for triple, _ in self._pattern(subject, predicate, object, partial(self._part.of, graph)):
            yield triple

    def everywhere(
        self,
        subject: IRI | BlankNode | None = None,
        predicate: IRI | None = None,
        object: Term | None = None,
    ) -> Iterator[tuple[Triple, IRI]]:
        """Yield the triples of all named graphs that have the given terms, each with its graph."""
        for triple, graph in self._pattern(subject, predicate, object, self._anywhere, "g"):
            if isinstance(graph, IRI):
                yield triple, self._part.inner(graph)

    def _anywhere(self, pattern: str) -> str:
        """Write that a pattern is to be found in a named graph of ours, ?g."""
        return f"GRAPH ?g {{ {pattern} }} FILTER({self._part.keeps('?g')})"

    def _pattern(
        self,
        subject: Term | None,
        predicate: Term | None,
        object_: Term | None,
        found_in: Callable[[str], str],
        *others: str,
    ) -> Iterator[tuple[Triple, Term | None]]:
        given = dict(zip("spo", (subject, predicate, object_), strict=True))
        if any(isinstance(term, BlankNode) for term in given.values()):
            return  # a blank node's label means nothing to a server
        pattern = " ".join(_text(term) if term else f"?{name}" for name, term in given.items())
        where = found_in(pattern)
        # One variable at least: a row must have something in it.
        names = [name for name, term in given.items() if not term] + list(others)
        if not names:
            if self.endpoint.ask(f"ASK {{ {where} }}"):
                yield _triple(given), None
            return
        asked = " ".join(f"?{name}" for name in names)
        for row in self._paged(f"SELECT {asked} WHERE {{ {where} }}", names):
            found = dict(zip(names, row, strict=True))
            yield _triple(given | {name: found[name] for name in names if name != "g"}), found.get("g")

    def has(self, triple: Triple, graph: IRI | None = None) -> bool:
        """Whether a graph holds a triple."""
        return any(True for _ in self.find(triple.subject, triple.predicate, triple.object, graph))

    def present(self, triples: Iterable[Triple]) -> set[Triple]:
        """Return those of the triples that the default graph holds."""
        there = self._part.of(None, "?s ?p ?o")
        return {triple for triple, _ in self._of_each(triples, "?i", f"FILTER EXISTS {{ {there} }}")}

    def copies(self, triples: Iterable[Triple]) -> Iterator[tuple[Triple, IRI]]:
        """Yield each of the triples with every named graph that holds it."""
        for triple, (graph,) in self._of_each(triples, "?i ?g", self._anywhere("?s ?p ?o")):
            if isinstance(graph, IRI):
                yield triple, self._part.inner(graph)

    def vouched(self, triples: Iterable[Triple], without: IRI | None, *, documents: bool) -> set[Triple]:
        """Return those that a support graph but `without` holds; `documents`: a document's graph."""
        wanted = (
            self._part.begins("?g", DOCUMENT)
            if documents
            else f"!{self._part.begins('?g', layout.ONTOLOGIES)}"
        )
        unfit = [*sorted(layout.BOOKKEEPING_GRAPHS), *([without] if without else [])]
        wanted += f" && ?g NOT IN ({', '.join(str(self._part.outer(graph)) for graph in unfit)})"
        kept = f"{self._anywhere('?s ?p ?o')} FILTER({wanted})"
        return {triple for triple, _ in self._of_each(triples, "?i", f"FILTER EXISTS {{ {kept} }}")}

    def _of_each(
        self, triples: Iterable[Triple], asked: str, where: str
    ) -> Iterator[tuple[Triple, Sequence[Term | None]]]:
        """Ask one thing of many triples: yield each that has an answer with what is asked besides ?i."""
        for chunk in _chunks(triples, _ASKED_TOGETHER):
            rows = "\n".join(
                f"({number} {_text(one.subject)} {_text(one.predicate)} {_text(one.object)})"
                for number, one in enumerate(chunk)
                if not isinstance(one.subject, BlankNode) and not isinstance(one.object, BlankNode)
            )
            query = f"SELECT {asked} WHERE {{ VALUES (?i ?s ?p ?o) {{ {rows} }} {where} }}"
            for number, *others in self._paged(query, asked.replace("?", "").split()):
                if number is not None:
                    yield chunk[int(number.value)], others

    def standing(self, ends: Iterable[IRI], without: Set[Triple] = frozenset()) -> set[IRI]:
        """Return those that are an end of a default-graph triple, the triples `without` not counted."""
        going = Counter(end for triple in without for end in ends_of(triple))
        found = set()
        begins, closes = (f"{{ {self._part.of(None, one)} }}" for one in (_BEGINS, _CLOSES))
        for chunk in _chunks(ends, _ASKED_TOGETHER):
            rows = " ".join(f"({number} {_text(end)})" for number, end in enumerate(chunk))
            values = f"VALUES (?i ?end) {{ {rows} }}"
            if not without:
                query = f"SELECT ?i WHERE {{ {values} FILTER(EXISTS {begins} || EXISTS {closes}) }}"
                found |= {chunk[int(number.value)] for (number,) in self._paged(query, ["i"]) if number}
                continue
            query = f"SELECT ?i (COUNT(*) AS ?n) WHERE {{ {values} {begins} UNION {closes} }} GROUP BY ?i"
            for number, count in self._paged(query, ["i", "n"]):
                if number and count and int(count.value) > going[chunk[int(number.value)]]:
                    found.add(chunk[int(number.value)])
        return found

    def named_graphs(self) -> list[IRI]:
        """Return the named graphs that hold something."""
        rows = self._paged(f"SELECT DISTINCT ?g WHERE {{ {self._anywhere('?s ?p ?o')} }}", ["g"])
        return [self._part.inner(graph) for (graph,) in rows if isinstance(graph, IRI)]

    def bare(self) -> Iterator[Triple]:
        """Yield the default graph's triples that no named graph holds as they are."""
        return bare(self)

    def _content(self) -> Iterator[Quad]:
        yield from ((triple, None) for triple in self.find())
        yield from self.everywhere()

    def name_blank_nodes(self) -> None:
        """Give the default graph's blank nodes names."""
        self.endpoint.update(_PREFIXES + name_blank_nodes(self._part.outer(None)), again=False)

    def tally(self) -> Tally:
        """Count the whole content anew."""
        return recount(self)

    def rows(self, sparql: str) -> Iterator[Row]:
        """Yield the rows of a SELECT query of our own."""
        form = ox.Store().query(sparql, prefixes=PREFIXES)
        if not isinstance(form, ox.QuerySolutions):
            raise TypeError("only a SELECT query has rows")
        return self._paged(self._part.scoped(sparql), [variable.value for variable in form.variables])

    def _paged(self, sparql: str, names: Sequence[str]) -> Iterator[Row]:
        """Yield rows as they arrive; in pages, each sorted as the others, where the server caps answers."""
        page = self.endpoint.config.page
        if not page:
            yield from self._all(sparql, names)
            return
        order, start, count = " ".join(f"?{name}" for name in names), 0, page
        while count == page:
            part = f"ORDER BY {order} LIMIT {page} OFFSET {start}"
            count = 0
            for row in self._all(f"SELECT {order} WHERE {{ {{ {sparql} }} }} {part}", names):
                count += 1  # noqa: SIM113 - counts pages' rows, which may be none
                yield row
            start += page

    def _all(self, sparql: str, names: Sequence[str], default: IRI | None = None) -> Iterator[Row]:
        with self.endpoint.solutions(_PREFIXES + sparql, default) as solutions:
            for solution in solutions:
                # By name: a server may leave out columns, and need not keep their order.
                row = dict(zip((one.value for one in solutions.variables), solution, strict=True))
                yield tuple(to_term(node) if (node := row.get(name)) is not None else None for name in names)

    def query(self, sparql: str) -> QueryResult:
        """Answer a user's query; raises QueryError where it is malformed."""
        try:  # Asked of an empty store, for its form and for the place of a fault.
            form = ox.Store().query(well_formed(sparql), prefixes=PREFIXES)
        except SyntaxError as error:
            raise syntax_error(sparql, str(error)) from None
        if self._part.name and {"GRAPH", "FROM"} & set(keywords(sparql)):
            return self._copy.current().query(sparql)  # in it graphs have the names that we know
        text, default = _PREFIXES + sparql, self._part.outer(None)
        if isinstance(form, ox.QueryBoolean):
            return QueryResult(boolean=self.endpoint.ask(text, default))
        if isinstance(form, ox.QuerySolutions):
            names = tuple(variable.value for variable in form.variables)
            return QueryResult(names, tuple(self._all(sparql, names, default)))
        with self.endpoint.triples(text, default) as triples:
            return QueryResult(triples=tuple(dict.fromkeys(map(to_triple, triples))))

    def update(self, sparql: str) -> None:
        """Carry out a user's update; raises QueryError where it is malformed, or the part has a name."""
        if self._part.name:
            raise QueryError(
                f"{self.place} takes no SPARQL updates, for they would reach other knowledge bases; "
                "import a file, or use an endpoint without #NAME."
            )
        try:
            ox.Store().update(well_formed(sparql), prefixes=PREFIXES)
        except SyntaxError as error:
            raise syntax_error(sparql, str(error)) from None
        self.endpoint.update(_PREFIXES + sparql, again=False)

    def write(self, changes: Changes) -> None:
        """Carry out changes whole, if nothing was written since they were worked out, else not at all.

        Raises OvertakenError in the latter case. One update whose condition is the version that was
        read; a mark in it tells afterwards whether it was this one that took hold, so that it can be
        sent again after an answer was lost.
        """
        mark = Triple(layout.META, layout.LAST_WRITE, Literal(uuid.uuid4().hex))
        deleted = _merged(changes.deleted)
        for graph in changes.dropped:
            deleted[graph] |= set(self.find(graph=graph))
        deleted[layout.META] |= set(self.find(layout.META, layout.LAST_WRITE, None, layout.META))
        inserted = _merged(changes.inserted)
        inserted[layout.META].add(mark)
        version = _text(Literal(str(changes.before)))
        unchanged = self._part.of(layout.META, f"{_VERSION} {version if changes.before else '?any'}")
        if not changes.before:
            unchanged = f"FILTER NOT EXISTS {{ {unchanged} }}"
        deletion = f"DELETE {block} " if (block := self._block(deleted)) else ""
        self.endpoint.update(f"{deletion}INSERT {self._block(inserted)} WHERE {{ {unchanged} }}", again=True)
        if not self.has(mark, layout.META):
            raise OvertakenError

    def _block(self, graphs: Mapping[IRI | None, Iterable[Triple]]) -> str:
        return quad_block({self._part.outer(graph): triples for graph, triples in graphs.items()})

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Add many quads in requests of some thousands, each whole."""
        for chunk in _chunks(quads, _LOADED_TOGETHER):
            graphs: dict[IRI | None, set[Triple]] = defaultdict(set)
            for quad in chunk:
                name = quad.graph_name
                graphs[IRI(name.value) if isinstance(name, ox.NamedNode) else None].add(to_triple(quad))
            self.endpoint.update(f"INSERT DATA {self._block(graphs)}", again=True)

    def remove(self, triples: Iterable[Triple], graph: IRI) -> None:
        """Take triples out of a named graph."""
        for chunk in _chunks(triples, _LOADED_TOGETHER):
            self.endpoint.update(f"DELETE DATA {self._block({graph: chunk})}", again=True)

    def clear(self, graph: IRI) -> None:
        """Empty a named graph."""
        self.endpoint.update(f"CLEAR SILENT GRAPH {self._part.outer(graph)}", again=True)

    def index_labels(self, named: Iterable[Triple]) -> None:
        """Let entities be found by these triples that name them, and by no others."""
        self.clear(layout.LABEL_KEYS)
        self.load(to_quad(one, layout.LABEL_KEYS) for one in label_keys(named))


def _text(term: Term) -> str:
    """Write a term; raises FormatError for an IRI or language tag that could break out of its place."""
    return str(to_node(term))


def _triple(parts: dict[str, Term | None]) -> Triple:
    subject, predicate, object_ = (parts[name] for name in "spo")
    if not isinstance(subject, IRI | BlankNode) or not isinstance(predicate, IRI) or object_ is None:
        raise TypeError("a triple has a literal where none may stand")
    return Triple(subject, predicate, object_)


def _merged(graphs: Mapping[IRI | None, set[Triple]]) -> dict[IRI | None, set[Triple]]:
    return defaultdict(set, {graph: set(triples) for graph, triples in graphs.items()})


def _chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk
