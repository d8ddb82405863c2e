"""Verbs that ask a knowledge base: predict, explain, ask, search."""

from collections.abc import Callable
from typing import Annotated, Any, Final

import typer

from kgfm.cli.session import Json, Kb, Quiet, Session

Head = Annotated[str, typer.Argument(metavar="HEAD", help="A label, IRI or prefixed name.")]
Relation = Annotated[str, typer.Argument(metavar="RELATION", help="A label, IRI or prefixed name.")]
Tail = Annotated[str, typer.Argument(metavar="TAIL", help="A label, IRI or prefixed name.")]
Top = Annotated[int, typer.Option("-k", "--top", min=1, help="How many to show.")]


def predict(
    head: Head,
    relation: Relation,
    tail: Tail,
    k: Top = 10,
    kb: Kb = "kb",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Rank what may stand at the place of the ?, each with the probability that it is true.

    Example: kgfm predict "Marie Curie" "award received" "?"
    """
    from kgfm.cli import render

    session = Session(kb, json, quiet)
    with session.engine() as engine, session.progress() as progress:
        predictions = engine.predict(head, relation, tail, k=k, progress=progress)
        quality = engine.predictor_quality()
    if quality:
        session.hint(quality)
    session.show(predictions, lambda console: render.predictions(console, predictions))


def explain(
    head: Head,
    relation: Relation,
    tail: Tail,
    k: Top = 3,
    infer: Annotated[
        bool, typer.Option("--infer", help="Show the rules and premises by which the ontologies entail it.")
    ] = False,
    kb: Kb = "kb",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show the best paths between two entities, and the sentences that carry each step.

    Of a triple that is not stated: how likely it is, and the paths that the prediction rests on.

    Example: kgfm explain "Marie Curie" spouse "Pierre Curie"
    """
    from kgfm.cli import reasons, render

    session = Session(kb, json, quiet)
    with session.engine() as engine:
        if infer:
            steps = engine.proof(head, relation, tail)
            session.show(steps, lambda console: reasons.proof(console, steps, engine.label), {"proof": steps})
            return
        explanation = engine.explain(head, relation, tail, k=k)
        session.show(explanation, lambda console: render.explanation(console, explanation, engine.label))


def ask(
    question: Annotated[str, typer.Argument(metavar="QUESTION")],
    k: Top = 3,
    min_confidence: Annotated[
        float | None, typer.Option(min=0, max=1, help="Abstain below this confidence.")
    ] = None,
    kb: Kb = "kb",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Answer a question, citing statement and sentence; abstain rather than guess.

    Example: kgfm ask "Where was the founder of the Mount Wilson Observatory born?"
    """
    from kgfm.cli import render

    session = Session(kb, json, quiet)
    with session.engine() as engine, session.progress() as progress:
        answer = engine.ask(question, top=k, min_confidence=min_confidence, progress=progress)
        session.show(answer, lambda console: render.answer(console, answer, engine.label))


def search(
    text: Annotated[str, typer.Argument(metavar="TEXT")],
    k: Top = 5,
    kb: Kb = "kb",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Find entities and passages, by words and by meaning.

    Example: kgfm search "rays from uranium salts"
    """
    from kgfm.cli import render

    session = Session(kb, json, quiet)
    with session.engine() as engine, session.progress() as progress:
        results = engine.search(text, k=k, progress=progress)
    session.show(results, lambda console: render.search_results(console, results))


COMMANDS: Final[dict[str, Callable[..., Any]]] = {
    "predict": predict,
    "explain": explain,
    "ask": ask,
    "search": search,
}
