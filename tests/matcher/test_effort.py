"""How hard a round tries: bounds from a sample, memory said before, turns that run out."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from matcher import Policy, pair
from matcher.bound import value_bound
from matcher.drawn import count_drawn, drawn, value_drawn
from matcher.effort import Effort, memory_needed, sampled
from matcher.engine import Clock, solve
from matcher.pool import costs, open_pool, profile, rules
from matcher.search import search
from tests.matcher.pools import crowd, mixed
from tests.matcher.test_pairing import shuffled

POLICY = Policy(min_differences=2, best_differences=3)
ROOT = Path(__file__).resolve().parents[2]
RUN = """
import sys
from pathlib import Path
from matcher import Policy, pair
from tests.matcher.pools import crowd
pair(crowd(int(sys.argv[1])), Policy(min_differences=2, best_differences=3), threads=2)
told = Path("/proc/self/status").read_text().splitlines()
print(next(line.split()[1] for line in told if line.startswith("VmHWM")))
"""
"""Its own peak in kB: `ru_maxrss` begins with what the process that started it had."""


def opened(cohort):
    return open_pool(
        cohort, profile(cohort, POLICY), rules(cohort, POLICY), np.arange(len(cohort)),
        cost=costs(cohort.waiting, POLICY.weights.total), barred=np.empty((0, 2), np.int64), seed=0,
    )  # fmt: skip


def met(result):
    pairs = zip(result.pairs.a.tolist(), result.pairs.b.tolist(), strict=True)
    return {frozenset(each) for each in pairs}


@pytest.fixture
def small_steps(monkeypatch):
    """Set the limits so low that a small pool takes the road of a million."""
    for name, value in (("SAMPLE", 40), ("LADDER", 80), ("EXACT_TO", 10)):
        monkeypatch.setattr(f"matcher.engine.{name}", value)
    for name, value in (("PART", 90), ("ASKED", 200)):
        monkeypatch.setattr(f"matcher.large.{name}", value)


def test_a_bound_from_a_sample_says_its_interval_and_covers_the_pairs(small_steps):
    cohort = crowd(400, 3)
    proven = pair(cohort, POLICY, effort=Effort())
    result = pair(cohort, POLICY, effort=sampled())

    low, high = result.report()["upper_bound"]["value_interval"]
    assert high == result.most_value
    assert low < high
    assert result.value <= high
    assert abs(result.placed - proven.placed) <= 2
    low, high = result.report()["upper_bound"]["paired_interval"]
    assert low <= proven.most_placed <= high == result.most_placed
    assert result.value > 0.98 * proven.value
    assert proven.off == proven.placed_off == 0
    assert set(proven.report()["upper_bound"]) == {"paired", "value"}


@pytest.mark.parametrize("capacity", [False, True])
def test_in_parts_too_neither_rows_nor_threads_change_who_meets_and_who_never_may(
    small_steps, capacity
):
    cohort = mixed(500, 4, capacity=capacity)
    first = pair(cohort, POLICY, threads=1, effort=sampled())
    never = np.column_stack([first.pairs.a, first.pairs.b])
    order = np.random.default_rng(6).permutation(len(cohort))
    row_of = np.argsort(order)
    moved = shuffled(cohort, order, cohort.ids[order])

    one = pair(cohort, POLICY, never, threads=1, effort=sampled())
    two = pair(moved, POLICY, row_of[never], threads=2, effort=sampled())

    assert met(one) == {frozenset(order[list(each)].tolist()) for each in met(two)}
    assert not met(first) & met(one)
    assert len(met(one)) == len(one.pairs) > 0  # nobody meets the same person twice
    assert one.value <= one.most_value
    assert one.placed <= one.most_placed


def test_a_pool_too_small_for_a_sample_is_proven_though_a_sample_was_asked():
    cohort = crowd(60)
    result = pair(cohort, POLICY, effort=sampled())
    assert (result.off, result.exact) == (0, True)
    assert result.value == pytest.approx(pair(cohort, POLICY).value)


def test_asking_everybody_the_sampled_bound_is_a_bound():
    pool = opened(mixed(300))
    price = np.random.default_rng(1).normal(0, 0.3, len(pool))
    everyone = np.arange(len(pool))
    seen = drawn(pool, price, everyone, search(pool, price, price - 9, 1), 9.0)
    middle, _ = value_drawn(price, seen)
    proven, _ = value_bound(price, search(pool, price, price, len(pool), once=True), 0.0)
    best = solve(pool, Effort(), Clock()).worth
    assert best <= middle < proven  # it also falls where somebody finds less than their price
    half = everyone[::2]
    few = search(pool, price, price[half] - 9, 1, rows=half)
    guess, off = value_drawn(price, drawn(pool, price, half, few, 9.0))
    assert abs(guess - middle) <= 1.5 * off


@pytest.mark.parametrize("capacity", [False, True])
def test_asking_everybody_no_more_people_are_placed_than_the_prices_say(capacity):
    pool = opened(mixed(300, 2, capacity=capacity))
    solved = solve(pool, Effort(), Clock())
    everyone, noise = np.arange(len(pool)), np.random.default_rng(2).normal(0, 5.0, len(pool))
    told = []
    for price in (solved.price, solved.price + noise, np.zeros(len(pool))):
        seen = drawn(pool, price, everyone, search(pool, price, price - 9, 1), 9.0)
        most, off, brings = count_drawn(pool, price, seen)
        assert most >= len(np.unique(pool.seats.lead[solved.mate >= 0]))
        assert 0 < off <= most
        assert set(brings.tolist()) <= {0.0, 0.5, 1.0}
        told.append(most - off)
    assert capacity or told[0] <= solved.placed + 1


def test_a_search_in_few_tiles_finds_less_and_nothing_that_is_not_there():
    pool = opened(mixed(1500))
    price = np.zeros(len(pool))
    whole = search(pool, price, price, 4)
    part = search(pool, price, price, 4, most=1)
    assert (part.score.max(1) <= whole.score.max(1)).all()
    assert 0 < np.isfinite(part.score).sum() <= np.isfinite(whole.score).sum()


def test_turns_end_even_when_the_gap_asked_for_is_not_reached(monkeypatch):
    monkeypatch.setattr("matcher.engine.ROUNDS", 1)
    result = pair(crowd(60), POLICY, effort=replace(Effort(), wide=1, gap=-1.0))
    assert 0 < result.placed <= result.most_placed
    assert result.value <= result.most_value + 1e-9


@pytest.mark.parametrize("people", [500, 12_000])
def test_a_round_stays_within_the_memory_it_said(people):
    ran = subprocess.run(
        [sys.executable, "-c", RUN, str(people)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    peak = float(ran.stdout) / 1024
    assert peak <= memory_needed(people, Effort()) <= 4 * peak
