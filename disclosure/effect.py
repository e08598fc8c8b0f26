"""What a programme does to people: the difference between two halves, and the power to see it.

Both by statsmodels, which takes seconds to import and so is imported where it is needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.05
WANTED = 0.8


@dataclass(frozen=True, slots=True)
class Power:
    """What *people* answers, half of them from each half, can show.

    `smallest` is the effect in standard deviations that is seen 80 times of 100; `chances` how
    likely each of some effects is seen, at the two-sided level of 5 %.
    """

    people: int
    smallest: float
    chances: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """The mean of the first half less that of the waiting one, in points of the scale.

    The truth lies between `low` and `high` 95 times of 100. `first` and `waiting` count answers.
    """

    first: int
    waiting: int
    points: float
    low: float
    high: float


def power(people: int, effects: tuple[float, ...]) -> Power:
    """Return what *people* (4 at least) answers can show of *effects* in standard deviations.

    Of two halves by a two-sided t-test. Where its noncentral distribution has no number any more,
    because an effect is all but certain to be seen, the normal distribution stands in for it.
    """
    from statsmodels.stats.power import NormalIndPower, TTestIndPower  # noqa: PLC0415

    test, half = TTestIndPower(), people / 2

    def chance(one: float) -> float:
        found = float(test.power(one, nobs1=half, alpha=LEVEL))
        return found if isfinite(found) else float(NormalIndPower().power(one, half, LEVEL))

    return Power(
        people,
        float(test.solve_power(nobs1=half, alpha=LEVEL, power=WANTED)),
        tuple(chance(one) for one in effects),
    )


def difference(
    given: Sequence[float], first: Sequence[bool], before: Sequence[float | None]
) -> Difference:
    """Return what being drawn into the first half changed, by intention to treat.

    *given* are answers, *first* the half the lot gave who answered, *before* their answers of the
    time before the lot, None where there is none. A regression on the half, and on what was said
    before where that differs between people (a missing one counts as the mean: it was said before
    the lot, so this favours no half); intervals by errors that need no equal variances (HC3).
    """
    from statsmodels.regression.linear_model import OLS  # noqa: PLC0415

    half = np.asarray(first, dtype=float)
    columns = [np.ones_like(half), half]
    earlier = _filled(before)
    if earlier is not None:
        columns.append(earlier)
    fitted = OLS(np.asarray(given, dtype=float), np.column_stack(columns)).fit(
        cov_type="HC3", use_t=True
    )
    low, high = fitted.conf_int(LEVEL)[1]
    count = int(half.sum())
    points = float(fitted.params[1])
    return Difference(count, len(half) - count, points, float(low), float(high))


def _filled(before: Sequence[float | None]) -> NDArray[np.float64] | None:
    """Return *before* around its mean, gaps at the mean; None where it tells nobody apart."""
    values = np.array([np.nan if one is None else one for one in before])
    known = values[~np.isnan(values)]
    if len(known) == 0 or np.ptp(known) == 0:
        return None
    return np.where(np.isnan(values), 0.0, values - known.mean())
