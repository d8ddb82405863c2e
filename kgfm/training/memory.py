"""How much memory ranking and training need, told before the work starts; free of torch.

The figures a unit are measured upper bounds (`pipelines/benchmarks/memory.py` measures them again).
"""

import re
from dataclasses import dataclass
from typing import Final

from kgfm.errors import ConfigError, MemoryLimitError
from kgfm.nn.config import FoundationConfig

PROCESS: Final = 450_000_000  # bytes: the interpreter, torch and the compiled loops
AN_EDGE: Final = 1_100  # bytes: names, ids, inverses, filters and layouts, at their peak
AN_ENTITY: Final = 400  # bytes: name, number and pointers
_A_NUMBER: Final = 4  # bytes
_STATES_AT_ONCE: Final = 6  # that a step of a batch holds
_TRAINING: Final = 3  # what gradients keep of each layer, as a multiple of its states
_A_SCORE: Final = 24  # bytes: a logit, that of the other direction, and the masks laid over them
_MOST_QUERIES: Final = 256
_FEWEST_QUERIES: Final = 16  # unless memory is short
_MOST_SCORES: Final = 2**19  # a batch: on a large graph, ranks are written down every few seconds
_MOST_BATCH_NUMBERS: Final = 2**22
_MOST_KEPT_NUMBERS: Final = 2**26

_UNITS: Final = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryPlan:
    """How work is cut so that it stays within bounds."""

    needed: int  # bytes in all, as planned
    queries: int  # ranked at once
    batch_numbers: int  # of one state of one batch of queries
    kept_numbers: int  # of what is kept of relations


def parse_memory(text: str | None) -> int | None:
    """Return the bytes that "2G", "512 MB" or "2000000000" means, None for None; raises ConfigError."""
    if text is None:
        return None
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?\s*", text.lower())
    if found is None or not float(found[1]):
        raise ConfigError(f"'{text}' is no amount of memory; write it like 2G or 500M.")
    return int(float(found[1]) * _UNITS[found[2]])


def graph_bytes(entities: int, edges: int) -> int:
    """Return what a process with a graph needs at its peak, before a model asks anything."""
    return PROCESS + entities * AN_ENTITY + edges * AN_EDGE


def plan_ranking(
    entities: int, relations: int, edges: int, model: FoundationConfig, memory: int | None = None
) -> MemoryPlan:
    """Plan ranking by the graph model; `relations` count without inverses, `memory` is in bytes.

    Raises MemoryLimitError where even one query at a time, with one relation kept, is too much.
    """
    fixed = graph_bytes(entities, edges)
    state = max(entities, 1) * model.channels
    # What the frontier keeps of a relation: each layer's states, its bias, and the relations' messages.
    kept = state * (model.entity_layers + 3) + 2 * relations * model.channels * model.entity_layers
    least = fixed + entities * _A_SCORE + _A_NUMBER * (state * _STATES_AT_ONCE + kept)
    if memory is not None and least > memory:
        raise MemoryLimitError(_work("Ranking", edges, entities), least, memory)
    free = None if memory is None else memory - least
    # A third of what is free for each: scores, states, what is kept.
    usual = min(_MOST_QUERIES, max(_FEWEST_QUERIES, _MOST_SCORES // max(entities, 1)))
    queries = _within(free, entities * _A_SCORE, usual)
    states = _within(free, _A_NUMBER * _STATES_AT_ONCE, max(_MOST_BATCH_NUMBERS - state, 0))
    relations_kept = _within(free, _A_NUMBER, max(_MOST_KEPT_NUMBERS - kept, 0))
    needed = least + queries * entities * _A_SCORE + _A_NUMBER * (states * _STATES_AT_ONCE + relations_kept)
    return MemoryPlan(
        needed=needed,
        queries=max(queries, 1),
        batch_numbers=state + states,
        kept_numbers=kept + relations_kept,
    )


def plan_fine_tuning(
    entities: int, edges: int, model: FoundationConfig, batch: int, memory: int | None = None
) -> int:
    """Return the largest batch up to `batch` whose training step fits.

    Raises MemoryLimitError where not even one query does.
    """
    layers = model.entity_layers + 2 * model.refinements + model.relation_layers
    a_query = max(entities, 1) * model.channels * layers * _TRAINING * _A_NUMBER
    # Masked layouts stand beside the whole ones.
    fixed = graph_bytes(entities, edges) + edges * AN_EDGE // 2
    if memory is None:
        return batch
    if fixed + a_query > memory:
        raise MemoryLimitError(_work("Fine-tuning", edges, entities), fixed + a_query, memory)
    return min(batch, (memory - fixed) // a_query)


def refuse_too_many_edges(edges: int, memory: int | None) -> None:
    """Raise MemoryLimitError where so many edges cannot even be read; to be asked before reading them."""
    if memory is not None and graph_bytes(0, edges) > memory:
        raise MemoryLimitError(f"A graph of {edges:,} edges", graph_bytes(0, edges), memory)


def _within(free: int | None, bytes_each: int, most: int) -> int:
    return most if free is None else min(most, free // 3 // max(bytes_each, 1))


def _work(what: str, edges: int, entities: int) -> str:
    return f"{what} over {edges:,} edges and {entities:,} entities"
