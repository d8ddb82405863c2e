"""What an Oxigraph store can tell: triples, documents, statements, labels, counters."""

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Final

from kgfm.errors import QueryError, UnknownTermError
from kgfm.kg import (
    IRI,
    BlankNode,
    DocumentGraph,
    Entity,
    Literal,
    Modality,
    Polarity,
    Term,
    Triple,
    statement_iri,
)
from kgfm.kg.namespaces import ALT_LABEL, LABEL, TYPE, document_iri, readable_name
from kgfm.kg.oxigraph_terms import stored_literal
from kgfm.stores import entity_naming, layout
from kgfm.stores.base import Counters, DocumentInfo, Merge, Quad, QueryResult, SourcedStatement
from kgfm.stores.counting import Key, counters, read_numbers
from kgfm.stores.oxigraph_transaction import carriers
from kgfm.stores.projection import MergeTable
from kgfm.stores.provenance import Properties, decode, decode_statement
from kgfm.stores.quad_source import QuadSource
from kgfm.stores.sparql_text import refuse_network

_EDGES_TOGETHER: Final = 10_000
_VOICES = [(polarity, modality) for polarity in Polarity for modality in Modality]
_DOCUMENTS = """
SELECT ?id ?title ?source ?origin ?fingerprint ?entities ?statements WHERE { GRAPH ?graph {
  ?node a kgfm:Document ; dcterms:identifier ?id ; dcterms:title ?title ; dcterms:source ?source ;
    kgfm:origin ?origin ; kgfm:fingerprint ?fingerprint ;
    kgfm:entityCount ?entities ; kgfm:statementCount ?statements . } } ORDER BY ?id"""
_FINGERPRINTS = """
SELECT ?id ?fingerprint WHERE { GRAPH ?graph {
  ?node a kgfm:Document ; dcterms:identifier ?id ; kgfm:fingerprint ?fingerprint . } }"""


class OxigraphReader:
    """The reading half of `OxigraphStore`; see `TripleStore` for what each method promises."""

    def __init__(self, quads: QuadSource) -> None:
        self._quads = quads
        self._numbers_read: dict[Key, int] | None = None
        self._table_read: MergeTable | None = None

    @property
    def _numbers(self) -> dict[Key, int]:
        if self._numbers_read is None:
            self._numbers_read = read_numbers(self._quads.find(graph=layout.META))
        return self._numbers_read

    @property
    def _table(self) -> MergeTable:
        if self._table_read is None:
            self._table_read = MergeTable(self._merges())
        return self._table_read

    def _merges(self) -> dict[IRI, Merge]:
        reasons = {
            triple.subject: triple.object.value
            for triple in self._quads.find(None, layout.MERGE_REASON, None, layout.MERGES)
        }
        return {
            triple.subject: Merge(triple.object, reasons.get(triple.subject, ""))
            for triple in self._quads.find(None, layout.MERGED_INTO, None, layout.MERGES)
            if isinstance(triple.subject, IRI) and isinstance(triple.object, IRI)
        }

    def _meta(self, predicate: IRI) -> str:
        return next(
            (one.object.value for one in self._quads.find(layout.META, predicate, None, layout.META)), ""
        )

    @property
    def id(self) -> str:
        """The knowledge base's own id."""
        return self._meta(layout.KB_ID)

    @property
    def version(self) -> int:
        """A number that grows with every write."""
        return int(self._meta(layout.STORE_VERSION) or 0)

    @property
    def resolution_pending(self) -> bool:
        """Whether documents came or went since the last `set_merges`."""
        return bool(self._meta(layout.RESOLUTION_PENDING))

    def match(
        self,
        subject: IRI | BlankNode | None = None,
        predicate: IRI | None = None,
        object: Term | None = None,
    ) -> Iterator[Triple]:
        """Yield the default graph's triples that have the given terms."""
        return self._quads.find(subject, predicate, object)

    def __contains__(self, triple: Triple) -> bool:
        return self._quads.has(triple)

    def query(self, sparql: str, *, allow_network: bool = False) -> QueryResult:
        """Answer a SPARQL 1.1 query."""
        if not allow_network:
            refuse_network(sparql)
        return self._quads.query(sparql)

    def cypher(self, text: str, *, write: bool = False) -> QueryResult:  # noqa: ARG002
        """Refuse: only Neo4j speaks it."""
        raise QueryError(f"{self._quads.place} speaks no Cypher, only Neo4j does; ask in SPARQL.")

    def documents(self) -> Iterator[DocumentInfo]:
        """Yield all documents, in the order of their ids."""
        for row in self._quads.rows(_DOCUMENTS):
            id_, title, source, origin, fingerprint, entities, statements = (
                one.value if one else "" for one in row
            )
            yield DocumentInfo(
                id=id_,
                title=title,
                source=source,
                origin=origin,
                fingerprint=fingerprint,
                entities=int(entities),
                statements=int(statements),
            )

    def fingerprints(self) -> dict[str, str]:
        """Return each document's fingerprint by its id."""
        rows = self._quads.rows(_FINGERPRINTS)
        return {id_.value: fingerprint.value for id_, fingerprint in rows if id_ and fingerprint}

    def document(self, identifier: str) -> DocumentGraph:
        """Read a document back."""
        triples = list(self._quads.find(graph=document_iri(identifier)))
        if not triples:
            raise UnknownTermError(identifier)
        return decode(triples)

    def document_text(self, identifier: str) -> str:
        """Return a document's text."""
        return self._document_value(document_iri(identifier), layout.TEXT)

    def _document_value(self, graph: IRI, predicate: IRI) -> str:
        for triple in self._quads.find(graph, predicate, None, graph):
            return triple.object.value
        raise UnknownTermError(graph.value)

    def statements(
        self,
        subject: IRI | None = None,
        predicate: IRI | None = None,
        object: Term | None = None,
        *,
        holds: bool | None = True,
    ) -> Iterator[SourcedStatement]:
        """Yield what documents say, with sentences."""
        table = self._table
        subjects = table.members(table.canonical(subject)) if subject else None
        objects: tuple[Term, ...] | None = None
        if isinstance(object, IRI):
            objects = table.members(table.canonical(object))
        elif object is not None:
            objects = (stored_literal(object),) if isinstance(object, Literal) else ()
        sourced = self._sourced()
        for node, graph in self._statement_nodes(subjects, predicate, objects):
            found = sourced(node, graph)
            statement = found.statement
            if (
                (subjects is None or statement.subject in subjects)
                and (predicate is None or statement.predicate == predicate)
                and (objects is None or statement.object in objects)
                and holds in (None, statement.holds)
            ):
                yield found

    def _statement_nodes(
        self, subjects: tuple[IRI, ...] | None, predicate: IRI | None, objects: tuple[Term, ...] | None
    ) -> Iterator[tuple[IRI, IRI]]:
        """Yield (statement, graph) of all that may fit, by the narrowest index there is."""
        patterns: Iterator[tuple[IRI | None, IRI, Term | None]]
        if subjects is not None and predicate is not None and objects is not None:
            patterns = (
                (statement_iri(subject, predicate, object_, *voice), TYPE, layout.STATEMENT_CLASS)
                for subject in subjects
                for object_ in objects
                for voice in _VOICES
            )
        elif subjects is not None:
            patterns = ((None, layout.SUBJECT, subject) for subject in subjects)
        elif objects is not None:
            patterns = ((None, layout.OBJECT, object_) for object_ in objects)
        elif predicate is not None:
            patterns = iter([(None, layout.PREDICATE, predicate)])
        else:
            patterns = iter([(None, TYPE, layout.STATEMENT_CLASS)])
        for pattern in patterns:
            for triple, graph in self._quads.everywhere(*pattern):
                if isinstance(triple.subject, IRI) and layout.is_document_graph(graph):
                    yield triple.subject, graph

    def statements_of_document(self, identifier: str) -> Iterator[SourcedStatement]:
        """Yield all that one document says."""
        document = self.document(identifier)
        for statement in document.statements:
            sentences = tuple(document.text[one.start : one.end] for one in statement.supports)
            yield SourcedStatement(statement, identifier, document.title, sentences)

    def _sourced(self) -> "_Sourcing":
        return _Sourcing(self._quads)

    def graphs(self, triple: Triple) -> Iterator[IRI]:
        """Yield the named graphs that support a default-graph triple."""
        yield from sorted(carriers(self._quads, self._table, triple))

    def edges(self) -> Iterator[tuple[Triple, float]]:
        """Yield each default-graph triple between two IRIs with its confidence."""
        doubts = self._doubts()
        between = (
            triple
            for triple in self._quads.find()
            if isinstance(triple.subject, IRI) and isinstance(triple.object, IRI) and triple.predicate != TYPE
        )
        if not doubts:
            yield from ((triple, 1.0) for triple in between)
            return
        while chunk := list(islice(between, _EDGES_TOGETHER)):
            doubted = {
                triple: doubt for triple in chunk if (doubt := self._doubt(doubts, triple)) is not None
            }
            plain = {origin: triple for triple in doubted for origin in self._table.origins(triple)}
            for origin in self._quads.vouched(plain, None, documents=False):
                doubted.pop(plain[origin], None)
            yield from ((triple, 1.0 - doubted.get(triple, 0.0)) for triple in chunk)

    def _doubts(self) -> dict[IRI, float]:
        """Return the product of (1 - confidence) over the documents that make each statement."""
        doubts: dict[IRI, float] = {}
        for triple, graph in self._quads.everywhere(None, layout.CONFIDENCE):
            if isinstance(triple.subject, IRI) and layout.is_document_graph(graph):
                doubts[triple.subject] = doubts.get(triple.subject, 1.0) * (1.0 - float(triple.object.value))
        return doubts

    def _doubt(self, doubts: dict[IRI, float], triple: Triple) -> float | None:
        """Return the doubt that statements leave of a triple; None where none makes it."""
        doubt, stated = 1.0, False
        for origin in self._table.origins(triple):
            if isinstance(origin.subject, IRI):
                node = statement_iri(origin.subject, origin.predicate, origin.object)
                if node in doubts:
                    doubt, stated = doubt * doubts[node], True
        return doubt if stated else None

    def imported_graphs(self) -> Iterator[IRI]:
        """Yield the named graphs that hold imported or edited triples, sorted."""
        for graph in sorted(self._quads.named_graphs()):
            plain = layout.is_support_graph(graph) and not layout.is_document_graph(graph)
            if plain and any(True for _ in self._quads.find(graph=graph)):
                yield graph

    def ontologies(self) -> Iterator[IRI]:
        """Yield the graphs of imported ontologies, sorted."""
        for graph in sorted(self._quads.named_graphs()):
            if layout.is_ontology_graph(graph) and any(True for _ in self._quads.find(graph=graph)):
                yield graph

    def axioms(self) -> Iterator[Triple]:
        """Yield what `set_ontology` and the imported ontologies say."""
        for graph in (layout.ONTOLOGY, *self.ontologies()):
            found = self._quads.find(graph=graph)
            yield from (triple for triple in found if triple.predicate != layout.LABEL_KEY)

    def quads(self) -> Iterator[Quad]:
        """Yield the whole content, all graphs, without what can be derived from the rest."""
        for triple in self._quads.find():
            yield triple, None
        for graph in sorted(self._quads.named_graphs()):
            if graph not in (layout.META, layout.LABEL_KEYS):
                for triple in self._quads.find(graph=graph):
                    yield triple, graph

    def counters(self) -> Counters:
        """Return the counters as kept, without counting."""
        return counters(self._numbers)

    def recount(self) -> Counters:
        """Count anew."""
        return counters(self._quads.tally().numbers())

    def merges(self) -> dict[IRI, Merge]:
        """Return the merge table."""
        return dict(self._table.merges)

    def kept_apart(self) -> frozenset[tuple[IRI, IRI]]:
        """Return the pairs (member, canonical) that must not be merged again."""
        found = self._quads.find(None, layout.KEPT_APART_FROM, None, layout.MERGES)
        return frozenset(
            (one.subject, one.object)
            for one in found
            if isinstance(one.subject, IRI) and isinstance(one.object, IRI)
        )

    def entity_names(self) -> Iterator[Entity]:
        """Yield each entity as all documents together name it, before merges."""
        return entity_naming.entity_names(self._quads)

    def label(self, iri: IRI) -> str:
        """Return how a person would call it."""
        return next(iter(self.labels(iri)), None) or readable_name(iri)

    def labels(self, iri: IRI) -> tuple[str, ...]:
        """Return all its labels, the preferred one first."""
        names: dict[str, None] = {}
        for graph in (None, layout.ONTOLOGY):
            for predicate in (LABEL, ALT_LABEL):
                found = [one.object for one in self._quads.find(iri, predicate, None, graph)]
                names.update(dict.fromkeys(one.value for one in sorted(found, key=entity_naming.label_order)))
        return tuple(names)

    def find_label(self, text: str) -> list[IRI]:
        """Return the entities and predicates that bear a label."""
        key = Literal(layout.label_key(text))
        found: dict[IRI, tuple[str, ...]] = defaultdict(tuple)
        for graph in (layout.LABEL_KEYS, layout.ONTOLOGY):
            for triple in self._quads.find(None, layout.LABEL_KEY, key, graph):
                if isinstance(triple.subject, IRI):
                    found[triple.subject] = self.labels(triple.subject)
        relation = entity_naming.relation_named(key.value)
        if any(True for _ in self._quads.find(None, relation)):
            found[relation] = (key.value,)
        exact = sorted(iri for iri, names in found.items() if text in names)
        return exact or sorted(found)


class _Sourcing:
    """Reads statements with their sentences; keeps the texts of the last documents."""

    def __init__(self, quads: QuadSource) -> None:
        self._quads = quads
        self._document = lru_cache(maxsize=8)(self._read_document)

    def _read_document(self, graph: IRI) -> tuple[str, str, str]:
        node = self._properties(graph, graph)
        values = (node[predicate][0].value for predicate in (layout.IDENTIFIER, layout.TITLE, layout.TEXT))
        identifier, title, text = values
        return identifier, title, text

    def _properties(self, node: IRI, graph: IRI) -> Properties:
        properties: dict[IRI, list[Term]] = defaultdict(list)
        for triple in self._quads.find(node, None, None, graph):
            properties[triple.predicate].append(triple.object)
        return properties

    def __call__(self, node: IRI, graph: IRI) -> SourcedStatement:
        properties = self._properties(node, graph)
        places = [place for place in properties.get(layout.HAS_SUPPORT, ()) if isinstance(place, IRI)]
        statement = decode_statement(properties, [self._properties(place, graph) for place in places])
        identifier, title, text = self._document(graph)
        sentences = tuple(text[one.start : one.end] for one in statement.supports)
        return SourcedStatement(statement, identifier, title, sentences)
