import multiprocessing
import threading

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from kgfm.errors import ConfigError
from kgfm.nn.kernels import EdgeLayout, relational_aggregate, threads

WAYS = ["sum", "mean", "max", "sum+max"]


def a_graph(seed, edges=30, nodes=7, relations=4, columns=6, dtype=torch.float64, weighted=True):
    draw = np.random.default_rng(seed)
    layout = EdgeLayout.of(
        draw.integers(nodes, size=edges),
        draw.integers(relations, size=edges),
        draw.integers(nodes - 1, size=edges),
        source_count=nodes,
        relation_count=relations,
        target_count=nodes,
        weights=draw.random(edges) if weighted else None,
    )
    states, kinds = draw.normal(size=(nodes, columns)), draw.normal(size=(relations, columns))
    return torch.tensor(states, dtype=dtype), torch.tensor(kinds, dtype=dtype), layout


def naive(states, kinds, layout, how):
    weights = torch.ones(len(layout)) if layout.weights is None else torch.from_numpy(layout.weights)
    messages = [
        w * states[s] * kinds[r]
        for s, r, w in zip(layout.sources, layout.relations, weights.to(states), strict=True)
    ]
    rows = []
    for v in range(layout.target_count):
        mine = [message for message, target in zip(messages, layout.targets, strict=True) if target == v]
        none = [torch.zeros(states.shape[1], dtype=states.dtype)]
        rows.append(torch.stack(mine or none))
    parts = {
        "sum": torch.stack([row.sum(dim=0) for row in rows]),
        "mean": torch.stack([row.mean(dim=0) for row in rows]),
        "max": torch.stack([row.amax(dim=0) for row in rows]),
    }
    return [parts[name] for name in how.split("+")]


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@settings(deadline=None, max_examples=40)  # the first call compiles
@given(seed=st.integers(0, 1000), edges=st.integers(0, 40), weighted=st.booleans())
def test_it_equals_a_loop_over_edges(how, dtype, seed, edges, weighted):
    states, kinds, layout = a_graph(seed, edges, dtype=dtype, weighted=weighted)
    expected = naive(states, kinds, layout, how)
    for fused in (True, False):
        for found, right in zip(
            relational_aggregate(states, kinds, layout, how, fused=fused), expected, strict=True
        ):
            torch.testing.assert_close(found, right)


@pytest.mark.parametrize("how", WAYS)
@settings(deadline=None, max_examples=40)  # the first call compiles
@given(seed=st.integers(0, 1000), edges=st.integers(0, 40), columns=st.sampled_from([6, 35]))
def test_gradients_equal_those_of_plain_pytorch(how, seed, edges, columns):
    states, kinds, layout = a_graph(seed, edges, columns=columns)
    weights = torch.from_numpy(layout.weights)
    inputs = [tensor.requires_grad_() for tensor in (states, kinds, weights)]
    slopes = []
    for fused in (True, False):
        parts = relational_aggregate(states, kinds, layout, how, weights, fused=fused)
        total = torch.stack([(part * (k + part.detach().sin())).sum() for k, part in enumerate(parts)]).sum()
        slopes.append(torch.autograd.grad(total, inputs))
    for one, two in zip(*slopes, strict=True):
        torch.testing.assert_close(one, two)


@pytest.mark.parametrize("how", WAYS)
def test_gradients_are_right(how):
    states, kinds, layout = a_graph(3)
    weights = torch.from_numpy(layout.weights)
    inputs = tuple(tensor.requires_grad_() for tensor in (states, kinds, weights))
    run = lambda *given: relational_aggregate(given[0], given[1], layout, how, given[2])  # noqa: E731
    assert torch.autograd.gradcheck(run, inputs)


def test_of_equal_messages_the_first_takes_the_gradient():
    ids = np.zeros(2, dtype=np.int64)
    layout = EdgeLayout.of(
        np.arange(2), ids, ids, source_count=2, relation_count=1, target_count=1
    )  # fmt: skip
    for fused in (True, False):
        states = torch.ones(2, 35, requires_grad=True)
        (best,) = relational_aggregate(states, torch.ones(1, 35), layout, "max", fused=fused)
        (slope,) = torch.autograd.grad(best.sum(), states)
        assert slope.tolist() == [[1] * 35, [0] * 35]


def test_messages_that_are_not_numbers_stay_so_and_break_nothing():
    states, kinds, layout = a_graph(0)
    states = torch.full_like(states, torch.nan).requires_grad_()
    total, best = relational_aggregate(states, kinds, layout, "sum+max")
    (slope,) = torch.autograd.grad((total + best).sum(), states)
    reached = np.diff(layout.target_start) > 0
    assert total.isnan().all(dim=1).tolist() == best.isnan().all(dim=1).tolist() == reached.tolist()
    assert slope.isfinite().all()


@settings(deadline=None, max_examples=40)  # the first call compiles
@given(seed=st.integers(0, 1000), edges=st.integers(0, 40))
def test_selecting_edges_equals_building_from_those_edges(seed, edges):
    _, _, layout = a_graph(seed, edges)
    kept = np.random.default_rng(seed).random(edges) < 0.5
    found = layout.select(kept)
    right = EdgeLayout.of(
        layout.sources[kept], layout.relations[kept], layout.targets[kept],
        source_count=7, relation_count=4, target_count=7, weights=layout.weights[kept],
    )  # fmt: skip
    for name in ("sources", "relations", "targets", "weights", "target_start"):
        np.testing.assert_array_equal(getattr(found, name), getattr(right, name))
    for order in ("by_source", "by_relation"):
        for name in ("start", "edges", "one", "other"):
            one, two = (getattr(getattr(side, order), name) for side in (found, right))
            np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("count", [5, 2_200_000], ids=["one column", "too many ids for one column"])
def test_edges_are_sorted_by_target_then_source_then_relation(count):
    rng = np.random.default_rng(0)
    targets, sources, relations = (rng.integers(count - 5, count, size=60) for _ in range(3))
    layout = EdgeLayout.of(
        sources, relations, targets,
        source_count=count, relation_count=count, target_count=count, weights=np.arange(60.0),
    )  # fmt: skip
    rows = sorted(zip(targets.tolist(), sources.tolist(), relations.tolist(), range(60), strict=True))
    assert layout.weights is not None
    columns = np.stack([layout.targets, layout.sources, layout.relations, layout.weights])
    np.testing.assert_array_equal(columns.T, rows)
    for order, column in ((layout.by_source, layout.sources), (layout.by_relation, layout.relations)):
        assert order.edges.tolist() == sorted(range(60), key=column.tolist().__getitem__)


def big(seed=0):
    return a_graph(seed, edges=4000, nodes=300, columns=128, dtype=torch.float32)


def run(graph):
    states, kinds, layout = graph
    states, kinds = states.clone().requires_grad_(), kinds.clone().requires_grad_()
    parts = relational_aggregate(states, kinds, layout, "sum+max")
    slopes = torch.autograd.grad(torch.cat(parts).square().sum(), [states, kinds])
    return [part.detach() for part in parts] + list(slopes)


@pytest.fixture
def four_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(4)
    yield
    torch.set_num_threads(before)


def test_the_number_of_threads_changes_no_bit(four_threads):
    many = run(big())
    torch.set_num_threads(1)
    assert all(torch.equal(one, two) for one, two in zip(run(big()), many, strict=True))


def test_it_may_be_called_from_several_threads_at_once(four_threads):
    right = run(big())
    found: list[list[torch.Tensor]] = [[] for _ in range(6)]

    def work(place):
        for _ in range(3):
            found[place] = run(big())

    workers = [threading.Thread(target=work, args=(place,)) for place in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert all(torch.equal(a, b) for parts in found for a, b in zip(parts, right, strict=True))


def _total(queue):
    # PyTorch's own OpenMP does not outlive a fork; our pool of threads must.
    torch.set_num_threads(1)
    reached = []
    threads.in_slices([0, 1, 2, 3], lambda first, _last: reached.append(first))
    queue.put((sorted(reached), float(run(big())[0].sum())))


@pytest.mark.parametrize("how", ["fork", "spawn"])
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_children_of_a_process_that_ran_it_may_run_it_too(how, four_threads):
    right = float(run(big())[0].sum())
    context = multiprocessing.get_context(how)
    queue = context.Queue()
    child = context.Process(target=_total, args=(queue,))
    child.start()
    try:
        reached, found = queue.get(timeout=60)
    finally:
        child.kill()
        child.join()
    assert reached == [0, 1, 2]
    assert found == pytest.approx(right, rel=1e-5)


def test_ids_outside_their_count_are_refused():
    ids = np.arange(3)
    with pytest.raises(ConfigError, match="target id"):
        EdgeLayout.of(ids, ids, ids, source_count=3, relation_count=3, target_count=2)
