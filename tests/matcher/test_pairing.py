"""Properties of a round, whatever the pool."""

from dataclasses import fields, replace

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from matcher import BadInput, Policy, pair
from matcher.cohort import Cohort
from matcher.pool import costs
from tests.matcher.pools import acceptable, crowd, mixed

POLICY = Policy(min_differences=2, best_differences=3)
pools = st.builds(mixed, st.integers(0, 24), st.integers(0, 10_000))
quick = settings(deadline=None, max_examples=40)


def shuffled(cohort: Cohort, order: np.ndarray, ids: np.ndarray) -> Cohort:
    columns = {each.name: getattr(cohort, each.name) for each in fields(Cohort)}
    whole = {"questionnaire", "language_tags", "topic_tags", "hours"}
    moved = {name: column[order] for name, column in columns.items() if name not in whole}
    return replace(cohort, **moved | {"ids": ids})


def named(cohort, result):
    return {frozenset((cohort.ids[p.a], cohort.ids[p.b])) for p in result.described()}


def graph_of(cohort, policy=POLICY, barred=()):
    graph = nx.Graph()
    graph.add_nodes_from(range(len(cohort)))
    for a in range(len(cohort)):
        for b in range(a):
            if (b, a) not in barred and acceptable(cohort, policy, a, b):
                graph.add_edge(a, b)
    return graph


@quick
@given(pools)
def test_nobody_is_in_two_pairs_and_every_pair_is_acceptable(cohort):
    result = pair(cohort, POLICY)

    placed = [*result.pairs.a.tolist(), *result.pairs.b.tolist()]
    assert len(set(placed)) == len(placed) == result.placed
    assert sorted([*placed, *result.unmatched.row.tolist()]) == list(range(len(cohort)))
    assert all(acceptable(cohort, POLICY, p.a, p.b) for p in result.described())


@quick
@given(pools)
def test_as_many_people_as_possible_are_paired(cohort):
    result = pair(cohort, POLICY)

    most = nx.max_weight_matching(graph_of(cohort), maxcardinality=True)
    assert result.placed == 2 * len(most) <= result.most_placed
    assert result.acceptable.pairs == graph_of(cohort).number_of_edges()


@quick
@given(st.builds(mixed, st.integers(2, 12), st.integers(0, 10_000)))
def test_the_value_is_the_best_among_the_largest_pairings(cohort):
    """Waiting alike, so value alone decides; scores are asked of the matcher pair by pair."""
    cohort = replace(cohort, waiting=np.zeros(len(cohort)))
    graph = graph_of(cohort)
    for a, b in graph.edges:
        two = shuffled(cohort, np.array([a, b]), cohort.ids[[a, b]])
        graph.edges[a, b]["weight"] = pair(two, POLICY).value
    best = nx.max_weight_matching(graph, maxcardinality=True)

    result = pair(cohort, POLICY)

    value = sum(graph.edges[edge]["weight"] for edge in best)
    assert result.value == pytest.approx(value, abs=1e-6)
    assert result.value <= result.most_value + 1e-9
    assert result.exact


@quick
@given(pools, st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_names_nor_threads_change_who_meets(cohort, random):
    order = list(range(len(cohort)))
    random.shuffle(order)
    names = [f"renamed{place}" for place in order]
    random.shuffle(names)
    moved = shuffled(cohort, np.array(order, int), np.array(names, str))

    usual = {frozenset((p.a, p.b)) for p in pair(cohort, POLICY, threads=1).described()}
    result = pair(moved, POLICY, threads=2)

    assert {frozenset((order[p.a], order[p.b])) for p in result.described()} == usual


@quick
@given(pools)
def test_relaxing_the_floor_never_pairs_fewer(cohort):
    strict = pair(cohort, Policy(min_differences=3, min_shared_values=1))
    loose = pair(cohort, Policy(min_differences=2, min_shared_values=0))
    assert loose.placed >= strict.placed


@quick
@given(pools)
def test_who_met_before_does_not_meet_again(cohort):
    first = pair(cohort, POLICY)
    met = np.column_stack([first.pairs.b, first.pairs.a])

    second = pair(cohort, POLICY, exclude=met)

    assert not named(cohort, first) & named(cohort, second)
    barred = {(min(a, b), max(a, b)) for a, b in met.tolist()}
    most = nx.max_weight_matching(graph_of(cohort, barred=barred), maxcardinality=True)
    assert second.placed == 2 * len(most)


@quick
@given(st.builds(mixed, st.integers(0, 24), st.integers(0, 10_000), st.just(True)))
def test_nobody_holds_more_conversations_than_they_offered_nor_two_with_the_same(cohort):
    result = pair(cohort, POLICY)

    both = np.concatenate([result.pairs.a, result.pairs.b])
    assert (np.bincount(both, minlength=len(cohort)) <= cohort.capacity).all()
    assert len(named(cohort, result)) == len(result.pairs)
    assert result.placed == len(set(both.tolist())) <= result.most_placed
    assert result.value <= result.most_value + 1e-6


def best_of_all(cohort, cost):
    """Return the most that score less cost of who is left out can be, by integer programming."""
    edges = list(graph_of(cohort).edges)
    count, people = len(edges), len(cohort)
    worth = np.zeros(count + people)
    worth[count:] = -cost
    meets = np.zeros((people, count + people))
    for place, ends in enumerate(edges):
        two = shuffled(cohort, np.array(ends), cohort.ids[list(ends)])
        worth[place] = pair(replace(two, capacity=np.ones(2, int)), POLICY).value
        meets[list(ends), place] = 1
    alone = meets.copy()
    alone[:, count:] = np.eye(people)
    rules = [LinearConstraint(meets, ub=cohort.capacity), LinearConstraint(alone, lb=1)]
    best = milp(-worth, integrality=np.ones(count + people), bounds=Bounds(0, 1), constraints=rules)
    return -best.fun


@settings(deadline=None, max_examples=25)
@given(st.integers(2, 9), st.integers(0, 10_000))
def test_volunteers_for_up_to_four_conversations_miss_none_they_could_have(count, seed):
    capacity = np.random.default_rng(seed).integers(1, 5, count)
    cohort = replace(mixed(count, seed), capacity=capacity, programme=np.zeros(count, int))
    cost = costs(cohort.waiting, POLICY.weights.total)

    result = pair(cohort, POLICY)

    reached = result.value - cost[result.unmatched.row].sum()
    assert reached == pytest.approx(best_of_all(cohort, cost), abs=1e-5)
    assert len(named(cohort, result)) == len(result.pairs)
    assert result.exact


def test_in_a_larger_pool_volunteers_meet_nobody_twice_and_miss_next_to_nothing():
    capacity = np.where(np.arange(3000) % 10 == 0, 4, 1)
    cohort = replace(mixed(3000, 3), capacity=capacity, programme=np.zeros(3000, int))

    result = pair(cohort, POLICY, threads=2)

    assert len(named(cohort, result)) == len(result.pairs)
    assert result.value <= result.most_value
    assert result.gap < 0.005


def test_a_volunteer_for_three_conversations_serves_three_who_would_be_left():
    cohort = crowd(4)
    cohort.views[:] = [[1] * 6, [5] * 6, [5] * 6, [5] * 6]
    cohort.importance[:] = 1
    cohort.values[:] = 3
    alone = pair(cohort, POLICY)
    assert (alone.placed, alone.most_placed) == (2, 2)

    helped = pair(replace(cohort, capacity=np.array([3, 1, 1, 1])), POLICY)
    assert (helped.placed, len(helped.pairs)) == (4, 3)


def test_of_many_for_one_place_the_longest_waiting_gets_it():
    cohort = crowd(5)
    cohort.views[:] = [[1] * 6] + [[5] * 6] * 4
    cohort.importance[:] = 1
    cohort.waiting[:] = [0, 3, 21, 7, 0]
    result = pair(cohort, Policy(min_shared_values=0))
    assert (result.pairs.a.tolist(), result.pairs.b.tolist()) == ([0], [2])


@pytest.mark.parametrize("count", [0, 1])
def test_nobody_to_meet_is_an_honest_empty_result(count):
    result = pair(crowd(count))
    assert (len(result.pairs), result.placed, result.most_placed, result.gap) == (0, 0, 0, 0.0)
    assert result.unmatched.reason.tolist() == ["alone"] * count


def test_everyone_alike_leaves_everyone_waiting_for_difference():
    cohort = crowd(20)
    cohort.views[:], cohort.values[:], cohort.importance[:] = 5, 4, 1
    result = pair(cohort)
    assert set(result.unmatched.reason.tolist()) == {"differences"}
    assert result.most_placed == 0


def test_a_policy_the_questionnaire_cannot_meet_is_refused_with_every_reason():
    with pytest.raises(BadInput) as refused:
        pair(crowd(3), Policy(min_differences=7, min_shared_values=5, min_shared_topics=1))
    assert len(refused.value.problems) == 3


def test_excluding_a_row_that_is_not_there_is_refused():
    with pytest.raises(BadInput, match="row 1"):
        pair(crowd(3), exclude=np.array([[0, 1], [1, 3]]))


def test_progress_is_told_phase_by_phase():
    told = []
    pair(mixed(20), POLICY, progress=lambda phase, seconds: told.append(phase))
    assert told[0] == "encode"
    assert told[-1] == "all"
