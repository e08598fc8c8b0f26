"""What a forecast promises of the next people is what pairing again with them brings."""

import numpy as np
import pytest

from matcher import Policy, engine, pair
from matcher.forecast import forecast
from tests.matcher.pools import crowd

POLICY = Policy(min_differences=2, best_differences=3)
MORE = 3  # people added of each kind
TOWNS = (("en", 20, 12), ("fr", 5, 9))  # language, on the low side of every view, on the high side


def towns():
    tongues, views = [], []
    for tongue, low, high in TOWNS:
        tongues += [tongue] * (low + high)
        views += [1] * low + [5] * high
    cohort = crowd(len(tongues), languages=tongues)
    cohort.views[:] = np.array(views, float)[:, None]
    cohort.values[:], cohort.importance[:] = 3, 1
    return cohort


def rows_of(cohort, kind):
    """Return who is of a kind, without asking the forecast."""
    if kind.what == "language":
        return np.flatnonzero(cohort.languages == 1 << cohort.language_tags.index(kind.which))
    return np.flatnonzero(cohort.views[:, 0] == (1 if kind.which == "low" else 5))


@pytest.mark.parametrize("planted", [False, True], ids=["as it is", "with the duals exchanged"])
def test_a_forecast_is_what_adding_these_people_and_pairing_again_brings(planted, monkeypatch):
    if planted:
        true = engine.count_bound

        def exchanged(*asked):
            most, brings = true(*asked)
            return most, 1 - brings

        monkeypatch.setattr(engine, "count_bound", exchanged)
    cohort = towns()
    result = pair(cohort, POLICY, threads=1)

    kinds = forecast(result, check=MORE)

    wrong = []
    for kind in kinds:
        rows = rows_of(cohort, kind)
        added = rows[np.linspace(0, len(rows) - 1, MORE).round().astype(int)]
        assert kind.people == len(rows)
        assert kind.pairs == pytest.approx(result.brings[rows].mean())
        if abs(result.brings[added].mean() - kind.checked) > 1e-9:
            wrong.append(kind)
    assert len(kinds) == 2 + 2 * 6
    assert bool(wrong) is planted
