"""The assembled system: the one place that knows every room.

Each method does one verb. What lies on disk is opened when it is first needed, and to read only until
something is written, so that a query costs neither a lock nor a model.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Self, TypeGuard
from urllib.parse import quote

from kgfm.errors import ConfigError, FormatError, SourceError, UnknownTermError
from kgfm.kg import IRI, Term, Triple
from kgfm.kg.namespaces import TYPE, document_iri, expand
from kgfm.stores.base import Counters, Merge, QueryResult, TripleStore
from kgfm.stores.layout import ONTOLOGIES, SOURCE, is_ontology_graph
from kgfm.stores.opening import cache_folder, foreign_triples, opened, user_cache

if TYPE_CHECKING:
    import networkx as nx
    from rdflib import Dataset, Graph

    from kgfm.data import TripleSet
    from kgfm.data.measures import GraphMeasures
    from kgfm.extraction.build import BuildReport
    from kgfm.ontology.validation import ValidationReport
    from kgfm.qa.answering import QuestionAnswerer
    from kgfm.qa.search import SearchResults
    from kgfm.reasoning.answer import Answer, Explanation, Prediction
    from kgfm.reasoning.benchmarking import Evaluation
    from kgfm.reasoning.contradictions import Conflict
    from kgfm.reasoning.inference import Inference, ProofStep
    from kgfm.reasoning.learning import LearningReport
    from kgfm.reasoning.zero_shot import ZeroShotPredictor
    from kgfm.stores.repair import RepairReport

Progress = Callable[[str, float, float | None], None]  # what is being done, how much, of how much


def _silent(_stage: str, _done: float, _total: float | None) -> None:
    """Take progress and say nothing."""


class Engine:
    """A knowledge base and all that can be done with it; a context manager.

    HEAD, RELATION and TAIL below are a label, an IRI or a prefixed name. Raises UnknownTermError or
    AmbiguousTermError where a label fits nothing or several things. One engine belongs to one thread.
    """

    def __init__(self, store: TripleStore | None = None, *, kb: str | Path = "kb") -> None:
        self._store = store
        self._kb = kb
        self._writable = store is not None
        self._answerer: QuestionAnswerer | None = None
        self._predictor: tuple[ZeroShotPredictor, TripleSet] | None = None
        self._inference: Inference | None = None

    @classmethod
    def open(cls, kb: str | Path = "kb") -> Self:
        """Name a knowledge base (a folder, or a server); the first build or import makes it, not before."""
        return cls(kb=kb)

    @staticmethod
    def repair(damaged: str | Path, to: str | Path) -> "RepairReport":
        """Save what can be read of a damaged knowledge base into a new one; say what was lost."""
        from kgfm.stores.repair import repair

        return repair(Path(damaged), Path(to))

    # Filling and changing

    def build(
        self,
        sources: Sequence[str | Path],
        *,
        schema: str | Path | None = None,
        workers: int | None = None,
        prune: bool = False,
        stdin: BinaryIO | None = None,
        progress: Progress = _silent,
    ) -> "BuildReport":
        """Extract what is new or changed under `sources`; what failed is listed in the report.

        Raises SourceError where not one of the sources exists: then no knowledge base is made either.
        """
        from kgfm.extraction.build import BuildConfig, build

        if not any(str(source) == "-" or Path(source).exists() for source in sources):
            raise SourceError(" ".join(map(str, sources)), "there is no such file or folder.")
        config = BuildConfig(schema=Path(schema) if schema else None, workers=workers, prune=prune)
        return build(self._writer(), sources, config, stdin=stdin, progress=progress)

    def remove(self, documents: Sequence[str] = (), *, source: str | Path | None = None) -> list[str]:
        """Take documents and imported files out, by id or by where they came from; return what went.

        Raises UnknownTermError, before anything is removed, where one of them is not there.
        """
        store = self._writer()
        known = {info.id: info for info in store.documents()}
        for identifier in documents:
            if identifier not in known:
                raise UnknownTermError(identifier)
        wanted = list(documents)
        graphs: list[IRI] = []
        if source is not None:
            place = os.path.abspath(source)  # noqa: PTH100 - links stay as the user names them
            inside = place.rstrip(os.sep) + os.sep
            for info in known.values():
                read_from = os.path.abspath(info.source)  # noqa: PTH100
                if info.origin == place or read_from == place or read_from.startswith(inside):
                    wanted.append(info.id)
            names = _import_graph(Path(source)), _ontology_graph(Path(source))
            graphs = [one for one in (*store.imported_graphs(), *store.ontologies()) if one in names]
            if not wanted and not graphs:
                raise UnknownTermError(str(source))
        for identifier in wanted:
            store.remove_document(identifier)
        for graph in graphs:
            if is_ontology_graph(graph):
                store.import_ontology(graph, ())
            else:
                store.remove_graph(graph)
        if store.resolution_pending:
            self._resolve()
        return wanted + [str(source) for _ in graphs]

    def import_file(
        self,
        file: str | Path,
        *,
        format: str | None = None,
        into: str | IRI | None = None,
        faults: list[FormatError] | None = None,
        allow_network: bool = False,
        progress: Progress = _silent,
    ) -> int:
        """Add a graph file's triples, to the named graph `into` if it is given; return how many were read.

        The address of a Neo4j server stands for the property graph there that kgfm did not write.
        Importing the file again replaces what it said before. Raises FormatError at the first malformed
        line; with `faults`, leaves such lines out and puts their faults there. Contexts and ontologies that
        the file names are fetched only with `allow_network`.
        """
        from kgfm.stores.network_import import import_file

        progress(f"importing {file}", 0, None)
        own = IRI(SOURCE + quote(file)) if _is_address(file) else _import_graph(Path(file))
        graph = own if into is None else into if isinstance(into, IRI) else expand(into)
        if graph is None:
            raise ConfigError(f"'{into}' is no name of a graph; give an IRI or a prefixed name.")
        if _is_address(file):
            return self._writer().import_triples(graph, foreign_triples(file))
        return import_file(self._writer(), graph, Path(file), format, faults, allow_network=allow_network)

    def import_ontology(
        self, file: str | Path, *, format: str | None = None, faults: list[FormatError] | None = None
    ) -> int:
        """Add an ontology's axioms, to reason with and not as facts; return how many there are.

        Importing the file again replaces them; `remove(source=file)` takes them out. Raises FormatError
        as `import_file`.
        """
        from kgfm.kg.formats import read_triples

        triples = read_triples(Path(file), format, faults)
        return self._writer().import_ontology(_ontology_graph(Path(file)), triples)

    def export(self, file: str | Path, *, format: str | None = None) -> int:
        """Write the graph: TriG and N-Quads hold everything, other formats the asserted triples."""
        from kgfm.kg.formats import DATASET_FORMATS, format_of, write_quads

        store = self._reader()
        path = Path(file)
        if format_of(path, format) in DATASET_FORMATS:
            write_quads(path, store.quads(), format)
        else:
            write_quads(path, ((triple, None) for triple in store.match()), format)
        return store.counters().triples

    def update(self, sparql: str, *, allow_network: bool = False) -> None:
        """Carry out a SPARQL update; SERVICE and LOAD only with `allow_network`."""
        self._writer().update(sparql, allow_network=allow_network)

    def cypher(self, text: str, *, write: bool = False) -> QueryResult:
        """Answer a Cypher query where the knowledge base lies in Neo4j; `write` lets it change the data."""
        return (self._writer() if write else self._reader()).cypher(text, write=write)

    def refresh(self) -> Counters:
        """Bring counters and labels up to date after another program wrote; return the counters."""
        store = self._writer()
        store.refresh()
        return store.counters()

    def merges(self) -> dict[IRI, Merge]:
        """Return which names were taken for another entity, and why."""
        return self._reader().merges()

    def unmerge(self, name: str | IRI) -> None:
        """Undo a merge; the two are kept apart from now on. Raises UnknownTermError where there is none."""
        store = self._writer()
        member = name if isinstance(name, IRI) else expand(name)
        merge = store.merges().get(member) if member else None
        if member is None or merge is None:
            raise UnknownTermError(str(name))
        store.keep_apart(member, merge.canonical)
        self._resolve()

    # Looking into it

    def stats(self) -> Counters:
        """Return counts by type, relation and source, from counters kept with every write."""
        return self._reader().counters()

    def measures(self, *, progress: Progress = _silent) -> "GraphMeasures":
        """Measure how the graph hangs together: degrees, components, central entities, communities."""
        from kgfm.data.measures import graph_measures

        progress("measuring", 0, None)
        return graph_measures(triple for triple, _ in self._reader().edges())

    def to_networkx(self) -> "nx.MultiDiGraph[str]":
        """Return the asserted triples between entities as a networkx graph, with labels and confidences."""
        from kgfm.stores.bridges import to_networkx

        return to_networkx(self._reader())

    def to_rdflib(self) -> "Graph":
        """Return the asserted triples as an RDFLib graph."""
        from kgfm.stores.bridges import to_rdflib

        return to_rdflib(self._reader())

    def to_rdflib_dataset(self) -> "Dataset":
        """Return everything, provenance included, as an RDFLib dataset of named graphs."""
        from kgfm.stores.bridges import to_rdflib_dataset

        return to_rdflib_dataset(self._reader())

    def query(self, sparql: str, *, infer: bool = False, allow_network: bool = False) -> QueryResult:
        """Answer a SPARQL query over the asserted triples; SERVICE only with `allow_network`.

        `infer` adds the axioms of the shipped and the imported ontologies, and all that follows from both
        by OWL 2 RL: worked out in memory, and anew when the knowledge base has changed. Raises QueryError.
        """
        source = self._inferred() if infer else self._reader()
        return source.query(sparql, allow_network=allow_network)

    def validate(self, *, progress: Progress = _silent) -> "ValidationReport":
        """Check every document's graph against the SHACL shapes."""
        from kgfm.ontology.validation import validate

        store = self._reader()
        total = store.counters().documents
        graphs = ((info.id, _graph_of(store, info.id)) for info in store.documents())
        return validate(graphs, progress=lambda done: progress("validating", done, total))

    def contradictions(self, *, progress: Progress = _silent) -> "list[Conflict]":
        """Return what cannot all be true: facts that break an axiom, and what is both said and denied."""
        from kgfm.reasoning.contradictions import conflicts

        progress("looking for contradictions", 0, None)
        return conflicts(self._reader(), self._inferred())

    def label(self, term: Term) -> str:
        """Return how a person would call a term."""
        if isinstance(term, IRI):
            return self._reader().label(term)
        return term.value

    # Reasoning and answering

    def predict(
        self, head: str, relation: str, tail: str, *, k: int = 10, progress: Progress = _silent
    ) -> "list[Prediction]":
        """Rank what may stand at the one place that is "?", by the pretrained graph model."""
        from kgfm.reasoning.naming import complete

        query = complete(self._reader(), (head, relation, tail), gaps=1)
        progress("predicting", 0, None)
        predictor, graph = self._link_predictor()
        found = predictor.predict(graph, *query, k=k)
        return [replace(prediction, label=self.label(prediction.term)) for prediction in found]

    def predictor_quality(self) -> str:
        """Say in one line how good the model behind `predict` is; "" before the first prediction."""
        if self._predictor is None:
            return ""
        predictor, graph = self._predictor
        return predictor.quality(graph)

    def explain(self, head: str, relation: str, tail: str, *, k: int = 3) -> "Explanation":
        """Return the best paths between two entities, with the sentences behind each step.

        Of a triple that is not stated also how likely the graph model holds it, and why.
        """
        from kgfm.reasoning.evidence import explain_with_evidence
        from kgfm.reasoning.naming import complete

        store = self._reader()
        known = [term for term in complete(store, (head, relation, tail), gaps=0) if term is not None]
        found = explain_with_evidence(store, known[0], known[1], known[2], k)
        if found.stated:
            return found
        from kgfm.reasoning.carriers import with_carriers

        return with_carriers(store, *self._link_predictor(), found, k)

    def proof(self, head: str, relation: str, tail: str) -> "tuple[ProofStep, ...]":
        """Return the steps by which the ontologies entail a triple, each after its premises.

        Raises QueryError where it is neither stated nor follows.
        """
        from kgfm.reasoning.naming import complete

        terms = complete(self._reader(), (head, relation, tail), gaps=0)
        subject, predicate, object_ = (term for term in terms if term is not None)
        return self._inferred().proof(Triple(subject, predicate, object_))

    def search(self, text: str, *, k: int = 5, progress: Progress = _silent) -> "SearchResults":
        """Find entities and passages, by words and by meaning."""
        return self._question_answerer(progress).index.search(text, k)

    def ask(
        self,
        question: str,
        *,
        top: int = 10,
        min_confidence: float | None = None,
        progress: Progress = _silent,
    ) -> "Answer":
        """Answer a question with evidence, or abstain and say why."""
        return self._question_answerer(progress).ask(question, top=top, min_confidence=min_confidence)

    # Learning and measuring

    def train_link_prediction(
        self,
        folder: str | Path | None = None,
        *,
        model: str = "foundation",
        minutes: float = 5.0,
        out: str | Path | None = None,
        seed: int = 0,
        memory: str | None = None,
        log_dir: str | Path | None = None,
        progress: Progress = _silent,
    ) -> "LearningReport":
        """Train on a folder of train/valid/test parts, or on the knowledge base itself.

        Weights go to `out`, else into a folder named after data and model, else beside the knowledge base,
        where `predict` finds those of the foundation model. A run that was cut off goes on.
        """
        from kgfm.reasoning.learning import default_place, folder_data, learn
        from kgfm.training.memory import parse_memory, refuse_too_many_edges
        from kgfm.training.tracking import tracked

        bound = parse_memory(memory)
        if folder is not None:
            graph, valid = folder_data(Path(folder), bound)
            place, name = default_place(Path(folder), model), Path(folder).name
        else:
            refuse_too_many_edges(self._reader().counters().triples, bound)
            graph, valid = self._graph(), None
            place, name = self._tuned_place(model), "this knowledge base"
        with tracked(log_dir) as track:
            report = learn(
                graph, valid, model, Path(out) if out else place,
                name=name, seconds=60 * minutes, seed=seed, memory=bound, track=track,
                progress=lambda done, total, _: progress(f"training {model}", done, total),
            )  # fmt: skip
        self._predictor = None
        return report

    def evaluate_link_prediction(
        self,
        folders: Sequence[str | Path],
        *,
        model: str = "foundation",
        limit: int | None = None,
        seed: int = 0,
        memory: str | None = None,
        out: str | Path | None = None,
        progress: Progress = _silent,
    ) -> "Evaluation":
        """Rank the test parts of folders of triples; `model` is a name, or the folder of a checkpoint.

        An evaluation that was cut off goes on from the ranks in `out` (a cache folder unless given).
        """
        from kgfm.data.folders import evaluated_folders
        from kgfm.reasoning.benchmarking import evaluate_folders, named_predictor
        from kgfm.training.memory import parse_memory

        found = evaluated_folders([Path(folder) for folder in folders])
        return evaluate_folders(
            found, named_predictor(model, found), model, Path(out) if out else user_cache() / "evaluations",
            limit=limit, seed=seed, memory=parse_memory(memory), progress=progress,
        )  # fmt: skip

    def close(self) -> None:
        """Let go of the store; a second call does nothing."""
        if self._store is not None:
            self._store.close()
        self._answerer = self._predictor = self._inference = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _reader(self) -> TripleStore:
        if self._store is None:
            self._store = opened(self._kb)
        return self._store

    def _writer(self) -> TripleStore:
        self._answerer = self._predictor = self._inference = None  # what they know is about to change
        if self._store is None or not self._writable:
            if self._store is not None:
                self._store.close()
            self._store = opened(self._kb, write=True)
            self._writable = True
        return self._store

    def _link_predictor(self) -> "tuple[ZeroShotPredictor, TripleSet]":
        """Return the graph model, fine-tuned here if it was, and the graph as it is now."""
        if self._predictor is None:
            from kgfm.reasoning.learning import FOUNDATION, tuned_or_pretrained

            place = self._tuned_place(FOUNDATION) if cache_folder(self._reader()) else None
            self._predictor = tuned_or_pretrained(place), self._graph()
        return self._predictor

    def _graph(self) -> "TripleSet":
        from kgfm.data import TripleSet

        store = self._reader()
        types = {t.subject: t.object for t in store.match(predicate=TYPE) if isinstance(t.object, IRI)}
        kinds = {entity: kind for entity, kind in types.items() if isinstance(entity, IRI)}
        return TripleSet.from_triples(store.edges(), kinds)

    def _tuned_place(self, model: str) -> Path:
        cache = cache_folder(self._reader())
        if cache is None:
            raise ConfigError("A knowledge base in memory has no place for weights; name one with --out.")
        return cache / "link-prediction" / model

    def _inferred(self) -> "Inference":
        """Return the facts with all that follows from them, as they are now."""
        from kgfm.reasoning.inference import Inference

        store = self._reader()
        if self._inference is None or self._inference.version != store.version:
            self._inference = Inference(store)
        return self._inference

    def _question_answerer(self, progress: Progress) -> "QuestionAnswerer":
        if self._answerer is None:
            from kgfm.qa.answering import QuestionAnswerer

            store = self._reader()
            self._answerer = QuestionAnswerer.open(store, cache_folder(store), progress)
        return self._answerer

    def _resolve(self) -> None:
        from kgfm.extraction.build import resolve_names

        resolve_names(self._writer())


def _graph_of(store: TripleStore, identifier: str) -> tuple[Triple, ...]:
    found = store.query(f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH {document_iri(identifier)} {{ ?s ?p ?o }} }}")
    return found.triples or ()


def _ontology_graph(file: Path) -> IRI:
    return IRI(ONTOLOGIES + quote(os.path.abspath(file)))  # noqa: PTH100 - links stay as the user names them


def _is_address(file: str | Path) -> TypeGuard[str]:
    return isinstance(file, str) and "://" in file


def _import_graph(file: Path) -> IRI:
    return IRI(SOURCE + quote(os.path.abspath(file)))  # noqa: PTH100 - links stay as the user names them
