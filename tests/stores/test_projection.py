"""Merges are read both ways, and the two ways agree."""

from hypothesis import given

from kgfm.kg import IRI, Triple
from kgfm.stores.base import Merge
from kgfm.stores.projection import MergeTable
from tests import strategies as draw


@given(merges=draw.merge_tables(), triple=draw.known_triple)
def test_every_triple_is_among_the_origins_of_what_it_becomes(merges: draw.SetMerges, triple: Triple) -> None:
    table = MergeTable(dict(merges.merges))
    projected = table.project(triple)
    assert projected is None or triple in set(table.origins(projected))


@given(merges=draw.merge_tables(), triple=draw.known_triple)
def test_every_origin_becomes_the_triple(merges: draw.SetMerges, triple: Triple) -> None:
    table = MergeTable(dict(merges.merges))
    assert {table.project(origin) for origin in table.origins(triple)} <= {triple}


def test_chains_are_followed_and_changes_found() -> None:
    a, b, c = (IRI(f"urn:{name}") for name in "abc")
    table = MergeTable({a: Merge(b, ""), b: Merge(c, "")})
    assert table.canonical(a) == c
    assert table.members(c) == (c, a, b)
    assert table.members(a) == ()
    assert table.changed(MergeTable({a: Merge(b, "")})) == {a, b}
    assert table.changed(MergeTable({a: Merge(c, ""), b: Merge(c, "")})) == set()
