"""Proofs and contradictions, as lines that read well in a terminal and in a pipe."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from rich.console import Console

from kgfm.cli.render import Labels, evidence, lines

if TYPE_CHECKING:
    from kgfm.ontology.entailment import GeneralTriple
    from kgfm.reasoning.contradictions import Conflict, Side
    from kgfm.reasoning.inference import ProofStep

_MOST_PLACES: Final = 3  # quoted for each side
_MOST_LISTED: Final = 50


def proof(console: Console, steps: "Sequence[ProofStep]", label: Labels) -> None:
    """Number the steps; a step that follows names its rule and the numbers of its premises."""
    numbers = {step.conclusion: number for number, step in enumerate(steps, 1)}
    for number, step in enumerate(steps, 1):
        premises = ", ".join(str(numbers[premise]) for premise in step.premises)
        reason = f"{step.rule} from {premises}" if premises else step.rule
        lines(console, [f"{number}. {_triple(step.conclusion, label)}  [{reason}]"])
        evidence(console, step.evidence[:_MOST_PLACES], "   ")
        _imports(console, step.imports, "   ")


def conflicts(console: Console, found: "Sequence[Conflict]", label: Labels) -> None:
    """List contradictions, the sides of each below one another with their sentences."""
    lines(console, [f"{f'{len(found):,}' if found else 'no'} contradiction{'' if len(found) == 1 else 's'}"])
    for number, one in enumerate(found[:_MOST_LISTED], 1):
        axioms = "; ".join(_triple(axiom, label) for axiom in one.axioms)
        lines(console, [f"{number}. {one.rule}" + (f": {axioms}" if axioms else "")])
        for side in one.sides:
            _side(console, side, label)
    if len(found) > _MOST_LISTED:
        lines(console, [f"… and {len(found) - _MOST_LISTED:,} more (--json lists all)"])


def _side(console: Console, side: "Side", label: Labels) -> None:
    denied = "denied: " if side.denied else ""
    lines(console, [f"   {denied}{_triple(side.triple, label)}"])
    for stated in side.stated:
        if stated != side.triple:
            lines(console, [f"     since {_triple(stated, label)}"])
    evidence(console, side.evidence[:_MOST_PLACES], "     ")
    _imports(console, side.imports, "     ")


def _imports(console: Console, graphs: Iterable[str], indent: str) -> None:
    lines(console, [f"{indent}in the graph {graph}" for graph in graphs])


def _triple(value: "GeneralTriple", label: Labels) -> str:
    return " — ".join(label(term) for term in value)
