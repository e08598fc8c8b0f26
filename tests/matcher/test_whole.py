"""A small pool, all of whose pairs are laid out: the same finds, prices and pairs as any other."""

from dataclasses import replace

import numpy as np
import pytest
import rustworkx as rx
from scipy.optimize import linear_sum_assignment

from matcher import Policy, assignment, exact, inside, pair
from matcher.bound import partners
from matcher.graph import Edges, graph
from matcher.lines import Room, lines, scores_of
from matcher.pool import costs, open_pool, profile, rules
from matcher.search import search
from matcher.solution import scores
from matcher.swap import judged
from matcher.whole import whole
from tests.matcher.pools import mixed

POLICY = Policy(min_differences=2, best_differences=3)


def opened(count, seed=0, policy=POLICY):
    cohort = mixed(count, seed, capacity=True)
    barred = np.random.default_rng(seed).integers(0, count, (count, 2))
    return open_pool(
        cohort, profile(cohort, policy), rules(cohort, policy), np.arange(count),
        cost=costs(cohort.waiting, policy.weights.total), barred=barred, seed=0,
    )  # fmt: skip


@pytest.mark.parametrize("count", [2, 40, 200])
@pytest.mark.parametrize("plainly", [False, True])
def test_the_acceptable_pairs_and_their_scores_are_those_asked_one_by_one(count, plainly, request):
    pool = opened(count, policy=replace(POLICY, min_shared_topics=1))
    a, b = np.triu_indices(len(pool), 1)
    told = [judged(pool.seats, pool.rules, *each) for each in zip(a, b, strict=True)]
    feasible, good = np.array(told, bool).reshape(-1, 2).T
    if plainly and count < 200:
        request.getfixturevalue("plain")

    made = whole(pool, 1 if plainly else 2)  # a thread of its own would warn of overflow

    assert (made.feasible, made.acceptable) == (feasible.sum(), good.sum())
    row = np.repeat(np.arange(len(pool)), np.diff(made.begin))
    later = made.partner > row
    assert row[later].tolist() == a[good].tolist()
    assert made.partner[later].tolist() == b[good].tolist()
    assert (made.score[later] == scores(pool.seats, pool.rules, a[good], b[good])).all()
    assert (made.later == made.begin[:-1] + np.bincount(row[~later], minlength=len(pool))).all()


@pytest.mark.parametrize("plainly", [False, True])
def test_a_line_of_scores_is_the_scores_to_the_last_bit(plainly, request):
    if plainly:
        request.getfixturevalue("plain")
    pool = opened(30)
    size, lined = len(pool), lines(pool.seats)
    for a in range(size - 1):
        room = Room(*np.empty((2, size - a - 1)), np.empty(size - a - 1, np.int64))
        scores_of(pool.seats, pool.rules, lined, a, room)
        b = np.arange(a + 1, size)
        assert (room.score == scores(pool.seats, pool.rules, np.full(len(b), a), b)).all()


@pytest.mark.parametrize("once", [False, True])
def test_a_search_inside_finds_what_the_search_of_tiles_finds(once):
    pool = opened(300)
    price = np.random.default_rng(2).normal(0.4, 0.3, len(pool))
    made = whole(pool, 1)

    room = len(pool) if once else 8
    tiled = search(pool, price, price + 0.1, room)
    found = inside.search(made, pool, price, price + 0.1, room, once=once)

    if once:
        both = [{frozenset(e) for e in pairs_in(each)} for each in (found, tiled)]
        assert both[0] == both[1]
    else:
        assert (found.partner == tiled.partner).all()
        assert (found.score == tiled.score).all()
    rows = np.arange(0, len(pool), 9)
    assert (inside.partners(made, rows) == partners(pool, rows, 1)).all()


def test_whom_seats_could_meet_is_the_same_in_plain_python(request):
    pool, rows = opened(40), np.array([0, 5, 20])
    compiled = partners(pool, rows, 1)
    request.getfixturevalue("plain")
    assert (partners(pool, rows, 1) == compiled).all()
    assert compiled.any()


@pytest.mark.parametrize(("most", "there"), [(0.2, 5), (0.06, 3), (0.01, 1)])
@pytest.mark.parametrize("plainly", [False, True])
def test_what_may_change_is_reached_by_the_least_slack(plainly, most, there, request):
    """0 is empty; 1 = 2 and 3 = 4 are pairs. From 0 to 1 is dear, to 3 and from 4 to 1 cheap."""
    if plainly:
        request.getfixturevalue("plain")
    key, score = np.array([1, 3, 7, 9, 19]), -np.array([0.19, 0.05, 0, 0.05, 0])
    sparse = graph(Edges(5, key, score), np.zeros(5))
    mate, lost = np.array([-1, 2, 1, 4, 3], np.int32), np.array([0.3, 0, 0, 0, 0])
    assert exact.reached(sparse, np.zeros(5), mate, lost, most).sum() == there


def pairs_in(found):
    assert not found.full.any()
    rows, places = np.nonzero(found.partner >= 0)
    return zip(rows.tolist(), found.partner[rows, places].tolist(), strict=True)


@pytest.mark.parametrize("near", [False, True])
@pytest.mark.parametrize("plainly", [False, True])
def test_an_auction_that_is_ended_exactly_finds_the_best_of_the_double_cover(
    plainly, near, request
):
    if plainly:
        request.getfixturevalue("plain")
    rng, count = np.random.default_rng(6), 50
    a, b = np.triu_indices(count, 1)
    kept = rng.random(len(a)) < 0.2
    edges = Edges(count, (a * count + b)[kept], rng.random(kept.sum()))
    sparse = graph(edges, np.full(count, 0.6))
    table = np.full((count, count), -9.0)
    table[edges.low, edges.high] = table[edges.high, edges.low] = edges.score
    np.fill_diagonal(table, -1.2)

    choice, price = assignment.auction(
        sparse, np.zeros(count), first=0.5, last=0.1, near=near, exactly=True
    )

    best = table[linear_sum_assignment(table, maximize=True)].sum()
    assert sorted(choice.tolist()) == list(range(count))
    assert table[np.arange(count), choice].sum() == pytest.approx(best, abs=1e-9)
    assert 2 * price.sum() == pytest.approx(best, abs=1e-9)
    assert (price[edges.low] + price[edges.high] >= edges.score - 1e-9).all()


@pytest.mark.parametrize("seed", range(6))
def test_the_pairs_of_some_hundreds_are_the_best_there_are(seed):
    cohort = replace(mixed(300, seed), programme=np.zeros(300, int))
    cost = costs(cohort.waiting, POLICY.weights.total)
    pool = open_pool(
        cohort, profile(cohort, POLICY), rules(cohort, POLICY), np.arange(300),
        cost=cost, barred=np.empty((0, 2), np.int64), seed=0,
    )  # fmt: skip
    made, network = whole(pool, 1), rx.PyGraph(multigraph=False)
    network.add_nodes_from(range(300))
    low = np.repeat(np.arange(300), np.diff(made.begin))
    weight = np.rint((made.score + pool.cost[low] + pool.cost[made.partner]) * 1e8).astype(int)
    ends = (low.tolist(), made.partner.tolist(), weight.tolist())
    network.add_edges_from(list(zip(*ends, strict=True)))
    best = rx.max_weight_matching(network, weight_fn=int)

    result = pair(cohort, POLICY)

    reached = sum(network.get_edge_data(*ends) for ends in best) / 1e8 - cost.sum()
    assert result.exact
    assert result.value - cost[result.unmatched.row].sum() == pytest.approx(reached, abs=1e-5)
    assert result.gap < 1e-6
