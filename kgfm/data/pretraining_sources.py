"""The graphs that shipped weights are pretrained on, without any answer of an evaluation.

Licences: FB15k-237 from Freebase, CC BY; WN18RR, WordNet licence; CoDEx, MIT; ILPC, MIT, from
Wikidata, CC0. Nothing derived from NELL, and no unseen half of an inductive data set.
"""

from typing import Final

import numpy as np

from kgfm.data.derived import with_derived_relations
from kgfm.data.leaks import Answers
from kgfm.data.pieces import snowball
from kgfm.data.published import Names, read_names
from kgfm.data.triples import TripleSet

SOURCES: Final = (
    *(f"{family}_v{version}" for family in ("fb237", "WN18RR") for version in (1, 2, 3, 4)),
    "codex-s",
    "codex-m",
    "ilpc-small",
)

_MOST_PIECES: Final = 12
_VARIED_PIECES: Final = 24  # of a source
_LEAST_ENTITIES: Final = 150  # of a varied piece
_LEAST_RELATIONS: Final = 4
_DERIVED: Final = 0.6  # share of the varied pieces that get derived relations
_MOST_DERIVED: Final = 6  # relations of one piece


def clean_source(name: str, answers: Answers) -> list[Names]:
    """Read the training part of a source, without the answers."""
    return answers.removed_from(read_names(name, "train"))


def pretraining_graphs(entities: int, seed: int, varied: float = 0.0) -> list[tuple[TripleSet, float]]:
    """Return each source, or pieces of at most so many entities of it, with the weight to draw it by.

    A source weighs the square root of its edges, shared among its pieces: large graphs come more often,
    and yet do not crowd out the small ones. `varied` is what its `varied_piece`s weigh together, as a
    multiple of that.
    """
    answers, rng = Answers.published(), np.random.default_rng(seed)
    found: list[tuple[TripleSet, float]] = []
    for name in SOURCES:
        graph = TripleSet.from_labels(clean_source(name, answers))
        whole = graph.entity_count <= entities
        count = 1 if whole else min(_MOST_PIECES, 2 * -(-graph.entity_count // entities))
        pieces = [snowball(graph, entities, seed + number) for number in range(count)]
        weight = len(graph) ** 0.5
        found += [(piece, weight / count) for piece in pieces]
        if varied:
            others = [varied_piece(graph, entities, rng) for _ in range(_VARIED_PIECES)]
            found += [(piece, varied * weight / _VARIED_PIECES) for piece in others]
    return found


def varied_piece(graph: TripleSet, entities: int, rng: np.random.Generator) -> TripleSet:
    """Return a piece of at most so many entities with some of the relations, often with derived ones.

    The few graphs that may be trained on have few schemas; a model that knows only those reads others
    less well. Sizes and numbers of relations are drawn evenly over their logarithms.
    """
    sizes = np.bincount(graph.relations, minlength=graph.relation_count)
    known = int((sizes > 0).sum())
    count = min(_drawn(_LEAST_RELATIONS, max(known, _LEAST_RELATIONS), rng), known)
    shares = np.sqrt(sizes) / np.sqrt(sizes).sum()
    chosen = rng.choice(graph.relation_count, size=count, replace=False, p=shares)
    part = graph.select(np.flatnonzero(np.isin(graph.relations, chosen)))
    piece = snowball(part, _drawn(_LEAST_ENTITIES, entities, rng), int(rng.integers(2**31)))
    if rng.random() < _DERIVED:
        piece = with_derived_relations(piece, rng, int(rng.integers(1, _MOST_DERIVED + 1)))
    return piece


def _drawn(low: int, high: int, rng: np.random.Generator) -> int:
    return int(np.exp(rng.uniform(np.log(low), np.log(high))))
