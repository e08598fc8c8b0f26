"""Pairs one pool: search, assignment, cycles, repair, exact finish, and the certificate.

The order of work, each step in the module of its name:

1. `search` proposes edges: each seat's best acceptable partners by score minus price;
2. `assignment` solves the relaxation on them by auction and gives new prices;
3. `cycles` and `repair` turn it into pairs;
4. `search` again, with the new prices as floor: finding nothing proves the prices over all pairs,
   finding something gives the bound and the edges that were missing. Back to 2 until the gap is
   small;
5. `exact` closes small pools.

`large` is for pools too large for that.
"""

import time
from dataclasses import replace
from functools import partial

import numpy as np

from matcher import inside, large
from matcher.assignment import auction
from matcher.bound import count_bound, hungry, left_bound, partners, value_bound
from matcher.closing import EXACT, close
from matcher.cycles import split
from matcher.drawn import count_drawn
from matcher.effort import Clock, Effort
from matcher.graph import Edges, edges_of, graph, union
from matcher.kinds import even
from matcher.pool import Pool, kinds, part_of
from matcher.repair import repair
from matcher.search import Found, search
from matcher.seats import settle
from matcher.solution import Floats, Solution, value, wanting, worth
from matcher.tiles import tiles
from matcher.whole import Whole, whole

EXACT_TO = 3000  # seats
TOLERANCE = 1e-6  # what a price may lack before a missing edge is looked at
ROUNDS = 8
GOES = 4  # of repair
SAMPLE = 6000  # seats: larger pools begin with the prices of half as many
LADDER = (
    150_000  # seats: larger ones with the prices of an eighth of them, which begin in the same way
)
STEP = 8
LARGEST = 40_000  # seats of a sample
NOTHING = 1e-7  # headroom
NARROW = 0.05  # the first margin of an auction that begins with the prices of a sample
EARLY, COARSE = 2, 0.01  # first turns of a small pool, and their last epsilon
WIDE = 0.25  # how far below its opening price a seat of a small pool looks
BAND = 0.2  # how far below its opening price a seat looks


def solve(pool: Pool, effort: Effort, clock: Clock) -> Solution:
    """Pair the pool."""
    began = time.perf_counter()
    effort, everything = _small(pool, effort)
    clock.time("all pairs", began)
    if effort.sampled and len(pool) > LADDER:
        relaxed, edges = large.converge(pool, effort, clock, _converge)
    else:
        relaxed, edges = _converge(pool, effort, clock, everything)
    began = time.perf_counter()
    mate = settle(pool, edges, relaxed.price, relaxed.mate)
    relaxed = replace(relaxed, mate=mate, worth=worth(pool, mate))
    clock.time("repair", began)
    began = time.perf_counter()
    counted = _counted(pool, relaxed, effort, everything)
    clock.time("count bound", began)
    if len(pool) > EXACT_TO:
        return counted
    began = time.perf_counter()
    closed = close(pool, counted, effort)
    clock.time("exact", began)
    return closed


def _counted(pool: Pool, best: Solution, effort: Effort, everything: Whole | None) -> Solution:
    """Return the solution with the bound of the count, and a bound of value that knows it."""
    if best.seen:
        most, off, brings = count_drawn(pool, best.price, best.seen)
        return replace(best, placed=most, placed_off=off, brings=brings)
    beside_of = partial(partners, pool, threads=effort.threads)
    if everything:
        beside_of = partial(inside.partners, everything)
        best = replace(best, pairs=(everything.feasible, everything.acceptable))
    alone = hungry(pool, best.mate, beside_of)
    most, brings = count_bound(pool, alone, beside_of)
    bound = min(best.bound, left_bound(pool, best.price, best.own, most))
    return replace(best, bound=bound, placed=most, brings=brings)


def _small(pool: Pool, effort: Effort) -> tuple[Effort, Whole | None]:
    """Lay out all pairs of a small pool, for every search to come, and try until nothing is
    missing."""
    if len(pool) > EXACT_TO:
        return effort, None
    effort = replace(effort, exactly=True)
    if effort.search is not search:
        return effort, None
    made = whole(pool, effort.threads)
    return replace(effort, search=partial(inside.search, made)), made


def _converge(
    pool: Pool, effort: Effort, clock: Clock, everything: Whole | None = None
) -> tuple[Solution, Edges]:
    """Take turns between searching and solving until the gap is small; return the edges, too."""
    began = time.perf_counter()
    price, below = _opening(pool, effort), BAND if len(pool) > SAMPLE else np.inf
    if everything:
        price, below = inside.opening(everything, pool.cost), WIDE
    clock.time("sample", began)
    began = time.perf_counter()
    floor = price - below
    found = effort.search(pool, price, floor, effort.wide, threads=effort.threads)
    edges = edges_of(len(pool), found)
    clock.time("search", began)
    best = Solution(np.full(len(pool), -1, np.int32), price, -np.inf, np.inf)
    for turn in range(ROUNDS + 2 * EARLY if effort.exactly else ROUNDS):
        early = effort.exactly and turn < EARLY
        now = replace(effort, exactly=False, last=COARSE) if early else effort
        best = _improve(pool, edges, best, now, clock, goes=0 if early else GOES)
        began = time.perf_counter()
        best, found = _certified(pool, best, effort)
        clock.time("certificate", began)
        if not early and (not (found.partner >= 0).any() or _close(pool, best, effort)):
            break
        edges = union(edges, edges_of(len(pool), found))
    return best, edges


def _certified(pool: Pool, best: Solution, effort: Effort) -> tuple[Solution, Found]:
    """Return the solution with its bound, and the edges that are missing."""
    above = EXACT if effort.exactly else TOLERANCE
    floor = best.price + above
    found = effort.search(pool, best.price, floor, 8, once=True, threads=effort.threads)
    bound = value_bound(best.price, found, above)[0]
    return replace(best, bound=min(best.bound, bound), own=bound), found


def _opening(pool: Pool, effort: Effort) -> Floats:
    """Return prices to begin with.

    A large pool takes them from a sample, paired first: seats lie in the order of a hash, so the
    first are a sample. Everybody else begins with what they would find in it at its prices.
    """
    if len(pool) <= SAMPLE:
        return np.zeros(len(pool))
    price = -pool.cost
    count = SAMPLE // 2 if len(pool) <= LADDER else min(len(pool) // STEP, LARGEST)
    few, rest = np.arange(count), np.arange(count, len(pool))
    part = part_of(pool, 0, count)
    quick = _small(part, Effort(gap=1e-3, threads=effort.threads))[0]
    price[few] = _converge(part, quick, Clock())[0].price
    columns = tiles(pool, price, few)
    found = search(pool, price, price[rest], 1, rows=rest, columns=columns, threads=effort.threads)
    partner = found.partner[:, 0]
    price[rest] = np.maximum(price[rest], found.score[:, 0] - price[partner])
    return even(price, kinds(pool))


def _close(pool: Pool, best: Solution, effort: Effort) -> bool:
    """Say whether the gap is as small as was asked; never where nothing may be missing."""
    return not effort.exactly and best.bound - best.worth <= effort.gap * value(pool, best)


def _improve(
    pool: Pool, edges: Edges, before: Solution, effort: Effort, clock: Clock, *, goes: int
) -> Solution:
    """Solve on these edges; keep the better of the old and the new pairs."""
    began = time.perf_counter()
    sparse = graph(edges, pool.cost)
    clock.time("graph", began)
    began = time.perf_counter()
    solved, last = bool((before.mate >= 0).any()), effort.last
    there = bool(before.price.any()) and len(pool) <= LADDER  # in larger too many are far off
    near = solved or there
    first = NARROW if len(pool) > LADDER and not solved else pool.cost.max() / 4
    choice, price = auction(
        sparse, before.price, first=first, last=last, near=near, exactly=effort.exactly
    )
    clock.time("assignment", began)
    began = time.perf_counter()
    mate = split(sparse, choice)
    for _ in range(goes):
        if not repair(sparse, price, mate, wanting(pool, price, mate, NOTHING), 2000):
            break
    clock.time("repair", began)
    reached = worth(pool, mate)
    if reached < before.worth:
        mate, reached = before.mate, before.worth
    return Solution(mate, even(price, kinds(pool)), reached, before.bound)
