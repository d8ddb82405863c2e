import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgfm.errors import ConfigError, MemoryLimitError
from kgfm.nn.config import FoundationConfig
from kgfm.training.memory import (
    graph_bytes,
    parse_memory,
    plan_fine_tuning,
    plan_ranking,
    refuse_too_many_edges,
)

MODEL = FoundationConfig()


def test_ten_million_edges_are_refused_two_gigabytes_before_any_is_read():
    with pytest.raises(
        MemoryLimitError, match=r"10,000,000 edges needs about 11\.\d GB.*2\.0 GB of --memory"
    ) as told:
        refuse_too_many_edges(10_000_000, 2 * 10**9)
    assert told.value.needed == graph_bytes(0, 10_000_000)
    refuse_too_many_edges(10_000_000, 16 * 10**9)
    refuse_too_many_edges(10_000_000, None)


@given(
    entities=st.integers(0, 10**7),
    relations=st.integers(0, 1000),
    edges=st.integers(0, 10**8),
    memory=st.integers(10**8, 10**11),
)
def test_a_plan_stays_within_its_memory_or_is_refused(entities, relations, edges, memory):
    if graph_bytes(entities, edges) > memory:
        with pytest.raises(MemoryLimitError):
            plan_ranking(entities, relations, edges, MODEL, memory)
        return
    with contextlib.suppress(MemoryLimitError):
        plan = plan_ranking(entities, relations, edges, MODEL, memory)
        assert graph_bytes(entities, edges) <= plan.needed <= memory
        assert plan.queries >= 1
        assert plan.batch_numbers >= entities * MODEL.channels


def test_more_memory_means_more_at_once_up_to_the_usual():
    small, large, free = (plan_ranking(10**5, 200, 10**6, MODEL, size) for size in (2 * 10**9, 10**11, None))
    assert small.queries <= large.queries == free.queries == 16
    assert small.kept_numbers < large.kept_numbers == free.kept_numbers


def test_a_training_batch_shrinks_to_what_fits():
    assert plan_fine_tuning(1000, 5000, MODEL, 16) == 16
    assert plan_fine_tuning(15_000, 270_000, MODEL, 16, 16 * 10**9) == 16
    assert 1 <= plan_fine_tuning(15_000, 270_000, MODEL, 16, 10**9) < 16
    with pytest.raises(MemoryLimitError, match="Fine-tuning over 10,000,000 edges"):
        plan_fine_tuning(10**6, 10**7, MODEL, 16, 2 * 10**9)


@pytest.mark.parametrize(
    ("text", "size"), [("2G", 2e9), ("512 MB", 512e6), ("1.5gb", 1.5e9), ("700000", 7e5)]
)
def test_amounts_are_read_as_people_write_them(text, size):
    assert parse_memory(text) == size


@pytest.mark.parametrize("text", ["", "much", "-2G", "0", "2X"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(ConfigError, match="amount of memory"):
        parse_memory(text)
