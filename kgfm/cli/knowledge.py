"""Verbs that fill a knowledge base, change it and look into it."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import typer

from kgfm.cli.session import Json, Kb, Network, Quiet, Session
from kgfm.errors import FormatError


def build(
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE…", help="Files or folders; - is standard input.")
    ],
    kb: Kb = "kb",
    schema: Annotated[
        Path | None, typer.Option(help="A Turtle file; only its types and relations are kept.")
    ] = None,
    workers: Annotated[int | None, typer.Option(help="Processes; one a core by default.", min=0)] = None,
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove documents that are gone from under these SOURCEs.")
    ] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Read documents (txt, md, html, pdf, jsonl, csv) and add what they say.

    Safe to stop and to run again: done documents are skipped, changed ones replaced.

    Example: kgfm build corpus/ notes.md --kb my-kb
    """
    from kgfm.cli import render

    session = Session(kb, json, quiet)
    with session.engine() as engine, session.progress() as progress:
        stdin = sys.stdin.buffer
        report = engine.build(
            sources, schema=schema, workers=workers, prune=prune, stdin=stdin, progress=progress
        )
    session.show(report, lambda console: render.build_report(console, report))
    if report.failed:
        for failure in report.failed:
            print(f"kgfm: {render.place(failure)}: {failure.reason}", file=sys.stderr)
        raise typer.Exit(1)


def remove(
    documents: Annotated[
        list[str] | None, typer.Argument(metavar="DOCUMENT…", help="Ids of documents.")
    ] = None,
    source: Annotated[
        str | None, typer.Option(help="Remove all that was built from this file or folder.")
    ] = None,
    kb: Kb = "kb",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Take documents out again, with every statement that only they support.

    Example: kgfm remove notes/curie.md
    """
    from kgfm.cli import render

    if not documents and source is None:
        raise typer.BadParameter("name documents, or give --source PATH.")
    session = Session(kb, json, quiet)
    with session.engine() as engine:
        removed = engine.remove(documents or [], source=source)
    session.show(
        {"removed": removed}, lambda console: render.lines(console, [f"removed {name}" for name in removed])
    )


def import_(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE…",
            help="ttl, nt, nq, trig, xml, jsonld, tsv, csv, graphml, a folder of Neo4j's import tables, or "
            "the address of a property graph in Neo4j.",
        ),
    ],
    kb: Kb = "kb",
    format_: Annotated[str | None, typer.Option("--format", help="Where the suffix does not say it.")] = None,
    into: Annotated[
        str | None, typer.Option(metavar="GRAPH", help="The named graph to fill, with one file.")
    ] = None,
    ontology: Annotated[
        bool, typer.Option("--ontology", help="Their axioms are to reason with (query --infer), not facts.")
    ] = False,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Leave malformed lines out and list them.")
    ] = False,
    allow_network: Network = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Add the triples of graph files; .gz and .zst are read as what they hold.

    Example: kgfm import facts.ttl --kb my-kb
    """
    from kgfm.cli import render

    if into is not None and len(files) > 1:
        raise typer.BadParameter("a graph is filled by one file; import the others one by one.")
    if into is not None and ontology:
        raise typer.BadParameter("an ontology has a graph of its own; leave --into out.")
    session = Session(kb, json, quiet)
    faults: list[FormatError] | None = [] if keep_going else None
    with session.engine() as engine, session.progress() as progress:
        counts = {
            file: engine.import_ontology(file, format=format_, faults=faults)
            if ontology
            else engine.import_file(
                file,
                format=format_,
                into=into,
                faults=faults,
                allow_network=allow_network,
                progress=progress,
            )
            for file in files
        }
    said = [f"left out: {fault}" for fault in faults or ()]
    session.show(
        {"imported": counts} | ({} if faults is None else {"faults": [str(fault) for fault in faults]}),
        lambda console: render.lines(
            console, [f"{name}: {n:,} triples" for name, n in counts.items()] + said
        ),
    )


def export(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="trig and nq hold everything; the others the triples.")
    ],
    kb: Kb = "kb",
    format_: Annotated[str | None, typer.Option("--format", help="Where the suffix does not say it.")] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write the graph to a file.

    Example: kgfm export graph.ttl --kb my-kb
    """
    session = Session(kb, json, quiet)
    with session.engine() as engine:
        count = engine.export(file, format=format_)
    session.show(
        {"file": file, "triples": count}, lambda console: console.print(f"{file}: {count:,} triples")
    )


def stats(
    kb: Kb = "kb",
    graph: Annotated[
        bool, typer.Option("--graph", help="Measure how the graph hangs together instead.")
    ] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Count what the knowledge base holds, by type, relation and source.

    Example: kgfm stats --graph --kb my-kb
    """
    from kgfm.cli import render

    session = Session(kb, json, quiet)
    if graph:
        with session.engine() as engine, session.progress() as progress:
            measures = engine.measures(progress=progress)
            session.show(measures, lambda console: render.measures(console, measures, engine.label))
        return
    with session.engine() as engine:
        counters = engine.stats()
    session.show(counters, lambda console: render.counters(console, counters))


def validate(
    kb: Kb = "kb",
    report: Annotated[Path | None, typer.Option(help="Write the SHACL report to this Turtle file.")] = None,
    contradictions: Annotated[
        bool,
        typer.Option("--contradictions", help="List what cannot all be true, with its sources, instead."),
    ] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Check every document's statements against the SHACL shapes; exit 1 on a violation.

    With --contradictions: what one text denies and another says, functional properties with two values
    at one time, and whatever else breaks an axiom of the ontologies; exit 1 if there are any.

    Example: kgfm validate --kb my-kb
    """
    from kgfm.cli import render

    session = Session(kb, json, quiet)
    if contradictions:
        if report is not None:
            raise typer.BadParameter("there is no SHACL report of contradictions; use --json.")
        _contradictions(session)
        return
    with session.engine() as engine, session.progress() as progress:
        found = engine.validate(progress=progress)
    if report is not None:
        report.write_text(found.turtle, encoding="utf-8")
    session.show(found, lambda console: render.validation(console, found))
    if not found.conforms:
        raise typer.Exit(1)


def _contradictions(session: Session) -> None:
    from kgfm.cli import reasons

    with session.engine() as engine, session.progress() as progress:
        found = engine.contradictions(progress=progress)
        value = {"contradictions": found}
        session.show(found, lambda console: reasons.conflicts(console, found, engine.label), value)
    if found:
        raise typer.Exit(1)


def query(
    sparql: Annotated[str, typer.Argument(metavar="SPARQL", help="The query itself, or @FILE.")],
    kb: Kb = "kb",
    language: Annotated[
        Literal["sparql", "cypher"], typer.Option(help="Cypher is for a knowledge base in Neo4j.")
    ] = "sparql",
    write: Annotated[bool, typer.Option("--write", help="Allow an update.")] = False,
    infer: Annotated[
        bool, typer.Option("--infer", help="Add what the ontologies entail, by OWL 2 RL.")
    ] = False,
    allow_network: Network = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Run a SPARQL query over the asserted facts, each of which it sees once.

    Example: kgfm query 'SELECT ?who { ?who wdt:P19 ?where. ?where rdfs:label "Warsaw" }'
    """
    from kgfm.cli import render

    if infer and (write or language != "sparql"):
        raise typer.BadParameter("--infer is for SPARQL queries, not for updates or Cypher.")
    text = Path(sparql[1:]).read_text(encoding="utf-8") if sparql.startswith("@") else sparql
    session = Session(kb, json, quiet)
    with session.engine() as engine:
        if write and language == "sparql":
            engine.update(text, allow_network=allow_network)
            session.show({"updated": True}, lambda console: console.print("updated"))
            return
        result = (
            engine.query(text, infer=infer, allow_network=allow_network)
            if language == "sparql"
            else engine.cypher(text, write=write)
        )
        session.show(result, lambda console: render.query_result(console, result), render.query_json(result))


def refresh(kb: Kb = "kb", json: Json = False, quiet: Quiet = False) -> None:
    """Bring counters and labels up to date after another program wrote to the store.

    Example: kgfm refresh --kb neo4j://localhost:7687
    """
    session = Session(kb, json, quiet)
    with session.engine() as engine:
        counters = engine.refresh()
    session.show(
        {"triples": counters.triples, "documents": counters.documents},
        lambda console: console.print(f"{counters.documents:,} documents, {counters.triples:,} triples"),
    )


def merges(
    kb: Kb = "kb",
    undo: Annotated[str | None, typer.Option(help="Keep this name (an IRI) apart from now on.")] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """List which names were taken for the same entity and why, or undo one.

    Example: kgfm merges --undo ent:person:J._Thomson
    """
    from kgfm.cli import render

    session = Session(kb, json, quiet)
    with session.engine() as engine:
        if undo is not None:
            engine.unmerge(undo)
        table = engine.merges()
    session.show({"merges": table}, lambda console: render.merges(console, table))


COMMANDS: Final[dict[str, Callable[..., Any]]] = {
    "build": build,
    "remove": remove,
    "import": import_,
    "export": export,
    "stats": stats,
    "validate": validate,
    "query": query,
    "merges": merges,
    "refresh": refresh,
}
