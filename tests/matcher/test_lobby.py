"""People who arrive one at a time, pairs made by hand, and whom to invite next."""

import distributed
import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sklearn.utils.estimator_checks import check_estimator

from matcher import Policy, encode, pair, transformers
from matcher.cluster import search_on
from matcher.effort import Effort
from matcher.forecast import forecast
from matcher.lobby import Lobby, Patience
from matcher.swap import preview
from tests.matcher.pools import acceptable, crowd, mixed

POLICY = Policy(min_differences=2, best_differences=3)
rows = st.integers(0, 19)


class Arrivals(RuleBasedStateMachine):
    """Whatever the order of arrivals, leaving and ticks, nobody is in two pairs."""

    def __init__(self):
        super().__init__()
        self.cohort = crowd(20)
        self.lobby = Lobby(self.cohort, POLICY, Patience(1.0, 10.0))
        self.now, self.met, self.here = 0.0, [], set()

    def take(self, a, b):
        assert acceptable(self.cohort, POLICY, a, b)
        self.met += [a, b]

    @rule(row=rows, wait=st.floats(0, 5))
    def arrive(self, row, wait):
        self.now += wait
        if row in self.met:
            return
        partner = self.lobby.arrive(row, self.now)
        if partner is None:
            self.here.add(row)
        else:
            self.here.discard(partner)
            self.take(row, partner)

    @rule(row=rows)
    def leave(self, row):
        self.lobby.leave(row)
        self.here.discard(row)

    @rule()
    def tick(self):
        for a, b in self.lobby.tick():
            self.take(a, b)
            self.here -= {a, b}

    @invariant()
    def nobody_is_twice_in_a_pair_and_who_waits_is_known(self):
        assert len(set(self.met)) == len(self.met)
        assert set(self.lobby.waiting.tolist()) == self.here


TestArrivals = Arrivals.TestCase
TestArrivals.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)


def test_thresholds_fall_with_the_time_the_other_has_waited():
    cohort = crowd(2)
    cohort.views[:], cohort.importance[:], cohort.values[:] = [[1] * 6, [5] * 6], 1, 3
    cohort.views[:, 2:] = 3
    wants = Patience(start=5.0, seconds=100)
    lobby = Lobby(cohort, Policy(min_differences=2), wants)
    assert lobby.arrive(0, 0.0) is None
    assert lobby.arrive(1, 1.0) is None
    lobby.leave(1)
    assert lobby.arrive(1, 99.0) == 0
    assert lobby.tick() == []


def test_who_may_never_meet_does_not_meet_in_the_lobby():
    cohort = crowd(2)
    cohort.views[:], cohort.importance[:], cohort.values[:] = [[1] * 6, [5] * 6], 1, 3
    lobby = Lobby(cohort, POLICY, Patience(0, 1), exclude=np.array([[1, 0]]))
    assert (lobby.arrive(0, 0.0), lobby.arrive(1, 50.0)) == (None, None)
    assert lobby.tick() == []


def test_a_swap_tells_its_cost_and_who_would_be_left():
    result = pair(mixed(60, 3, capacity=True), POLICY)
    view = preview(result, 0)
    programme = np.flatnonzero(result.cohort.programme == result.cohort.programme[0]).tolist()
    seen = set()
    for one in programme[:8]:
        for two in programme:
            if one == two:
                continue
            swap = view.swap(one, two)
            assert swap.acceptable == (acceptable(result.cohort, POLICY, one, two))
            if swap.feasible:
                pairs = {frozenset(each) for each in swap.pairs}
                assert swap.left == () or not set(swap.left) & {one, two}
                seen.add((bool(pairs), bool(swap.left)))
    assert (True, True) in seen


def test_swapping_a_pair_with_itself_changes_nothing():
    result = pair(crowd(30), POLICY)
    kept = result.pair(0)
    swap = preview(result).swap(kept.a, kept.b)
    assert (swap.acceptable, swap.change, swap.left, swap.pairs) == (True, 0.0, (), ())


def test_the_forecast_names_whom_a_lopsided_pool_waits_for_and_holds_when_checked():
    cohort = crowd(40)
    cohort.views[:8], cohort.views[8:], cohort.importance[:], cohort.values[:] = 1, 5, 1, 3
    result = pair(cohort, POLICY)
    kinds = forecast(result, check=3)
    assert (kinds[0].which, kinds[0].people, kinds[0].pairs) == ("low", 8, 1.0)
    assert all(kind.pairs == 0 for kind in kinds if kind.which == "high")
    assert all(kind.checked == pytest.approx(kind.pairs) for kind in kinds)
    assert forecast(result)[0].checked is None


def test_nobody_brings_an_empty_forecast_and_languages_are_kinds():
    assert forecast(pair(crowd(0), POLICY)) == []
    kinds = forecast(pair(mixed(30), POLICY))
    assert {kind.which for kind in kinds if kind.what == "language"} == {"en", "es", "fr"}


def test_two_workers_make_the_same_pairs():
    cohort = mixed(240)  # more than one block of each programme
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None
        ) as at,
        distributed.Client(at) as client,
    ):
        spread = pair(cohort, POLICY, effort=Effort(search=search_on(client, blocks=1)))
    alone = pair(cohort, POLICY)
    assert spread.pairs.a.tolist() == alone.pairs.a.tolist()
    assert spread.pairs.b.tolist() == alone.pairs.b.tolist()


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
@pytest.mark.parametrize("estimator", [transformers.HigherValues(), transformers.Stances()])
def test_transformers_keep_the_rules_of_scikit_learn(estimator):
    check_estimator(estimator)


def test_groups_must_fit_the_columns():
    with pytest.raises(ValueError, match="2 groups for 3 columns"):
        transformers.HigherValues(["a", "b"]).fit(np.zeros((4, 3)))


def test_without_values_or_views_nothing_is_claimed():
    none = np.empty((3, 0))
    assert encode.directions(none).tolist() == [[0.0]] * 3
    assert encode.first(np.array([[0.5], [np.nan]])).tolist() == [[True], [False]]


def test_a_tick_pairs_those_for_whom_no_pair_was_good_enough_yet():
    cohort = crowd(3)
    cohort.views[:], cohort.importance[:], cohort.values[:] = [[1] * 6, [5] * 6, [5] * 6], 1, 3
    lobby = Lobby(cohort, POLICY, Patience(start=50.0, seconds=100))
    assert [lobby.arrive(row, 0.0) for row in (0, 1, 1)] == [None, None, None]
    assert [sorted(each) for each in lobby.tick()] == [[0, 1]]
    assert lobby.waiting.tolist() == []


def test_a_kind_that_is_not_there_is_not_forecast():
    cohort = crowd(4)
    cohort.views[:], cohort.importance[:] = 5, 1
    assert {kind.which for kind in forecast(pair(cohort, POLICY))} == {"high"}
