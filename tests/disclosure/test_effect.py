"""The interval of the difference between two halves holds the truth as often as it says."""

import numpy as np
import pytest
from scipy.stats import binom

from disclosure import effect

TRIALS = 600
TRUTH = 8.0  # what a conversation does to who talks, in degrees
PEOPLE = 120


def town(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Return people drawn into halves; the warmer somebody is, the likelier they talk."""
    warm = rng.normal(45, 18, PEOPLE)
    first = rng.random(PEOPLE) < 0.5
    talks = first & (rng.random(PEOPLE) < 1 / (1 + np.exp(-(warm - 40) / 8)))
    after = warm + TRUTH * talks + rng.normal(0, 6 + 6 * first, PEOPLE)
    known = rng.random(PEOPLE) < 0.9
    return {"warm": warm, "first": first, "talks": talks, "after": after, "known": known}


def by_lot(of: dict[str, np.ndarray]) -> effect.Difference:
    before = [one if known else None for one, known in zip(of["warm"], of["known"], strict=True)]
    return effect.difference(list(of["after"]), list(of["first"]), before)


def by_who_talked(of: dict[str, np.ndarray]) -> effect.Difference:
    """The planted mistake: who talked against who did not, whatever the lot said."""
    return effect.difference(list(of["after"]), list(of["talks"]), [None] * PEOPLE)


def covered(estimator) -> int:
    """Return how many of `TRIALS` intervals hold what being drawn into the first half does."""
    rng = np.random.default_rng(20261125)
    crowd = [town(rng) for _ in range(40)]
    effect_of_lot = TRUTH * np.mean([one["talks"].sum() / one["first"].sum() for one in crowd])
    found = (estimator(town(rng)) for _ in range(TRIALS))
    return sum(one.low <= effect_of_lot <= one.high for one in found)


def bounds() -> tuple[int, int]:
    """Return between which counts 999 of 1,000 honest intervals of 95 % stay."""
    return int(binom.ppf(0.0005, TRIALS, 0.95)), int(binom.ppf(0.9995, TRIALS, 0.95))


def test_the_interval_holds_the_effect_of_the_lot_95_times_of_100():
    low, high = bounds()

    assert low <= covered(by_lot) <= high


def test_comparing_who_talked_is_found_out():
    low, _ = bounds()

    assert covered(by_who_talked) < low


def test_what_was_said_before_narrows_the_interval():
    of = town(np.random.default_rng(1))
    wide = effect.difference(list(of["after"]), list(of["first"]), [None] * PEOPLE)
    narrow = by_lot(of)

    assert narrow.high - narrow.low < wide.high - wide.low
    assert (narrow.first, narrow.first + narrow.waiting) == (of["first"].sum(), PEOPLE)


def test_an_earlier_answer_that_tells_nobody_apart_is_left_out():
    given, first = [1.0, 2.0, 3.0, 5.0, 6.0, 7.0], [False] * 3 + [True] * 3

    found = effect.difference(given, first, [50.0] * 6)

    assert found.points == pytest.approx(4)
    assert found.low < 4 < found.high


def test_the_chance_to_see_an_effect_grows_to_certainty_and_is_always_a_number():
    effects = (0.2, 0.35, 0.5)
    chances = np.array([effect.power(n, effects).chances for n in (40, 400, 1600, 6400, 25_600)])
    assert (np.diff(chances, axis=0) >= -1e-9).all()
    assert (np.diff(chances, axis=1) >= -1e-9).all()
    assert chances[-1] == pytest.approx(1)
