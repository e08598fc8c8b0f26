"""Pairs a pool too large to look at every pair: in parts first, then everybody, with held prices.

1. Seats lie in the order of a hash, so every stretch of them is a small pool like the whole. Each
   is paired by itself. That gives everybody a price, and edges on which whoever can is paired.
2. `search` among everybody in the likeliest tiles; the auction on all edges there are.
3. A price that only missing edges would hold falls without end, and then everybody finds that seat
   and nobody else. So for the bound and for the next search prices may fall only a little: leaving
   a seat empty is taken to be worth as much as its former price less so much, in place of the
   partners no edge shows. (Stabilised column generation: du Merle et al. 1999, doi
   10.1016/S0012-365X(98)00213-1.)
4. The bounds are estimated from what a sample of the seats finds among everybody (`drawn`). Back to
   2 with the new prices until the gap is small.
"""

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from matcher.assignment import auction
from matcher.cycles import split
from matcher.drawn import drawn, value_drawn
from matcher.effort import Clock, Effort
from matcher.graph import Edges, edges_of, graph, union
from matcher.kernel import in_threads
from matcher.kinds import even
from matcher.pool import Pool, kinds, part_of
from matcher.repair import repair
from matcher.solution import Floats, Mates, Solution, value, wanting, worth

Small = Callable[[Pool, Effort, Clock], tuple[Solution, Edges]]

PART = 40_000  # seats
ENOUGH = 2e-3  # gap of a part
SLACK = 0.1  # of a part's edges those are kept that miss their prices by less
TRIED, LATER = 64, 128  # tiles a seat looks at closely, and in later turns
ASKED = 10_000  # seats, of whom the bounds are made
BAND = 0.2  # how far below its price such a seat looks
LOOSE = 0.02  # how far below its price everybody looks at first
ABOVE = 1e-6  # how far above, later
FALLS = (0.002, 0.003, 0.005, 0.005)  # how far a price may fall, by turn
NARROW = 0.05  # the first margin of an auction whose prices are far off
STEPS = 200  # seats to look at for each that may find a partner on an alternating path


def converge(pool: Pool, effort: Effort, clock: Clock, small: Small) -> tuple[Solution, Edges]:
    """Return pairs, prices and sampled bounds, and the edges; `small` pairs a part."""
    began = time.perf_counter()
    kind = kinds(pool)
    best, edges = _parted(pool, effort, small)
    best = replace(best, price=even(best.price, kind))
    clock.time("parts", began)
    for turn, fall in enumerate(FALLS):
        began = time.perf_counter()
        edges = union(edges, _looked(pool, best.price, effort, later=turn > 0))
        clock.time("search", began)
        began = time.perf_counter()
        mate, price = _auctioned(pool, edges, best.price, effort, fall)
        reached = worth(pool, mate)
        if reached > best.worth:
            best = replace(best, mate=mate, worth=reached)
        best = replace(best, price=even(price, kind))
        clock.time("assignment", began)
        began = time.perf_counter()
        best = _bounded(pool, best, effort)
        clock.time("certificate", began)
        if best.bound - best.worth <= effort.gap * value(pool, best):
            break
    return best, edges


def _parted(pool: Pool, effort: Effort, small: Small) -> tuple[Solution, Edges]:
    """Pair the pool part by part; return that, and the edges that nearly are worth their prices."""
    count, lead = len(pool), pool.seats.lead
    cuts = lead[np.linspace(0, count - 1, round(count / PART) + 1).astype(np.int64)]
    cuts[-1] = count
    mate, price = np.full(count, -1, np.int32), np.empty(count)
    kept = [Edges(count, np.empty(0, np.int64), np.empty(0))] * (len(cuts) - 1)
    quick = Effort(gap=ENOUGH, threads=1)

    def work(place: int) -> None:
        start, stop = int(cuts[place]), int(cuts[place + 1])
        solved, edges = small(part_of(pool, start, stop), quick, Clock())
        price[start:stop] = solved.price
        mate[start:stop] = np.where(solved.mate >= 0, solved.mate + start, -1)
        low, high = edges.low, edges.high
        near = edges.score - solved.price[low] - solved.price[high] > -SLACK
        near |= solved.mate[low] == high
        key = (low[near] + start) * count + high[near] + start
        kept[place] = Edges(count, key, edges.score[near])

    in_threads(work, range(len(kept)), effort.threads)
    keys, scores = ([getattr(part, name) for part in kept] for name in ("key", "score"))
    edges = Edges(count, np.concatenate(keys), np.concatenate(scores))
    return Solution(mate, price, worth(pool, mate), np.inf), edges


def _looked(pool: Pool, price: Floats, effort: Effort, *, later: bool) -> Edges:
    """Return what everybody finds in the likeliest tiles: later only what is missing."""
    floor, most = (price + ABOVE, LATER) if later else (price - LOOSE, TRIED)
    found = effort.search(
        pool, price, floor, effort.wide, once=later, most=most, threads=effort.threads
    )
    return edges_of(len(pool), found)


def _auctioned(
    pool: Pool, edges: Edges, price: Floats, effort: Effort, fall: float
) -> tuple[Mates, Floats]:
    """Return the best mates on these edges, and prices of which none fell further than `fall`."""
    sparse = graph(edges, pool.cost)
    held = sparse._replace(cost=np.minimum(pool.cost, fall - price))
    solved = [(np.empty(0, np.int32), price)] * 2

    def work(place: int) -> None:
        asked = (sparse, held)[place]
        solved[place] = auction(asked, price, first=NARROW, last=effort.last, near=True)

    in_threads(work, (0, 1), effort.threads)
    (choice, own), (_, result) = solved
    mate = split(sparse, choice)
    repair(sparse, own, mate, wanting(pool, own, mate, effort.last), STEPS)
    return mate, result


def _bounded(pool: Pool, best: Solution, effort: Effort) -> Solution:
    """Return the solution with a bound from seats drawn by chance: they lie in a hash's order."""
    rows = np.arange(0, len(pool), max(len(pool) // ASKED, 1))
    floor = best.price[rows] - BAND
    found = effort.search(pool, best.price, floor, 1, rows=rows, threads=effort.threads)
    seen = drawn(pool, best.price, rows, found, BAND)
    middle, off = value_drawn(best.price, seen)
    return replace(best, bound=middle + off, off=off, seen=seen)
