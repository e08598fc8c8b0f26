"""The mechanism's tables agree, are whole and not negative, and hold the truth in their ranges."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosure import consistency, laplace, means, noise
from disclosure.budget import MONTH_LIMIT, Loss, fits, more, year
from disclosure.laplace import Laplace
from disclosure.means import Scale, add
from disclosure.period import Month
from tests.disclosure.crowd import design, dimension, grid, line

AGES, STEPS = line(38, 112, 164, 30), grid([60, 90, 40], [50, 44, 60], names=("place", "step"))
SHARES = {"age": 0.3, "place-by-step": 0.2}
SCALE = Scale("heard", "Feeling heard", "age", "age3", 1, 7)
MONTH = Month(2026, 9)


def test_tables_of_one_population_agree_add_up_and_are_whole() -> None:
    for _ in range(20):
        ages, steps = Laplace(SHARES).draw([AGES, STEPS], []).tables
        told = {f.figure: f.people for t in (ages, steps) for f in t.figures}
        assert ages.figures[-1].people == steps.figures[-1].people
        for one in (ages, steps):
            for total, *parts in one.design.sums():
                shown = [told[part] for part in parts]
                assert told[total] is None or None in shown or told[total] == sum(shown)
        assert all(people is None or people >= 10 for people in told.values())


def test_ranges_hold_the_truth_as_often_as_they_say() -> None:
    truth = {cell.figure: cell.count for t in (AGES, STEPS) for cell in t.cells}
    held = [
        told.low <= truth[told.figure] <= told.high
        for _ in range(150)
        for table in Laplace(SHARES).draw([AGES, STEPS], []).tables
        for told in table.figures
        if not told.hidden
    ]
    assert 0.93 < np.mean(held) < 0.995


def test_costs_are_vouched_for_table_by_table() -> None:
    drawn = Laplace(SHARES | {"heard": 0.1}).draw([AGES, STEPS], [add(SCALE, [])])
    assert drawn.costs == pytest.approx(SHARES | {"heard": 0.1}, rel=1e-6)


def test_how_far_noise_reaches_is_known_before_and_is_that_of_opendp() -> None:
    reach = laplace.reaches([AGES.design], {"age": 0.3})
    cell = AGES.design.innermost[0]
    drawn = np.abs(noise.laplace([0] * 20_000, 1, 0.3).values)
    assert abs(np.quantile(drawn, 0.95) - reach[cell]) <= 1
    assert reach[AGES.design.figures[-1]] > reach[cell]


def test_tables_that_share_more_than_their_total_are_refused() -> None:
    both = [AGES.design, design(dimension("age", 4), dimension("step", 3))]
    with pytest.raises(ValueError, match="share more than their total"):
        laplace.reaches(both, {"age": 0.3, "age-by-step": 0.3})


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-50, 200), min_size=1, max_size=8), st.integers(0, 500))
def test_whole_numbers_are_not_negative_add_up_and_stay_near(cells, total) -> None:
    found = consistency.whole(np.array(cells), total)
    assert found.sum() == total
    assert (found >= 0).all()
    order = np.argsort(cells, kind="stable")
    assert (np.diff(found[order]) >= -1).all()


def test_the_shared_total_leans_to_the_surer_table() -> None:
    agreed = consistency.agree(np.array([10.0, 10.0, 40.0, 0.0]), [2, 2], [1.0, 3.0])
    assert agreed[:2].sum() == pytest.approx(agreed[2:].sum()) == pytest.approx(22.0)


def test_a_mean_counts_a_person_once_and_at_the_bound() -> None:
    summed = add(SCALE, [("ann", 9.0), ("ann", 1.0), ("bo", 4.5)])
    assert summed.tenths == 30 + 5


def test_a_mean_is_near_its_truth_and_in_its_range() -> None:
    exact = add(SCALE, [(number, 6.0) for number in range(314)])  # all who named one of 3 ages
    told = [Laplace(SHARES | {"heard": 0.5}).draw([AGES], [exact]).means[0] for _ in range(60)]
    held = [one.low <= 6.0 <= one.high for one in told]
    assert np.mean(held) > 0.85
    assert np.median([abs(one.mean - 6.0) for one in told]) < 0.3
    assert all(1 <= one.low <= one.mean <= one.high <= 7 for one in told)


def test_a_mean_of_few_people_is_hidden() -> None:
    told = means.tell(SCALE, (100.0, 20.0), (30.0, 11.0))
    assert (told.mean, told.low, told.high) == (None, None, None)


def test_twelve_months_cost_the_largest_once_and_all_agains() -> None:
    losses, month = {}, MONTH
    for number in range(12):
        losses[month] = Loss(0.5 if number == 3 else 0.1, 0.25)
        month = month.next()
    assert year(losses, MONTH) == pytest.approx(0.5 + 12 * 0.25)
    assert year(losses, month) == pytest.approx(0.5 + 11 * 0.25)


def test_no_month_and_no_year_may_cost_more_than_the_limits() -> None:
    assert not fits({}, MONTH, Loss(0.6, MONTH_LIMIT - 0.5))
    assert fits({}, MONTH, Loss(0.55, 0.45))
    assert more({}, MONTH, Loss(0.55, 0.45)) == 7
    assert more({}, MONTH, Loss(0.55, 0.2875)) == 12
    assert more({MONTH: Loss(0.55, 0.45)}, MONTH, Loss(0.55, 0.45)) == 6


def test_a_month_between_two_others_is_held_against_every_year_it_lies_in() -> None:
    losses = {Month(2026, m): Loss(0.5, 0.5) for m in (1, 2, 3, 10, 11, 12)}
    assert year(losses, Month(2026, 6)) == pytest.approx(3.5)
    assert not fits(losses, Month(2026, 6), Loss(0.5, 0.51))
    assert fits(losses, Month(2026, 6), Loss(0.5, 0.5))
