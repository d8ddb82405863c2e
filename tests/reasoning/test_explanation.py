import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgfm.kg import IRI, Literal, Triple
from kgfm.reasoning.explanation import explain

RELATION = IRI("r")
node = st.integers(0, 6).map(lambda number: IRI(f"n{number}"))
edges = st.dictionaries(
    st.builds(Triple, node, st.sampled_from([RELATION, IRI("s")]), node), st.floats(0, 1), max_size=15
)


def around(weighted):
    return lambda term: [(t, c) for t, c in weighted.items() if term in (t.subject, t.object)]


def edge(one, two, relation="r"):
    return Triple(IRI(one), IRI(relation), IRI(two))


@given(weighted=edges, head=node, tail=node)
def test_every_path_is_a_simple_chain_of_stated_edges(weighted, head, tail):
    found = explain(around(weighted), head, RELATION, tail, k=10)
    for path in found.paths:
        place, seen = head, [head]
        for step in path.steps:
            assert weighted[step.triple] == step.confidence
            start, end = step.triple.subject, step.triple.object
            assert place == (start if step.forward else end)
            place = end if step.forward else start
            seen.append(place)
        assert place == tail
        assert len(set(seen)) == len(seen)
        assert 1 <= len(path.steps) <= 4
        assert 0 < path.score <= 1


@given(weighted=edges, head=node, tail=node)
def test_a_path_is_found_where_a_plain_search_finds_one(weighted, head, tail):
    joined = {frozenset((t.subject, t.object)) for t in weighted}
    nodes = {term for pair in joined for term in pair} - {head, tail}
    reachable = head != tail and any(
        all(frozenset(pair) in joined for pair in itertools.pairwise((head, *between, tail)))
        for length in range(4)
        for between in itertools.permutations(nodes, length)
    )
    assert bool(explain(around(weighted), head, RELATION, tail).paths) == reachable


def test_the_stated_edge_is_first_even_where_a_surer_one_exists():
    weighted = {edge("a", "b"): 0.2, edge("b", "a", "s"): 0.9, edge("a", "c"): 1.0, edge("c", "b"): 1.0}
    found = explain(around(weighted), IRI("a"), RELATION, IRI("b"))
    assert found.stated
    assert [len(path.steps) for path in found.paths] == [1, 1, 2]
    assert found.paths[0].steps[0].triple == edge("a", "b")
    assert not found.paths[1].steps[0].forward


def test_a_stated_edge_between_two_hubs_is_found():
    weighted = {edge(end, f"{end}{number}"): 1.0 for end in "ab" for number in range(2000)}
    weighted[edge("a", "b")] = 1.0
    assert explain(around(weighted), IRI("a"), RELATION, IRI("b")).stated


def test_a_way_round_a_hub_is_better_than_through_it():
    weighted = {
        edge("a", "hub"): 1.0,
        edge("hub", "b"): 1.0,
        edge("a", "quiet"): 1.0,
        edge("quiet", "b"): 1.0,
    }
    weighted |= {edge("hub", f"x{number}"): 1.0 for number in range(50)}
    paths = explain(around(weighted), IRI("a"), RELATION, IRI("b")).paths
    assert paths[0].steps[0].triple == edge("a", "quiet")
    assert paths[0].score > 2 * paths[1].score


def test_doubtful_edges_come_after_sure_ones():
    weighted = {edge("a", "p"): 0.3, edge("p", "b"): 0.9, edge("a", "q"): 0.9, edge("q", "b"): 0.9}
    paths = explain(around(weighted), IRI("a"), RELATION, IRI("b")).paths
    assert [path.steps[0].triple.object for path in paths] == [IRI("q"), IRI("p")]


def test_literals_are_not_passed_through():
    year = Literal("1867")
    weighted = {Triple(IRI("a"), RELATION, year): 1.0, Triple(IRI("b"), RELATION, year): 1.0}
    assert explain(around(weighted), IRI("a"), IRI("s"), IRI("b")).paths == ()


@pytest.mark.parametrize("nodes", [200_000])
def test_time_does_not_grow_with_the_graph(nodes):
    def neighbours(term):
        # An endless-looking graph, made as it is read: each node has 300 neighbours.
        number = int(term.value)
        for step in range(1, 151):
            yield Triple(term, RELATION, IRI(str((number + step * step) % nodes))), 0.9
            yield Triple(IRI(str((number - step * step) % nodes)), RELATION, term), 0.9

    start = time.perf_counter()
    explain(neighbours, IRI("0"), RELATION, IRI("99991"))
    assert time.perf_counter() - start < 10
