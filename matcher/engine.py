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

import os
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from matcher import exact
from matcher.assignment import auction
from matcher.bound import count_bound, hungry, left_bound, value_bound
from matcher.cycles import split
from matcher.graph import Edges, edges_of, graph, union
from matcher.kernel import kernel
from matcher.pool import Pool, Rules, Seats, part_of
from matcher.repair import repair
from matcher.search import Found, search
from matcher.terms import score

Floats = NDArray[np.float64]
Mates = NDArray[np.int32]
Search = Callable[..., Found]
Progress = Callable[[str, float], None]

EXACT_TO = 3000  # seats
TOLERANCE = 1e-6  # what a price may lack before a missing edge is looked at
ROUNDS = 8
SAMPLE = 6000  # seats: larger pools begin with the prices of half as many
BAND = 0.4  # how far below its opening price a seat looks


@dataclass
class Clock:
    """Seconds and peak memory (MB) by phase, and whom to tell."""

    progress: Progress | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)

    def time(self, phase: str, since: float) -> None:
        """Add the seconds since *since* to a phase."""
        spent = time.perf_counter() - since
        self.seconds[phase] = self.seconds.get(phase, 0.0) + spent
        self.memory[phase] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        if self.progress:
            self.progress(phase, self.seconds[phase])


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to try: partners proposed per seat, last epsilon, gap to stop at; threads, and who
    searches (`search.search`, or `cluster.search_on` more machines)."""

    wide: int = 24
    last: float = 1e-4
    gap: float = 1e-4
    threads: int = field(default_factory=lambda: os.cpu_count() or 1)
    search: Search = search


@dataclass(frozen=True, slots=True)
class Solution:
    """Mates and prices by seat; `worth` = value less cost of empty seats, and its bound; `placed`
    is how many people can be placed at most, `brings` its dual by seat, see `bound.count_bound`."""

    mate: Mates
    price: Floats
    worth: float
    bound: float
    placed: int = 0
    brings: Floats = field(default_factory=lambda: np.empty(0))
    proven: bool = False


@kernel
def scores(
    seats: Seats, rules: Rules, a: NDArray[np.int64], b: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the scores of the pairs a[t], b[t]."""
    result = np.empty(len(a))
    for place in range(len(a)):
        result[place] = score(seats, rules, a[place], b[place])
    return result


def pairs_of(mate: Mates) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return both seats of every pair, the smaller first."""
    a = np.flatnonzero(mate > np.arange(len(mate)))
    return a, mate[a].astype(np.int64)


def worth(pool: Pool, mate: Mates) -> float:
    """Return the value of the pairs less the cost of the empty seats."""
    value = scores(pool.seats, pool.rules, *pairs_of(mate)).sum()
    return float(value - pool.cost[mate < 0].sum())


def solve(pool: Pool, effort: Effort, clock: Clock) -> Solution:
    """Pair the pool."""
    relaxed = _converge(pool, effort, clock)
    began = time.perf_counter()
    alone = hungry(pool, relaxed.mate, effort.threads)
    most, brings = count_bound(pool, alone, effort.threads)
    bound = left_bound(pool, relaxed.price, relaxed.bound, most)
    clock.time("count bound", began)
    return _finish(pool, replace(relaxed, bound=bound, placed=most, brings=brings), effort, clock)


def _converge(pool: Pool, effort: Effort, clock: Clock) -> Solution:
    """Take turns between searching and solving until the gap is small."""
    began = time.perf_counter()
    price = _opening(pool, effort)
    clock.time("sample", began)
    began = time.perf_counter()
    floor = price - BAND if len(pool) > SAMPLE else np.full(len(pool), -np.inf)
    found = effort.search(pool, price, floor, effort.wide, threads=effort.threads)
    edges = edges_of(len(pool), found)
    clock.time("search", began)
    best = Solution(np.full(len(pool), -1, np.int32), price, -np.inf, np.inf)
    for _ in range(ROUNDS):
        best = _improve(pool, edges, best, effort, clock)
        began = time.perf_counter()
        found = effort.search(pool, best.price, best.price + TOLERANCE, 8, threads=effort.threads)
        bound = value_bound(best.price, found, TOLERANCE)
        best = replace(best, bound=min(best.bound, bound))
        clock.time("certificate", began)
        if bound - best.price.sum() <= effort.gap * _value(pool, best):
            break
        edges = union(edges, edges_of(len(pool), found))
    return best


def _opening(pool: Pool, effort: Effort) -> Floats:
    """Return prices to begin with.

    A large pool takes them from a sample, paired first: seats lie in the order of a hash, so the
    first are a sample. Everybody else begins with what they would find in it at its prices.
    """
    if len(pool) <= SAMPLE:
        return np.zeros(len(pool))
    price = -pool.cost
    few, rest = np.arange(SAMPLE // 2), np.arange(SAMPLE // 2, len(pool))
    quick = Effort(gap=1e-3, threads=effort.threads)
    price[few] = _converge(part_of(pool, len(few)), quick, Clock()).price
    found = search(pool, price, price[rest], 1, rows=rest, among=few, threads=effort.threads)
    partner = found.partner[:, 0]
    price[rest] = np.maximum(price[rest], found.score[:, 0] - price[partner])
    return price


def _value(pool: Pool, best: Solution) -> float:
    """Return the value of the pairs: what a gap is measured against."""
    return best.worth + float(pool.cost[best.mate < 0].sum())


def _improve(pool: Pool, edges: Edges, before: Solution, effort: Effort, clock: Clock) -> Solution:
    """Solve on these edges; keep the better of the old and the new pairs."""
    began = time.perf_counter()
    sparse = graph(edges, pool.cost)
    clock.time("graph", began)
    began = time.perf_counter()
    choice, price = auction(sparse, before.price, first=pool.cost.max() / 4, last=effort.last)
    clock.time("assignment", began)
    began = time.perf_counter()
    mate = split(sparse, choice)
    for _ in range(4):
        if not repair(sparse, price, mate, np.flatnonzero(mate < 0), 2000):
            break
    clock.time("repair", began)
    reached = worth(pool, mate)
    if reached < before.worth:
        mate, reached = before.mate, before.worth
    return Solution(mate, price, reached, before.bound)


def _finish(pool: Pool, best: Solution, effort: Effort, clock: Clock) -> Solution:
    """Close a small pool exactly."""
    if len(pool) > EXACT_TO:
        return best
    began = time.perf_counter()
    slack = 0.01
    while not best.proven:
        wide = min(len(pool), exact.DENSEST * 4)
        found = search(pool, best.price, best.price - slack, wide, threads=effort.threads)
        edges = edges_of(len(pool), found)
        if found.more.any() or len(edges) > exact.DENSEST * len(pool):
            break
        mate = exact.best_matching(edges, pool.cost)
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
