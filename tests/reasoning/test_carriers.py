"""A predicted edge is explained by stated edges that lead from its head to its tail."""

import numpy as np
import pytest

from kgfm.engine import Engine
from kgfm.kg import IRI
from tests.graphs import families

BASE = "http://example.org/"


def iri(label):
    return BASE + label.replace(" ", "-")


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """A knowledge base of families in which person1's nationality is not stated."""
    graph, folder = families(25), tmp_path_factory.mktemp("families")
    hidden = (graph.heads == graph.entity_id("person1")) & (
        graph.relations == graph.relation_id("nationality")
    )
    rest = graph.select(np.flatnonzero(~hidden))
    lines = [
        f"<{iri(rest.entity_labels[h])}> <{iri(rest.relation_labels[r])}> <{iri(rest.entity_labels[t])}> ."
        for h, r, t in zip(rest.heads, rest.relations, rest.tails, strict=True)
    ]
    file = folder / "families.nt"
    file.write_text("\n".join(lines), encoding="utf-8")
    with Engine.open(folder / "kb") as engine:
        engine.import_file(file)
        yield engine, graph.entity_labels[int(graph.tails[hidden][0])]


def test_a_predicted_edge_comes_with_its_probability_and_the_paths_that_carry_it(engine):
    engine, country = engine
    found = engine.explain(iri("person1"), iri("nationality"), iri(country))
    assert not found.stated
    assert found.probability is not None
    assert 0 < found.probability < 1
    assert 1 <= len(found.carriers) <= 3
    assert sum(path.score for path in found.carriers) == pytest.approx(1)
    stated = {triple for triple, _ in engine._reader().edges()}
    for path in found.carriers:
        here = IRI(iri("person1"))
        for step in path.steps:
            assert step.triple in stated
            one, other = step.triple.subject, step.triple.object
            assert here == (one if step.forward else other)
            here = other if step.forward else one
        assert here == IRI(iri(country))


def test_a_stated_edge_is_no_prediction(engine):
    engine, _ = engine
    found = engine.explain(iri("city1"), iri("country"), iri("country1"))
    assert found.stated
    assert found.probability is None
    assert not found.carriers


def test_a_term_without_edges_leaves_the_explanation_as_it_is(engine):
    engine, country = engine
    found = engine.explain(iri("nobody"), iri("nationality"), iri(country))
    assert (found.probability, found.carriers, found.paths) == (None, (), ())
