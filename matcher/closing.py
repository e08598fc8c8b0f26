"""Closes a small pool: which edges can still matter, and the best pairs on them."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matcher import exact
from matcher.bound import left_bound, value_bound
from matcher.effort import Effort
from matcher.graph import Edges, edges_of, graph
from matcher.pool import Pool
from matcher.seats import pairs_of
from matcher.solution import Solution, scores, worth

Floats = NDArray[np.float64]
Mates = NDArray[np.int32]

EXACT = 1e-9  # what a price may lack
FIRST = 0.01  # slack of the edges to begin with where too many can matter
ABOVE = 1.0001  # an edge of just the gap is still looked at


def close(pool: Pool, best: Solution, effort: Effort) -> Solution:
    """Return the best pairs of a pool and that they are proven; or better ones that are not, where
    too many edges can still matter."""
    found = effort.search(pool, best.price, best.price + EXACT, 8, once=True)
    price = best.price + value_bound(best.price, found, EXACT)[1]  # now right for all pairs
    sure = left_bound(pool, price, float(price.sum()), best.placed)
    units = np.count_nonzero(best.mate >= 0) / exact.UNITS
    if sure - best.worth <= units:
        return replace(best, proven=True)
    edges = _below(pool, price, (sure - best.worth) * ABOVE, effort)
    if edges is None and (few := _below(pool, price, FIRST, effort)) is not None:
        best = _improved(pool, few, price, best, FIRST)
        edges = _below(pool, price, (sure - best.worth) * ABOVE, effort)
    if edges is None:
        return best
    best = _improved(pool, edges, price, best, (sure - best.worth) * ABOVE)
    units = np.count_nonzero(best.mate >= 0) / exact.UNITS
    return replace(best, bound=min(best.worth + units, best.bound), proven=True)


def _below(pool: Pool, price: Floats, slack: float, effort: Effort) -> Edges | None:
    """Return all edges of less slack; None where there are too many."""
    wide = min(len(pool), exact.DENSEST * 4)
    found = effort.search(pool, price, price - slack, wide, once=True)
    edges = edges_of(len(pool), found)
    dense = found.full.any() or len(edges) > exact.DENSEST * len(pool)
    return None if dense else edges


def _improved(pool: Pool, edges: Edges, price: Floats, best: Solution, slack: float) -> Solution:
    """Return the solution with the best pairs on these edges, where they are better."""
    mate = _better(pool, edges, price, best.mate, slack)
    reached = worth(pool, mate)
    return replace(best, mate=mate, worth=reached) if reached > best.worth else best


def _better(pool: Pool, edges: Edges, price: Floats, mate: Mates, slack: float) -> Mates:
    """Return the best mates on these edges, which are all those of less slack."""
    lead = pool.seats.lead
    if (lead != np.arange(len(pool))).any():
        return exact.best_matching(edges, pool.cost, lead)
    a, b = pairs_of(mate)
    lost = price + pool.cost
    lost[a] = lost[b] = price[a] + price[b] - scores(pool.seats, pool.rules, a, b)
    there = exact.reached(graph(edges, pool.cost), price, mate, lost, slack)
    return exact.best_near(edges, pool.cost, mate, there)
