"""The graphs that shipped weights are pretrained on, without any answer of an evaluation.

Licences: FB15k-237 from Freebase, CC BY; WN18RR, WordNet licence; CoDEx, MIT; ILPC, MIT, from
Wikidata, CC0. Nothing derived from NELL, and no unseen half of an inductive data set.
"""

from typing import Final

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


def clean_source(name: str, answers: Answers) -> list[Names]:
    """Read the training part of a source, without the answers."""
    return answers.removed_from(read_names(name, "train"))


def pretraining_graphs(entities: int, seed: int) -> list[tuple[TripleSet, float]]:
    """Return each source, or pieces of at most so many entities of it, with the weight to draw it by.

    A source weighs the square root of its edges, shared among its pieces: large graphs come more often,
    and yet do not crowd out the small ones.
    """
    answers = Answers.published()
    found: list[tuple[TripleSet, float]] = []
    for name in SOURCES:
        graph = TripleSet.from_labels(clean_source(name, answers))
        whole = graph.entity_count <= entities
        count = 1 if whole else min(_MOST_PIECES, 2 * -(-graph.entity_count // entities))
        pieces = [snowball(graph, entities, seed + number) for number in range(count)]
        found += [(piece, len(graph) ** 0.5 / count) for piece in pieces]
    return found
