import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgfm.data import TripleSet, is_edge
from kgfm.errors import FormatError, UnknownTermError
from kgfm.kg import IRI, BlankNode, Literal, Triple
from kgfm.kg.namespaces import LABEL, SCHEMA, TYPE

names = st.sampled_from([f"urn:n{number}" for number in range(8)])
weighted = st.tuples(
    st.builds(Triple, st.builds(IRI, names), st.builds(IRI, names), st.builds(IRI, names)),
    st.floats(0, 1, width=32),
)


@given(triples=st.lists(weighted))
def test_ids_do_not_depend_on_the_order_of_triples(triples):
    assert TripleSet.from_triples(triples) == TripleSet.from_triples(triples[::-1])


@given(triples=st.lists(weighted))
def test_each_edge_stands_once_with_its_best_confidence(triples):
    best: dict[Triple, float] = {}
    for triple, confidence in triples:
        best[triple] = max(best.get(triple, 0), confidence)
    graph = TripleSet.from_triples(triples)
    weights = graph.weights
    assert weights is not None
    found = {
        Triple(
            IRI(graph.entity_labels[h]), IRI(graph.relation_labels[r]), IRI(graph.entity_labels[t])
        ): weight
        for h, r, t, weight in zip(graph.heads, graph.relations, graph.tails, weights.tolist(), strict=True)
    }
    assert found == best


def test_only_relations_between_named_entities_are_edges():
    one, two = IRI("urn:1"), IRI("urn:2")
    assert is_edge(Triple(one, IRI("urn:r"), two))
    assert not is_edge(Triple(one, TYPE, IRI(SCHEMA + "Person")))
    assert not is_edge(Triple(one, LABEL, Literal("one")))
    assert not is_edge(Triple(one, IRI("urn:r"), Literal("1900")))
    assert not is_edge(Triple(BlankNode("b"), IRI("urn:r"), two))
    assert not is_edge(Triple(one, IRI("urn:r"), BlankNode("b")))


@given(triples=st.lists(weighted, min_size=1))
def test_an_inverse_edge_stands_beside_each_edge(triples):
    graph = TripleSet.from_triples(triples)
    both = graph.with_inverses()
    edges = set(zip(both.heads.tolist(), both.relations.tolist(), both.tails.tolist(), strict=True))
    assert len(both) == 2 * len(graph) == len(edges)
    for h, r, t in zip(graph.heads.tolist(), graph.relations.tolist(), graph.tails.tolist(), strict=True):
        assert {(h, r, t), (t, r + graph.relation_count, h)} <= edges
    assert both.relation_labels[graph.relation_count] == f"^{graph.relation_labels[0]}"


def test_types_become_features_by_label():
    edge = Triple(IRI("urn:curie"), IRI("urn:born"), IRI("urn:warsaw"))
    graph = TripleSet.from_triples([(edge, 1.0)], types={IRI("urn:warsaw"): IRI("urn:Place")})
    assert graph.type_labels == ("urn:Place",)
    assert graph.types is not None
    assert graph.types[graph.entity_id("urn:warsaw")] == 0
    assert graph.types[graph.entity_id("urn:curie")] == -1


def test_a_tsv_file_is_read_with_its_confidences(tmp_path):
    path = tmp_path / "graph.tsv"
    path.write_text("b\tr\ta\t0.5\r\n\na\tr\tb\n", encoding="utf-8")
    graph = TripleSet.from_tsv(path)
    assert graph.entity_labels == ("a", "b")
    assert graph.weights is not None
    assert graph.weights.tolist() == [1.0, 0.5]


@pytest.mark.parametrize("line", ["a\tb", "a\tr\tb\tc\td", "a\tr\tb\tsure", "a\tr\tb\t1.5", "\tr\tb"])
def test_a_malformed_tsv_line_is_named(tmp_path, line):
    path = tmp_path / "graph.tsv"
    path.write_text(f"a\tr\tb\n{line}\n", encoding="utf-8")
    with pytest.raises(FormatError, match="line 2"):
        TripleSet.from_tsv(path)


def test_arrays_that_do_not_fit_are_refused():
    ids = np.array([0, 1])
    with pytest.raises(FormatError, match="one length"):
        TripleSet.from_numpy(ids, ids, ids[:1])
    with pytest.raises(FormatError, match="start at 0"):
        TripleSet.from_numpy(ids, ids, ids - 1)
    with pytest.raises(FormatError, match="has no label"):
        TripleSet.from_numpy(ids, ids, ids, entity_labels=["a"])


def test_more_ids_than_fit_into_one_column_are_sorted_alike():
    heads, relations, tails = np.random.default_rng(0).integers(3, size=(3, 40))
    weights = np.linspace(0, 1, 40, dtype=np.float32)
    few = TripleSet.from_numpy(heads, relations, tails, weights)
    many = TripleSet.from_numpy(
        heads, relations, tails, weights,
        entity_labels=["name"] * 3_000_000, relation_labels=["kind"] * 1_100_000,
    )  # fmt: skip
    for name in ("heads", "relations", "tails", "weights"):
        np.testing.assert_array_equal(getattr(few, name), getattr(many, name))


def test_unknown_labels_are_told():
    graph = TripleSet.from_labels([("a", "r", "b")])
    with pytest.raises(UnknownTermError):
        graph.entity_id("c")
    with pytest.raises(UnknownTermError):
        graph.relation_id("s")


def test_matching_adds_unknown_terms_after_the_graphs_own():
    graph = TripleSet.from_labels([("b", "r", "c")]).with_types({"b": "T"})
    wider, test = TripleSet.from_labels([("a", "q", "b")]).matched_to(graph)
    assert wider.entity_labels == ("b", "c", "a")
    assert wider.relation_labels == ("r", "q")
    assert (test.heads.tolist(), test.relations.tolist(), test.tails.tolist()) == ([2], [1], [0])
    assert wider.types is not None
    assert wider.types.tolist() == [0, -1, -1]


def test_an_empty_graph_is_a_graph():
    graph = TripleSet.from_triples([])
    assert (len(graph), graph.entity_count, len(graph.with_inverses())) == (0, 0, 0)
