"""Other ways to pair the same people: same acceptable pairs, same weights, same judge.

A weight is score plus both costs of being left out, so that all of them put people before quality.
"""

import networkx as nx
import numpy as np
import rustworkx as rx
from scipy.optimize import linear_sum_assignment

from matcher import Policy
from matcher.kernel import kernel
from matcher.pool import costs, open_pool, profile, rules
from matcher.seats import pairs_of
from matcher.solution import scores
from matcher.terms import above_floor, feasible, score

POLICY = Policy()
UNITS = 1e6  # exact solvers count in whole numbers


def dense(cohort):
    """Return the pool and its weights, 0 where a pair is not acceptable."""
    cost = costs(cohort.waiting, POLICY.weights.total)
    pool = open_pool(
        cohort, profile(cohort, POLICY), rules(cohort, POLICY), np.arange(len(cohort)),
        cost=cost, barred=np.empty((0, 2), np.int64), seed=0,
    )  # fmt: skip
    n = len(pool)
    weights = np.zeros((n, n), np.float32 if n > 3000 else np.float64)
    weigh(pool.seats, pool.rules, pool.cost, weights)
    return pool, weights


@kernel
def weigh(seats, rules, cost, weights):
    """Set the weights of all acceptable pairs, from both ends."""
    for a in range(len(weights)):
        for b in range(a):
            if feasible(seats, a, b) & above_floor(seats, rules, a, b):
                weights[a, b] = weights[b, a] = score(seats, rules, a, b) + cost[a] + cost[b]


def edges(weights):
    a, b = np.nonzero(np.triu(weights))
    whole = np.rint(weights[a, b] * UNITS).astype(np.int64)
    return list(zip(a.tolist(), b.tolist(), whole.tolist(), strict=True))


def networkx(weights):
    graph = nx.Graph()
    graph.add_weighted_edges_from(edges(weights))
    return list(nx.max_weight_matching(graph))


def rustworkx(weights):
    graph = rx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(len(weights)))
    graph.add_edges_from(edges(weights))
    return list(rx.max_weight_matching(graph, weight_fn=int))


def scipy(weights):
    """Half of the double cover's assignment: a bound, and no pairs."""
    rows, columns = linear_sum_assignment(weights, maximize=True)
    return float(weights[rows, columns].sum(dtype=np.float64)) / 2


def greedy(weights):
    """Take the heaviest edge whose ends are both free, again and again."""
    a, b = np.nonzero(np.triu(weights))
    order = np.argsort(-weights[a, b], kind="stable")
    return _taken(len(weights), a[order], b[order])


def random(weights):
    """Take acceptable pairs as they come."""
    a, b = np.nonzero(np.triu(weights))
    order = np.random.default_rng(0).permutation(len(a))
    return _taken(len(weights), a[order], b[order])


def _taken(count, a, b):
    free, pairs = np.ones(count, bool), []
    for start in range(0, len(a), 1_000_000):  # whoever is taken is passed over a million at a time
        here = slice(start, start + 1_000_000)
        open_ends = free[a[here]] & free[b[here]]
        for one, two in zip(a[here][open_ends].tolist(), b[here][open_ends].tolist(), strict=True):
            if free[one] and free[two]:
                free[one] = free[two] = False
                pairs.append((one, two))
    return pairs


PEERS = {each.__name__: each for each in (networkx, rustworkx, scipy, greedy, random)}


def told(pool, got, ours):
    """Return what a table says of pairs, or of a bound, beside our bound of the same pool."""
    if isinstance(got, float):  # of value and costs together: take off what we placed
        bound = got - ours["lift"]
        return {"paired": None, "value": None, "upper_bound": bound, "gap": None}
    mate = np.full(len(pool), -1, np.int32)
    for a, b in got:
        mate[a], mate[b] = b, a
    value, bound = float(scores(pool.seats, pool.rules, *pairs_of(mate)).sum()), ours["upper_bound"]
    gap = (bound - value) / bound
    return {"paired": 2 * len(got), "value": value, "upper_bound": bound, "gap": gap}
