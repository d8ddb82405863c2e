"""Graphs for tests: any small one, and one whose missing edges can be guessed."""

import numpy as np
from hypothesis import strategies as st

from kgfm.data import TripleSet


@st.composite
def small_graphs(draw, most: int = 30) -> TripleSet:
    """Any graph of up to 6 entities and 3 relations, loops included."""
    edges = draw(
        st.lists(
            st.tuples(st.integers(0, 5), st.integers(0, 2), st.integers(0, 5)), min_size=2, max_size=most
        )
    )
    columns = np.array(edges, dtype=np.int64).T
    return TripleSet.from_numpy(
        columns[0], columns[1], columns[2], entity_labels="abcdef", relation_labels=("r", "s", "t")
    )


def families(count: int = 60, seed: int = 7) -> TripleSet:
    """People with a city of birth, the country of their city as nationality, and an employer."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[str, str, str]] = []
    for number in range(count):
        person, city = f"person{number}", int(rng.integers(8))
        rows.append((person, "born in", f"city{city}"))
        rows.append((person, "nationality", f"country{city % 4}"))
        rows.append((person, "employer", f"firm{int(rng.integers(5))}"))
    rows.extend((f"city{city}", "country", f"country{city % 4}") for city in range(8))
    kinds = {name: name.rstrip("0123456789") for row in rows for name in (row[0], row[2])}
    return TripleSet.from_labels(rows).with_types(kinds)
