"""What pairing two given people by hand would cost, for the preview of a round.

Both leave their partners. Those two may then take each other, somebody left over, or the partner of
a pair that can do without: `repair` from the empty seats on the edges near the round's prices, with
the two kept together. The rest of the round stays as it is, so the answer is what this change
costs, not what another round would have been.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.engine import Mates, pairs_of, scores, worth
from matcher.graph import Edges, edges_of, graph, union
from matcher.kernel import Scalar, kernel
from matcher.pool import Pool, Rules, Seats, costs, open_pool, profile, rules
from matcher.repair import repair
from matcher.round import Round
from matcher.search import search
from matcher.terms import above_floor, feasible

Floats = NDArray[np.float64]

WIDE = 12
REACH = 200  # seats to look at for each who was left
NEAR = 0.2  # how far below its price a seat looks


@dataclass(frozen=True, slots=True)
class Swap:
    """`change` is what the round's value gains (below zero: loses). `left` are rows that had a pair
    and would have none, `placed` those the other way round; `pairs` the new pairs, rows too."""

    feasible: bool
    acceptable: bool
    change: float
    left: tuple[int, ...]
    placed: tuple[int, ...]
    pairs: tuple[tuple[int, int], ...]


@kernel
def judged(seats: Seats, rules: Rules, a: Scalar, b: Scalar) -> tuple[Scalar, Scalar]:
    """Say whether a and b may meet, and whether that would be acceptable."""
    may = feasible(seats, a, b)
    return may, may & above_floor(seats, rules, a, b)


@dataclass(frozen=True, slots=True)
class Preview:
    """A paired pool made ready for questions: its seats, mates and prices, and the near edges."""

    pool: Pool
    mate: Mates
    price: Floats
    edges: Edges

    def swap(self, one: int, two: int) -> Swap:
        """Say what pairing the people of rows `one` and `two` would change; both of this pool."""
        person = self.pool.seats.person
        ends = np.array([np.argmax(person == one), np.argmax(person == two)])
        may, good = judged(self.pool.seats, self.pool.rules, ends[0], ends[1])
        if not may:
            return Swap(False, False, 0.0, (), (), ())
        mate = self.mate.copy()
        freed = np.setdiff1d(mate[ends][mate[ends] >= 0], ends).astype(np.int64)
        mate[freed] = -1
        mate[ends] = ends[::-1]
        others = ~np.isin(self.edges.low, ends) & ~np.isin(self.edges.high, ends)
        repair(graph(self.edges.only(others), self.pool.cost), self.price, mate, freed, REACH)
        return self._told(mate, bool(good))

    def _told(self, mate: Mates, good: bool) -> Swap:
        changed = np.flatnonzero(mate != self.mate)
        person = self.pool.seats.person
        had, has = person[self.mate >= 0], person[mate >= 0]
        left, placed = np.setdiff1d(had, has), np.setdiff1d(has, had)
        new = changed[mate[changed] > changed]
        pairs = tuple(zip(person[new].tolist(), person[mate[new]].tolist(), strict=True))
        value = worth(self.pool, mate) - worth(self.pool, self.mate)
        value += float(self.pool.cost[mate < 0].sum() - self.pool.cost[self.mate < 0].sum())
        return Swap(True, good, value, tuple(left.tolist()), tuple(placed.tolist()), pairs)


def preview(result: Round, row: int = 0, *, threads: int | None = None) -> Preview:
    """Make a round ready for questions about the people of one programme, the one `row` is in.

    Finds the edges near the round's prices once; the questions then take milliseconds.
    """
    cohort = result.cohort
    rows = np.flatnonzero(cohort.programme == cohort.programme[row])
    pool = open_pool(
        cohort,
        profile(cohort, result.policy),
        rules(cohort, result.policy),
        rows,
        cost=costs(cohort.waiting, result.policy.weights.total),
        barred=result.exclude,
        seed=0,
    )
    mate = _mates(result, pool)
    price = result.price[pool.seats.person] - pool.cost
    found = search(pool, price, price - NEAR, WIDE, threads=threads)
    a, b = pairs_of(mate)
    key = np.sort(a * len(pool) + b)
    paired = Edges(
        len(pool), key, scores(pool.seats, pool.rules, key // len(pool), key % len(pool))
    )
    return Preview(pool, mate, price, union(edges_of(len(pool), found), paired))


def _mates(result: Round, pool: Pool) -> Mates:
    """Return the round's pairs by seat of this pool; a person's seats are filled in turn."""
    mate = np.full(len(pool), -1, np.int32)
    free = np.full(len(result.cohort), -1)
    first = np.flatnonzero(pool.seats.lead == np.arange(len(pool)))
    free[pool.seats.person[first]] = first
    for a, b in zip(result.pairs.a.tolist(), result.pairs.b.tolist(), strict=True):
        if free[a] >= 0:
            mate[free[a]], mate[free[b]] = free[b], free[a]
            free[[a, b]] += 1
    return mate
