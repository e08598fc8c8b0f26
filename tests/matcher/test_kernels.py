"""The compiled loops and their Python form say the same; the Python form is what coverage sees."""

from dataclasses import replace

import numpy as np
import pytest

from matcher import Policy, pair
from matcher import engine as engines
from matcher.assignment import bid_all, profits
from matcher.cycles import split
from matcher.graph import Edges, graph
from matcher.repair import repair
from tests.matcher.pools import crowd, mixed

POLICY = Policy(min_differences=2, best_differences=3)


def met(result):
    return sorted(zip(result.pairs.a.tolist(), result.pairs.b.tolist(), strict=True))


@pytest.mark.parametrize("seed", range(4))
def test_a_round_is_the_same_in_plain_python(seed, request):
    cohort = mixed(26, seed, capacity=seed % 2 == 1)
    compiled = pair(cohort, POLICY, threads=2)
    exclude = np.column_stack([compiled.pairs.a, compiled.pairs.b])[:2]
    second = pair(cohort, POLICY, exclude)

    request.getfixturevalue("plain")
    assert met(pair(cohort, POLICY, threads=1)) == met(compiled)
    assert met(pair(cohort, POLICY, exclude, threads=1)) == met(second)


def test_a_large_pool_opens_with_the_prices_of_a_sample(monkeypatch, request):
    """The limits are set low, so that a small pool takes the road of a large one."""
    cohort = crowd(90, 5)
    usual = pair(cohort, POLICY)
    monkeypatch.setattr("matcher.engine.SAMPLE", 40)
    monkeypatch.setattr("matcher.engine.EXACT_TO", 10)
    monkeypatch.setattr("matcher.pairing.COUNT_TO", 30)
    monkeypatch.setattr("matcher.pairing.SAMPLE", 30)
    monkeypatch.setattr("matcher.explain.ASKED", 20)
    result = pair(cohort, POLICY)
    request.getfixturevalue("plain")
    assert met(pair(cohort, POLICY, threads=1)) == met(result)
    assert usual.placed >= result.placed >= usual.placed - 2
    assert result.value <= result.most_value
    assert usual.value <= result.most_value + 1e-9 or usual.placed > result.placed
    assert "acceptable_pairs_interval" in result.report()
    assert result.acceptable.low <= usual.acceptable.pairs <= result.acceptable.high


def test_a_search_that_found_too_much_is_not_called_exact(monkeypatch):
    monkeypatch.setattr("matcher.exact.DENSEST", 1)
    cohort = crowd(40)
    cohort.views[:20], cohort.views[20:], cohort.values[:], cohort.importance[:] = 1, 5, 3, 1
    result = pair(cohort, POLICY)
    assert (result.exact, result.placed) == (False, 40)


def triangle(scores, cost):
    """Return a graph of three seats and their edges 01, 02, 12."""
    return graph(Edges(3, np.array([1, 2, 5]), np.array(scores)), np.array(cost))


@pytest.mark.parametrize("plainly", [False, True])
def test_an_odd_cycle_leaves_the_cheapest_seat_empty(plainly):
    of = (lambda kernel: kernel.py_func) if plainly else (lambda kernel: kernel)
    sparse = triangle([1.0, 1.0, 1.0], [9.0, 1.0, 9.0])
    price, choice = np.zeros(3), np.array([1, 2, 0], np.int32)
    of(bid_all)(sparse, price, 0.5, np.empty(3, np.int32))
    assert (
        of(profits)(sparse, price)[[0, 0, 1]] + of(profits)(sparse, price)[[1, 2, 2]] >= 1
    ).all()
    assert of(split)(sparse, choice).tolist() == [2, -1, 0]


@pytest.mark.parametrize("plainly", [False, True])
def test_repair_walks_past_a_pair_to_the_next_empty_seat(plainly):
    """0 - 1 = 2 - 3: the pair in the middle opens, and both ends are placed."""
    of = (lambda kernel: kernel.py_func) if plainly else (lambda kernel: kernel)
    path = graph(Edges(4, np.array([1, 6, 11]), np.array([1.0, 1.5, 1.0])), np.full(4, 3.0))
    mate, price = np.array([-1, 2, 1, -1], np.int32), np.full(4, 0.75)
    assert of(repair)(path, price, mate, np.array([0, 3]), 100) == 1
    assert mate.tolist() == [1, 0, 3, 2]
    assert of(repair)(path, price, mate, np.array([0]), 100) == 0


@pytest.mark.parametrize("plainly", [False, True])
def test_repair_leaves_whoever_is_cheapest_to_leave(plainly):
    of = (lambda kernel: kernel.py_func) if plainly else (lambda kernel: kernel)
    path = graph(Edges(3, np.array([1, 5]), np.array([1.0, 1.0])), np.array([9.0, 9.0, 1.0]))
    mate, price = np.array([-1, 2, 1], np.int32), np.array([0.0, 1.0, 0.0])
    assert of(repair)(path, price, mate, np.array([0]), 100) == 1
    assert mate.tolist() == [1, 0, -1]


def test_pairs_that_got_worse_are_not_taken(monkeypatch):
    cohort = crowd(30)
    best = pair(cohort, POLICY)
    seen = []

    def worth(pool, mate):
        seen.append(mate)
        return 1e9 if len(seen) == 1 else -1e9

    monkeypatch.setattr(engines, "EXACT_TO", 0)
    monkeypatch.setattr(engines, "worth", worth)
    first = pair(cohort, POLICY, effort=replace(engines.Effort(), wide=2))
    assert first.placed <= best.placed
    assert len(seen) > 1
