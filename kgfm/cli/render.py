"""Results as tables and lines that read well in a terminal and in a pipe."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kgfm.cli.jsonable import sparql_term
from kgfm.kg import IRI, Literal, Term, Triple
from kgfm.kg.namespaces import shorten

if TYPE_CHECKING:
    from kgfm.data.measures import GraphMeasures
    from kgfm.extraction.build import BuildReport
    from kgfm.extraction.workers import Failure
    from kgfm.ontology.validation import ValidationReport
    from kgfm.pretrained import InstalledModel
    from kgfm.qa.search import SearchResults
    from kgfm.reasoning.answer import Answer, Evidence, Explanation, Path, Prediction
    from kgfm.reasoning.benchmarking import Evaluation
    from kgfm.reasoning.learning import LearningReport
    from kgfm.stores.base import Counters, Merge, QueryResult
    from kgfm.stores.repair import RepairReport

Labels = Callable[[Term], str]
_FIGURES: Final = ("MRR", "Hits@1", "Hits@3", "Hits@10")
_MOST_ROWS: Final = 12  # of a statistics table


def plain(text: str) -> str:
    """Make text from documents safe to print: control characters must not reach the terminal."""
    return "".join(char if char.isprintable() else " " for char in text)


def lines(console: Console, texts: Iterable[str]) -> None:
    """Print one line each, wrapped softly."""
    for text in texts:
        console.print(plain(text), soft_wrap=True)


def build_report(console: Console, report: "BuildReport") -> None:
    """Say what a build did, in one line, and what it had to note."""
    lines(console, [f"note: {note}" for note in report.notes])
    if report.unchanged:
        lines(
            console, [f"nothing to do: {report.skipped:,} documents are unchanged ({report.seconds:.1f} s)"]
        )
        return
    rate = report.sentences / report.seconds if report.seconds else 0.0
    parts = [
        f"{report.documents:,} documents, {report.sentences:,} sentences, {report.statements:,} statements",
        f"in {report.seconds:.1f} s ({rate:.0f} sentences/s)",
    ]
    others = {"unchanged": report.skipped, "removed": report.removed, "names merged": report.merged}
    parts += [f"{count:,} {name}" for name, count in others.items() if count]
    if report.failed:
        parts.append(f"{len(report.failed):,} FAILED")
    lines(console, ["; ".join([" ".join(parts[:2]), *parts[2:]])])


def place(failure: "Failure") -> str:
    """Name what failed: its source, and the document where the source holds several."""
    if not failure.document or failure.source.endswith(failure.document):
        return plain(failure.source)
    return plain(f"{failure.source}, document '{failure.document}'")


def counters(console: Console, found: "Counters") -> None:
    """Print totals, then a table each for types, relations and sources."""
    totals = {name: getattr(found, name) for name in ("documents", "statements", "triples", "entities")}
    lines(console, ["  ".join(f"{name} {count:,}" for name, count in totals.items())])
    tables: tuple[tuple[str, Mapping[IRI, int] | Mapping[str, int]], ...] = (
        ("type", found.by_type),
        ("relation", found.by_relation),
        ("source", found.by_source),
    )
    for title, counts in tables:
        table = _table(title, "count")
        ranked = sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
        for name, count in ranked[:_MOST_ROWS]:
            table.add_row(Text(plain(shorten(name) if isinstance(name, IRI) else str(name))), f"{count:,}")
        if len(ranked) > _MOST_ROWS:
            table.add_row(f"… and {len(ranked) - _MOST_ROWS} more (--json lists all)", "")
        console.print(table)


def measures(console: Console, found: "GraphMeasures", label: Labels) -> None:
    """Print what measures say of a whole graph, then a table each for degrees, entities and communities."""
    whole = f"largest {found.largest_component:,} entities"
    summary = [
        f"entities with links {found.entities:,}  links {found.links:,}  "
        f"components {found.components:,} ({whole})",
        f"degree: mean {found.mean_degree:.1f}, largest {found.largest_degree:,}  "
        f"communities {found.community_count:,} (modularity {found.modularity:.2f})",
    ]
    if found.looked_at < found.entities:
        summary.append(
            f"betweenness and communities: among the {found.looked_at:,} entities of highest PageRank"
        )
    if found.sampled < found.looked_at:
        summary.append(f"betweenness: shortest paths from {found.sampled:,} sampled entities")
    lines(console, summary)
    degrees = _table("degree", "count")
    for low, high, count in found.degrees:
        degrees.add_row(f"{low:,}" if low == high else f"{low:,} to {high:,}", f"{count:,}")
    console.print(degrees)
    for title, ranked in (("PageRank", found.page_rank), ("betweenness", found.betweenness)):
        table = _table("score", title)
        for one in ranked:
            table.add_row(f"{one.score:.4f}", Text(plain(label(one.entity))))
        console.print(table)
    communities = _table("count", "community around")
    for community in found.communities:
        names = ", ".join(map(label, community.members))
        communities.add_row(f"{community.size:,}", Text(plain(names)))
    console.print(communities)


def repair(console: Console, report: "RepairReport") -> None:
    """Say what was saved of a damaged knowledge base, and what was not."""
    saved = f"saved {report.documents:,} documents and {report.triples:,} imported triples"
    lost = [f"lost, to be built anew: {name}" for name in report.lost]
    if report.nameless or report.lost_triples:
        lost.append(
            f"lost besides: {report.nameless:,} documents whose names are gone, too, and "
            f"{report.lost_triples:,} imported triples"
        )
    lines(console, [saved, *lost, *(f"damage: {fault}" for fault in report.faults[:_MOST_ROWS])])


def validation(console: Console, report: "ValidationReport") -> None:
    """Say whether the graph conforms, and list what does not."""
    verdict = "conforms to the shapes" if report.conforms else f"{len(report.violations)} violations"
    lines(console, [f"{report.documents:,} documents checked: {verdict}"])
    if report.violations:
        table = _table("document", "node", "message")
        for violation in report.violations[:50]:
            cells = (violation.document, violation.focus, violation.message)
            table.add_row(*(Text(plain(str(cell))) for cell in cells))
        console.print(table)


def query_result(console: Console, result: "QueryResult") -> None:
    """Print a table of bindings, an ASK's verdict, or triples."""
    if result.boolean is not None:
        lines(console, ["yes" if result.boolean else "no"])
        return
    if result.triples is not None:
        lines(console, (str(triple) for triple in result.triples))
        return
    table = _table(*result.variables)
    for row in result.rows:
        table.add_row(*(Text(plain(_term(term))) for term in row))
    console.print(table)
    lines(console, [f"{table.row_count:,} rows"])


def query_json(result: "QueryResult") -> dict[str, Any]:
    """Write a result as SPARQL 1.1 Query Results JSON; triples as a list of three terms."""
    if result.boolean is not None:
        return {"head": {}, "boolean": result.boolean}
    if result.triples is not None:
        return {
            "triples": [
                [sparql_term(t.subject), sparql_term(t.predicate), sparql_term(t.object)]
                for t in result.triples
            ]
        }
    bindings = [
        {
            name: sparql_term(term)
            for name, term in zip(result.variables, row, strict=True)
            if term is not None
        }
        for row in result.rows
    ]
    return {"head": {"vars": list(result.variables)}, "results": {"bindings": bindings}}


def merges(console: Console, table: Mapping[IRI, "Merge"]) -> None:
    """List merged names with their canonical entity and the reason."""
    rows = _table("name", "taken for", "because")
    for member, merge in sorted(table.items()):
        cells = (shorten(member), shorten(merge.canonical), merge.reason)
        rows.add_row(*(Text(plain(cell)) for cell in cells))
    console.print(rows)


def predictions(console: Console, found: "Iterable[Prediction]") -> None:
    """Print completions, best first, with probability and whether the graph states them already."""
    table = _table("probability", "known", "answer", "term")
    for prediction in found:
        known = "stated" if prediction.known else ""
        table.add_row(
            f"{prediction.probability:.2f}",
            known,
            Text(plain(prediction.label)),
            Text(plain(shorten(prediction.term))),
        )
    console.print(table)


def explanation(console: Console, found: "Explanation", label: Labels) -> None:
    """Print each path step by step, with the sentences behind the step."""
    if found.probability is not None:
        lines(console, [f"not stated; predicted with probability {found.probability:.2f}"])
    for number, path in enumerate(found.carriers, 1):
        lines(console, [f"the prediction rests on path {number} (share {path.score:.2f})"])
        _steps(console, path, label)
    if not found.paths:
        lines(console, ["no path of asserted facts joins these two"])
    for number, path in enumerate(found.paths, 1):
        lines(console, [f"path {number} (score {path.score:.2f})"])
        _steps(console, path, label)


def _steps(console: Console, path: "Path", label: Labels) -> None:
    for step in path.steps:
        lines(console, [f"  {triple(step.triple, label)}  [{step.confidence:.2f}]"])
        evidence(console, step.evidence[:2], "    ")


def answer(console: Console, found: "Answer", label: Labels) -> None:
    """Print the answers with path and sentences, or that and why there is none."""
    if found.abstained:
        lines(console, [f"No answer: {found.reason}"])
        if found.passages:
            lines(console, ["The nearest passages:"])
            evidence(console, found.passages[:3], "  ")
        return
    if found.method == "passages":
        lines(console, ["Not stated in the graph; found in the passages:"])
    for ranked in found.answers:
        lines(console, [f"{ranked.text}  [{ranked.confidence:.2f}]"])
        lines(console, [f"  {triple(step, label)}" for step in ranked.path])
        evidence(console, ranked.evidence, "  ")


def search_results(console: Console, found: "SearchResults") -> None:
    """Print entities, then passages."""
    table = _table("score", "entity", "term")
    for entity in found.entities:
        table.add_row(f"{entity.score:.2f}", Text(plain(entity.label)), Text(plain(shorten(entity.term))))
    console.print(table)
    for passage in found.passages:
        lines(console, [f"[{passage.score:.2f}] {passage.title} ({passage.document})", f"  {passage.text}"])


def learning(console: Console, report: "LearningReport") -> None:
    """Say what training came to, and where the weights are."""
    figures = f"MRR {report.mrr:.3f}, Hits@10 {report.hits_at_10:.3f} on {report.held_out:,} edges held out"
    spent = (
        f"{report.steps:,} {'epochs' if report.zero_shot_mrr is None else 'steps'}, {report.seconds:.0f} s"
    )
    if report.zero_shot_mrr is None:
        lines(console, [f"{report.model}: {figures} ({spent})"])
    elif report.kept == "trained":
        lines(console, [f"fine-tuned: {figures}; zero-shot it was MRR {report.zero_shot_mrr:.3f} ({spent})"])
    else:
        lines(
            console, [f"fine-tuning did not beat zero-shot: {figures}; the pretrained weights stay ({spent})"]
        )
    lines(console, [f"weights: {report.folder}"])


def evaluation(console: Console, found: "Evaluation") -> None:
    """Print a row a graph, ties against the answer and at their mean, and the mean over graphs."""
    table = _table("graph", *_FIGURES, "ties at mean: MRR", "Hits@10", "queries")
    for row in found.graphs:
        report = row.report
        hits = [report.hits_pessimistic[k] for k in (1, 3, 10)]
        figures = [report.mrr_pessimistic, *hits, report.mrr, report.hits[10]]
        table.add_row(Text(plain(row.graph)), *(f"{figure:.3f}" for figure in figures), f"{report.queries:,}")
    if len(found.graphs) > 1:
        keys = ("mrr_pessimistic", *(f"hits@{k}_pessimistic" for k in (1, 3, 10)), "mrr", "hits@10")
        table.add_row("mean", *(f"{found.mean[key]:.3f}" for key in keys), "")
    console.print(table)
    for row in found.graphs:
        if row.interval:
            low, high = row.interval
            lines(
                console, [f"{row.graph}: MRR between {low:.3f} and {high:.3f} with 95 % confidence (sampled)"]
            )


def models(console: Console, found: "Iterable[InstalledModel]") -> None:
    """List models with size, hash and what they are for."""
    table = _table("model", "version", "size", "sha256", "purpose")
    for model in found:
        table.add_row(
            model.name, model.version, f"{model.size / 1e6:.2f} MB", model.sha256[:12], model.purpose
        )
    console.print(table)


def triple(value: Triple, label: Labels) -> str:
    """Write a triple with labels for its terms."""
    return f"{label(value.subject)} — {label(value.predicate)} — {label(value.object)}"


def evidence(console: Console, found: "Iterable[Evidence]", indent: str) -> None:
    """Quote each place, with its document."""
    for item in found:
        lines(console, [f"{indent}“{' '.join(item.sentence.split())}” ({item.document})"])


def _term(term: Term | None) -> str:
    if term is None:
        return ""
    return shorten(term) if isinstance(term, IRI) else term.value if isinstance(term, Literal) else str(term)


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", show_edge=False)
    for column in columns:
        table.add_column(
            Text(column), justify="right" if column in ("count", "probability", "score") else "left"
        )
    return table
