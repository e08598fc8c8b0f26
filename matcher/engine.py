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
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from matcher import exact
from matcher.assignment import auction
from matcher.bound import value_bound
from matcher.cycles import split
from matcher.graph import Edges, edges_of, graph, union
from matcher.kernel import kernel
from matcher.pool import Pool, Rules, Seats
from matcher.repair import repair
from matcher.search import search
from matcher.terms import score

Floats = NDArray[np.float64]
Mates = NDArray[np.int32]
Progress = Callable[[str, float], None]

EXACT_TO = 3000  # seats
TOLERANCE = 1e-6  # what a price may lack before a missing edge is looked at
ROUNDS = 8


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
    """How hard to try: partners proposed per seat, last epsilon, gap to stop at, threads."""

    wide: int = 24
    last: float = 1e-4
    gap: float = 1e-4
    threads: int = field(default_factory=lambda: os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class Solution:
    """Mates by seat, prices by seat, `worth` = value less cost of empty seats, and its bound."""

    mate: Mates
    price: Floats
    worth: float
    bound: float
    proven: bool


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
    price = np.zeros(len(pool))
    floor = np.full(len(pool), -np.inf)
    began = time.perf_counter()
    found = search(pool, price, floor, effort.wide, threads=effort.threads)
    edges = edges_of(len(pool), found)
    clock.time("search", began)
    best = Solution(np.full(len(pool), -1, np.int32), price, -np.inf, np.inf, False)
    first = float(pool.cost.max()) / 4
    for _ in range(ROUNDS):
        best = _improve(pool, edges, best, effort, first=first, clock=clock)
        first = 0.05
        began = time.perf_counter()
        found = search(pool, best.price, best.price + TOLERANCE, 8, threads=effort.threads)
        bound = min(best.bound, value_bound(best.price, found, TOLERANCE))
        best = Solution(best.mate, best.price, best.worth, bound, False)
        clock.time("certificate", began)
        missing = found.partner[:, 0] >= 0
        if not missing.any() or bound - best.worth <= effort.gap * _scale(pool, best):
            break
        edges = union(edges, edges_of(len(pool), found))
    return _finish(pool, best, effort, clock)


def _scale(pool: Pool, best: Solution) -> float:
    """Return what a gap is measured against: the value of the pairs."""
    return best.worth + float(pool.cost[best.mate < 0].sum())


def _improve(
    pool: Pool, edges: Edges, before: Solution, effort: Effort, *, first: float, clock: Clock
) -> Solution:
    """Solve on these edges; keep the better of the old and the new pairs."""
    began = time.perf_counter()
    sparse = graph(edges, pool.cost)
    clock.time("graph", began)
    began = time.perf_counter()
    choice, price = auction(sparse, before.price, first=first, last=effort.last)
    clock.time("assignment", began)
    began = time.perf_counter()
    mate = split(sparse, choice)
    for _ in range(4):
        if not repair(sparse, price, mate, 2000):
            break
    clock.time("repair", began)
    reached = worth(pool, mate)
    if reached < before.worth:
        mate, reached = before.mate, before.worth
    return Solution(mate, price, reached, before.bound, False)


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
            best = Solution(mate, best.price, reached, best.bound, False)
        gap = best.bound - best.worth
        proven = gap <= slack
        bound = (
            best.worth + np.count_nonzero(best.mate >= 0) / exact.UNITS if proven else best.bound
        )
        best = Solution(best.mate, best.price, best.worth, min(bound, best.bound), proven)
        slack = gap * 1.0001
    clock.time("exact", began)
    return best
