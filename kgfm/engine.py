"""The assembled system: the one place that knows every room. Each method does one verb."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kgfm.errors import ConfigError
from kgfm.kg import IRI, Triple
from kgfm.kg.namespaces import TYPE
from kgfm.knowledge_base import KnowledgeBase, Progress, silent
from kgfm.stores.base import QueryResult, TripleStore
from kgfm.stores.opening import cache_folder, user_cache

if TYPE_CHECKING:
    from kgfm.data import TripleSet
    from kgfm.qa.answering import QuestionAnswerer
    from kgfm.qa.search import SearchResults
    from kgfm.reasoning.answer import Answer, Explanation, Prediction
    from kgfm.reasoning.benchmarking import Evaluation
    from kgfm.reasoning.contradictions import Conflict
    from kgfm.reasoning.inference import Inference, ProofStep
    from kgfm.reasoning.learning import LearningReport
    from kgfm.reasoning.zero_shot import ZeroShotPredictor


class Engine(KnowledgeBase):
    """A knowledge base and all that can be done with it; a context manager.

    HEAD, RELATION and TAIL below are a label, an IRI or a prefixed name. Raises UnknownTermError or
    AmbiguousTermError where a label fits nothing or several things. One engine belongs to one thread.
    """

    def __init__(self, store: TripleStore | None = None, *, kb: str | Path = "kb") -> None:
        super().__init__(store, kb=kb)
        self._answerer: QuestionAnswerer | None = None
        self._predictor: tuple[ZeroShotPredictor, TripleSet] | None = None
        self._inference: Inference | None = None

    # Reasoning and answering

    def query(self, sparql: str, *, infer: bool = False, allow_network: bool = False) -> QueryResult:
        """Answer a SPARQL query over the asserted triples; SERVICE only with `allow_network`.

        `infer` adds the axioms of the shipped and the imported ontologies, and all that follows from both
        by OWL 2 RL: worked out in memory, and anew when the knowledge base has changed. Raises QueryError.
        """
        source = self._inferred() if infer else self._reader()
        return source.query(sparql, allow_network=allow_network)

    def contradictions(self, *, progress: Progress = silent) -> "list[Conflict]":
        """Return what cannot all be true: facts that break an axiom, and what is both said and denied."""
        from kgfm.reasoning.contradictions import conflicts

        progress("looking for contradictions", 0, None)
        return conflicts(self._reader(), self._inferred())

    def predict(
        self, head: str, relation: str, tail: str, *, k: int = 10, progress: Progress = silent
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

    def search(self, text: str, *, k: int = 5, progress: Progress = silent) -> "SearchResults":
        """Find entities and passages, by words and by meaning."""
        return self._question_answerer(progress).index.search(text, k)

    def ask(
        self,
        question: str,
        *,
        top: int = 10,
        min_confidence: float | None = None,
        progress: Progress = silent,
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
        progress: Progress = silent,
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
        progress: Progress = silent,
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

    def _link_predictor(self) -> "tuple[ZeroShotPredictor, TripleSet]":
        """Return the graph model, fine-tuned here if it was, and the graph as it is now."""
        if self._predictor is None:
            from kgfm.reasoning.zero_shot import FOUNDATION, tuned_or_pretrained

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

    def _forget(self) -> None:
        self._answerer = self._predictor = self._inference = None
