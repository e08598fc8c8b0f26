"""What pairing two given people by hand would cost, for the preview of a round.

Both leave their partners. Those two may then take each other, somebody left over, or the partner of
a pair that can do without: `repair` from the empty seats on the edges near the round's prices, with
the two kept together. The rest of the round stays as it is, so the answer is what this change
costs, not what another round would have been.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.cohort import Cohort
from matcher.explain import names
from matcher.graph import Edges, edges_of, graph, union
from matcher.kernel import Scalar, kernel
from matcher.pairing import describe
from matcher.policy import Policy
from matcher.pool import Pool, Rules, Seats, costs, open_pool, profile, rules
from matcher.repair import repair
from matcher.round import Pair, Round
from matcher.search import search
from matcher.seats import pairs_of
from matcher.solution import Mates, scores, worth
from matcher.terms import above_floor, feasible

Floats = NDArray[np.float64]

TERMS = ("values", "difference", "topics", "hours")
WIDE = 12
REACH = 200  # seats to look at for each who was left
NEAR = 0.2  # how far below its price a seat looks


@dataclass(frozen=True, slots=True)
class Swap:
    """`change` is what the round's value gains (below zero: loses). `left` are rows that had a pair
    and would have none, `placed` those the other way round; `pairs` the new pairs, rows too, and
    `parted` those that would be no more."""

    feasible: bool
    acceptable: bool
    change: float
    left: tuple[int, ...]
    placed: tuple[int, ...]
    pairs: tuple[tuple[int, int], ...]
    parted: tuple[tuple[int, int], ...] = ()


class Kept(NamedTuple):
    """What is kept of a round: its people, rules and prices, and the rows `a`, `b` of its pairs."""

    cohort: Cohort
    policy: Policy
    exclude: NDArray[np.int64]
    price: Floats
    a: NDArray[np.int64]
    b: NDArray[np.int64]


@kernel
def judged(seats: Seats, rules: Rules, a: Scalar, b: Scalar) -> tuple[Scalar, Scalar]:
    """Say whether a and b may meet, and whether that would be acceptable."""
    may = feasible(seats, a, b)
    return may, may & above_floor(seats, rules, a, b)


@dataclass(frozen=True, slots=True)
class Preview:
    """A paired pool made ready for questions: its seats, mates and prices, and the near edges."""

    cohort: Cohort
    pool: Pool
    mate: Mates
    price: Floats
    edges: Edges

    def swap(self, one: int, two: int) -> Swap:
        """Say what pairing the people of rows `one` and `two` would change; both of this pool."""
        ends = self._ends(one, two)
        may, good = judged(self.pool.seats, self.pool.rules, ends[0], ends[1])
        return (
            self._told(self._mated(ends), bool(good))
            if may
            else Swap(False, False, 0.0, (), (), ())
        )

    def swapped(self, one: int, two: int) -> "Preview":
        """Return what is ready for questions once these two, who may meet, are paired."""
        ends = self._ends(one, two)
        low, high = ends.min(keepdims=True), ends.max(keepdims=True)
        score = scores(self.pool.seats, self.pool.rules, low, high)
        edge = Edges(len(self.pool), low * len(self.pool) + high, score)
        return replace(self, mate=self._mated(ends), edges=union(self.edges, edge))

    def said(self, one: int, two: int) -> Pair:
        """Say of two rows what a round says of its pairs."""
        ends = self._ends(one, two)
        terms, bits, hours = describe(self.pool.seats, self.pool.rules, ends[:1], ends[1:])
        asked = self.cohort.questionnaire
        return Pair(
            a=one,
            b=two,
            score=float(terms.sum()),
            terms=dict(zip(TERMS, terms[0].tolist(), strict=True)),
            shared_values=names(int(bits[0, 0]), asked.higher),
            differences=names(int(bits[0, 1]), tuple(item.id for item in asked.of("view"))),
            common_hours=int(hours[0]) if len(self.cohort.hours) else 0,
        )

    def _ends(self, one: int, two: int) -> NDArray[np.int64]:
        person = self.pool.seats.person
        return np.array([np.argmax(person == one), np.argmax(person == two)])

    def _mated(self, ends: NDArray[np.int64]) -> Mates:
        mate = self.mate.copy()
        freed = np.setdiff1d(mate[ends][mate[ends] >= 0], ends).astype(np.int64)
        mate[freed] = -1
        mate[ends] = ends[::-1]
        others = ~np.isin(self.edges.low, ends) & ~np.isin(self.edges.high, ends)
        repair(graph(self.edges.only(others), self.pool.cost), self.price, mate, freed, REACH)
        return mate

    def _told(self, mate: Mates, good: bool) -> Swap:
        changed = np.flatnonzero(mate != self.mate)
        person = self.pool.seats.person
        had, has = person[self.mate >= 0], person[mate >= 0]
        left, placed = np.setdiff1d(had, has), np.setdiff1d(has, had)
        pairs = _people(person, changed[mate[changed] > changed], mate)
        parted = _people(person, changed[self.mate[changed] > changed], self.mate)
        value = worth(self.pool, mate) - worth(self.pool, self.mate)
        value += float(self.pool.cost[mate < 0].sum() - self.pool.cost[self.mate < 0].sum())
        return Swap(True, good, value, tuple(left.tolist()), tuple(placed.tolist()), pairs, parted)


def _people(
    person: NDArray[np.int64], seats: NDArray[np.int64], mate: Mates
) -> tuple[tuple[int, int], ...]:
    """Return the rows of the two of each pair that has its first seat in `seats`."""
    return tuple(zip(person[seats].tolist(), person[mate[seats]].tolist(), strict=True))


def preview(result: Round, row: int = 0, *, threads: int | None = None) -> Preview:
    """Make a round ready for questions about the people of one programme, the one `row` is in.

    Finds the edges near the round's prices once; the questions then take milliseconds.
    """
    pairs = result.pairs
    kept = Kept(result.cohort, result.policy, result.exclude, result.price, pairs.a, pairs.b)
    return reopened(kept, row, threads=threads)


def reopened(kept: Kept, row: int = 0, *, threads: int | None = None) -> Preview:
    """Make what was kept of a round ready for questions, see `preview`."""
    cohort = kept.cohort
    rows = np.flatnonzero(cohort.programme == cohort.programme[row])
    pool = open_pool(
        cohort,
        profile(cohort, kept.policy),
        rules(cohort, kept.policy),
        rows,
        cost=costs(cohort.waiting, kept.policy.weights.total),
        barred=kept.exclude,
        seed=0,
    )
    mate = _mates(kept, pool)
    price = kept.price[pool.seats.person] - pool.cost
    found = search(pool, price, price - NEAR, WIDE, threads=threads)
    a, b = pairs_of(mate)
    key = np.sort(a * len(pool) + b)
    paired = Edges(
        len(pool), key, scores(pool.seats, pool.rules, key // len(pool), key % len(pool))
    )
    return Preview(cohort, pool, mate, price, union(edges_of(len(pool), found), paired))


def _mates(kept: Kept, pool: Pool) -> Mates:
    """Return the kept pairs by seat of this pool; a person's seats are filled in turn."""
    mate = np.full(len(pool), -1, np.int32)
    free = np.full(len(kept.cohort), -1)
    first = np.flatnonzero(pool.seats.lead == np.arange(len(pool)))
    free[pool.seats.person[first]] = first
    for a, b in zip(kept.a.tolist(), kept.b.tolist(), strict=True):
        if free[a] >= 0:
            mate[free[a]], mate[free[b]] = free[b], free[a]
            free[[a, b]] += 1
    return mate
