"""Pairs one pool: search, assignment, cycles, repair, exact finish, and the certificate.

The order of work, each step in the module of its name:

1. `search` proposes edges: each seat's best acceptable partners by score minus price;
2. `assignment` solves the relaxation on them by auction and gives new prices;
3. `cycles` and `repair` turn it into pairs;
4. `search` again, with the new prices as floor: finding nothing proves the prices over all pairs,
   finding something gives the bound and the edges that were missing. Back to 2 until the gap is
   small;
5. `exact` closes small pools.
"""

import time
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from matcher import exact
from matcher.assignment import auction
from matcher.bound import count_bound, hungry, left_bound, value_bound
from matcher.cycles import split
from matcher.drawn import Drawn, count_drawn, drawn, value_drawn
from matcher.effort import Clock, Effort
from matcher.graph import Edges, edges_of, graph, union
from matcher.kernel import kernel
from matcher.kinds import even
from matcher.pool import Pool, Rules, Seats, kinds, part_of
from matcher.repair import repair
from matcher.search import Found, search
from matcher.seats import pairs_of, settle
from matcher.terms import score
from matcher.tiles import tiles

Floats = NDArray[np.float64]
Mates = NDArray[np.int32]

EXACT_TO = 3000  # seats
TOLERANCE = 1e-6  # what a price may lack before a missing edge is looked at
ROUNDS = 8
SAMPLE = 6000  # seats: larger pools begin with the prices of half as many
LADDER = (
    150_000  # seats: larger ones with the prices of an eighth of them, which begin in the same way
)
STEP = 8
LARGEST = 40_000  # seats of a sample
ASKED = 10_000  # seats, of whom a sampled bound is made
TRIED = 48  # tiles a seat looks at closely when the bound is sampled
NOTHING = 1e-7  # headroom
NARROW = 0.05  # the first margin of an auction that begins with the prices of a sample
BAND = 0.2  # how far below its opening price a seat looks


@dataclass(frozen=True, slots=True)
class Solution:
    """Mates and prices by seat; `worth` = value less cost of empty seats, and its bound, of which
    `off` is for chance when it was sampled; `placed` is how many people can be placed at most,
    `placed_off` of them for chance, `brings` its dual by seat, see `bound.count_bound`; `seen` is
    what the bounds were sampled from."""

    mate: Mates
    price: Floats
    worth: float
    bound: float
    off: float = 0.0
    placed: int = 0
    placed_off: int = 0
    brings: Floats = field(default_factory=lambda: np.empty(0))
    proven: bool = False
    seen: Drawn | None = None


@kernel
def scores(
    seats: Seats, rules: Rules, a: NDArray[np.int64], b: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the scores of the pairs a[t], b[t]."""
    result = np.empty(len(a))
    for place in range(len(a)):
        result[place] = score(seats, rules, a[place], b[place])
    return result


def worth(pool: Pool, mate: Mates) -> float:
    """Return the value of the pairs less the cost of the empty seats."""
    value = scores(pool.seats, pool.rules, *pairs_of(mate)).sum()
    return float(value - pool.cost[mate < 0].sum())


def solve(pool: Pool, effort: Effort, clock: Clock) -> Solution:
    """Pair the pool."""
    relaxed, edges = _converge(pool, effort, clock)
    began = time.perf_counter()
    mate = settle(pool, edges, relaxed.price, relaxed.mate)
    relaxed = replace(relaxed, mate=mate, worth=worth(pool, mate))
    clock.time("repair", began)
    began = time.perf_counter()
    counted = _counted(pool, relaxed, effort)
    clock.time("count bound", began)
    return _finish(pool, counted, effort, clock)


def _counted(pool: Pool, best: Solution, effort: Effort) -> Solution:
    """Return the solution with the bound of the count, and a bound of value that knows it."""
    if best.seen:
        most, off, brings = count_drawn(pool, best.price, best.seen)
        return replace(best, placed=most, placed_off=off, brings=brings)
    alone = hungry(pool, best.mate, effort.threads)
    most, brings = count_bound(pool, alone, effort.threads)
    bound = left_bound(pool, best.price, best.bound, most)
    return replace(best, bound=bound, placed=most, brings=brings)


def _converge(pool: Pool, effort: Effort, clock: Clock) -> tuple[Solution, Edges]:
    """Take turns between searching and solving until the gap is small; return the edges, too."""
    began = time.perf_counter()
    price = _opening(pool, effort)
    clock.time("sample", began)
    began = time.perf_counter()
    floor = price - BAND if len(pool) > SAMPLE else np.full(len(pool), -np.inf)
    most = TRIED if effort.sampled else None
    found = effort.search(pool, price, floor, effort.wide, most=most, threads=effort.threads)
    edges = edges_of(len(pool), found)
    clock.time("search", began)
    best = Solution(np.full(len(pool), -1, np.int32), price, -np.inf, np.inf)
    for _ in range(ROUNDS):
        best = _improve(pool, edges, best, effort, clock)
        began = time.perf_counter()
        best, found = _certified(pool, best, effort)
        clock.time("certificate", began)
        if not (found.partner >= 0).any() or _close(pool, best, effort):
            break
        edges = union(edges, edges_of(len(pool), found))
    return best, edges


def _certified(pool: Pool, best: Solution, effort: Effort) -> tuple[Solution, Found]:
    """Return the solution with its bound, and the edges that are missing."""
    floor = best.price + TOLERANCE
    look = partial(effort.search, pool, best.price, threads=effort.threads)
    if not effort.sampled or len(pool) <= ASKED:
        found = look(floor, 8, once=True)
        bound = value_bound(best.price, found, TOLERANCE)[0]
        return replace(best, bound=min(best.bound, bound)), found
    rows = np.arange(0, len(pool), len(pool) // ASKED)  # seats lie in the order of a hash
    found = look(best.price[rows] - BAND, 1, rows=rows)
    seen = drawn(pool, best.price, rows, found, BAND)
    middle, off = value_drawn(best.price, seen)
    best = replace(best, bound=middle + off, off=off, seen=seen)
    few = 0 if _close(pool, best, effort) else len(pool)  # no edges are wanted any more
    return best, look(floor[:few], 8, rows=np.arange(few), once=True, most=TRIED)


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
    quick = Effort(gap=1e-3, threads=effort.threads)
    price[few] = _converge(part_of(pool, count), quick, Clock())[0].price
    columns, most = tiles(pool, price, few), TRIED if effort.sampled else None
    look = partial(search, rows=rest, columns=columns, most=most, threads=effort.threads)
    found = look(pool, price, price[rest], 1)
    partner = found.partner[:, 0]
    price[rest] = np.maximum(price[rest], found.score[:, 0] - price[partner])
    return even(price, kinds(pool))


def _close(pool: Pool, best: Solution, effort: Effort) -> bool:
    """Say whether the gap is as small as was asked."""
    return best.bound - best.worth <= effort.gap * _value(pool, best)


def _value(pool: Pool, best: Solution) -> float:
    """Return the value of the pairs: what a gap is measured against."""
    return best.worth + float(pool.cost[best.mate < 0].sum())


def _improve(pool: Pool, edges: Edges, before: Solution, effort: Effort, clock: Clock) -> Solution:
    """Solve on these edges; keep the better of the old and the new pairs."""
    began = time.perf_counter()
    sparse = graph(edges, pool.cost)
    clock.time("graph", began)
    began = time.perf_counter()
    solved, last = bool((before.mate >= 0).any()), effort.last
    near = solved or SAMPLE < len(pool) <= LADDER  # in larger ones too many prices are far off
    first = NARROW if len(pool) > LADDER and not solved else pool.cost.max() / 4
    choice, price = auction(sparse, before.price, first=first, last=last, near=near)
    clock.time("assignment", began)
    began = time.perf_counter()
    mate = split(sparse, choice)
    most, least, turns = (200, effort.last, 1) if effort.sampled else (2000, NOTHING, 4)
    for _ in range(turns):
        if not repair(sparse, price, mate, _wanting(pool, price, mate, least), most):
            break
    clock.time("repair", began)
    reached = worth(pool, mate)
    if reached < before.worth:
        mate, reached = before.mate, before.worth
    return Solution(mate, even(price, kinds(pool)), reached, before.bound)


def _wanting(pool: Pool, price: Floats, mate: Mates, least: float) -> NDArray[np.int64]:
    """Return the empty seats whose headroom is above `least`, most first; from the others
    there is nothing to gain that is not found from these."""
    headroom = price + pool.cost
    empty = np.flatnonzero((mate < 0) & (headroom > least))
    return empty[np.argsort(-headroom[empty], kind="stable")]


def _finish(pool: Pool, best: Solution, effort: Effort, clock: Clock) -> Solution:
    """Close a small pool exactly."""
    if len(pool) > EXACT_TO:
        return best
    began = time.perf_counter()
    slack = 0.01
    while not best.proven:
        wide = min(len(pool), exact.DENSEST * 4)
        floor = best.price - slack
        found = search(pool, best.price, floor, wide, once=True, threads=effort.threads)
        edges = edges_of(len(pool), found)
        if found.full.any() or len(edges) > exact.DENSEST * len(pool):
            break
        mate = exact.best_matching(edges, pool.cost, pool.seats.lead)
        reached = worth(pool, mate)
        if reached > best.worth:
            best = replace(best, mate=mate, worth=reached)
        gap = best.bound - best.worth
        proven = gap <= slack
        bound = (
            best.worth + np.count_nonzero(best.mate >= 0) / exact.UNITS if proven else best.bound
        )
        best = replace(best, bound=min(bound, best.bound), proven=proven)
        slack = gap * 1.0001
    clock.time("exact", began)
    return best
