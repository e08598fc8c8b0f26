"""Many people with the same answers: ties everywhere, and still a round in good time."""

from dataclasses import replace

import numpy as np
import pytest

from matcher import Policy, pair
from matcher.kinds import even
from matcher.pool import costs, kinds, open_pool, profile, rules
from tests.matcher.pools import crowd

POLICY = Policy(min_differences=2, best_differences=3)
MANY = 4000  # above what the exact finish takes


def groups(*sizes):
    """Return people who differ in nothing but their views: each group has its own."""
    cohort = crowd(sum(sizes))
    views = np.array([[1] * 6, [5] * 6, [1, 1, 1, 5, 5, 5]], float)
    cohort.views[:] = np.repeat(views[: len(sizes)], sizes, axis=0)
    cohort.values[:], cohort.importance[:] = 3, 1
    return cohort


@pytest.mark.parametrize(
    ("sizes", "most"),
    [((2000, 2000), 4000), ((2800, 1200), 2400), ((2001, 2000), 4000), ((1500, 1500, 1000), 4000)],
)
def test_groups_that_answered_exactly_alike_are_paired_as_far_as_they_reach(sizes, most):
    result = pair(groups(*sizes), POLICY, threads=2)
    assert result.placed == result.most_placed == most
    assert result.value <= result.most_value
    assert result.gap < 1e-4


def test_everybody_alike_is_an_empty_round_and_a_full_one_where_no_difference_is_asked():
    cohort = groups(MANY)
    empty = pair(cohort, POLICY, threads=2)
    assert (empty.placed, empty.most_placed, empty.gap) == (0, 0, 0.0)
    full = pair(cohort, Policy(min_differences=0), threads=2)
    assert full.placed == full.most_placed == MANY
    assert full.gap < 1e-4


def test_ties_are_broken_alike_whatever_the_order_of_rows():
    cohort = groups(1600, 1600)
    moved = replace(cohort, ids=cohort.ids[::-1].copy(), views=cohort.views[::-1].copy())
    usual, result = pair(cohort, POLICY, threads=1), pair(moved, POLICY, threads=2)
    pairs = [
        {frozenset((c.ids[a], c.ids[b])) for a, b in zip(r.pairs.a, r.pairs.b, strict=True)}
        for c, r in ((cohort, usual), (moved, result))
    ]
    assert pairs[0] == pairs[1]


def test_a_mean_price_of_a_kind_keeps_the_sum_and_tells_waiting_times_apart():
    cohort = replace(groups(3, 2), waiting=np.array([0.0, 0, 7, 0, 0]))
    pool = open_pool(
        cohort, profile(cohort, POLICY), rules(cohort, POLICY), np.arange(5),
        cost=costs(cohort.waiting, 1.0), barred=np.array([[0, 3]]), seed=0,
    )  # fmt: skip
    kind = kinds(pool)
    assert sorted(np.bincount(kind).tolist()) == [1, 2, 2]
    price = even(np.arange(5.0), kind)
    assert price.sum() == pytest.approx(10)
    assert len(np.unique(price)) == 3
