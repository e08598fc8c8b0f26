"""People who arrive one at a time: who waits, and whom an arrival should meet at once.

A `Lobby` holds the seats of a cohort that are open now. An arrival is compared with all of them in
one pass (`search` with a single row) and meets the best acceptable one whose score reaches the
threshold, which falls with the time the other has waited: soon after arriving only a very good
pair, later any acceptable one. Whoever is not paired waits. `tick` pairs everybody who waits in one
round. Marking both as gone is part of finding them, so nobody is ever in two pairs.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from matcher.cohort import Cohort
from matcher.effort import Clock, Effort
from matcher.engine import solve
from matcher.policy import Policy
from matcher.pool import Pool, Seats, costs, open_pool, profile, rules
from matcher.search import search
from matcher.seats import pairs_of
from matcher.sums import NONE, TILE
from matcher.tiles import NOBODY, tiles

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Patience:
    """The least score asked of a pair: `start` for who just came, 0 after waiting `seconds`."""

    start: float = 1.2
    seconds: float = 240.0

    def least(self, waited: float) -> float:
        """Return the least score to ask after `waited` seconds."""
        return self.start * max(0.0, 1 - waited / self.seconds)


@dataclass
class Lobby:
    """The people of one programme who may come (a cohort) and those of them who wait now."""

    cohort: Cohort
    policy: Policy = field(default_factory=Policy)
    patience: Patience = field(default_factory=Patience)
    exclude: Rows = field(default_factory=lambda: np.empty((0, 2), np.int64))

    def __post_init__(self) -> None:
        """Lay out everyone once; nobody waits yet."""
        chosen = rules(self.cohort, self.policy)
        everyone = np.arange(len(self.cohort))
        self._pool = open_pool(
            self.cohort,
            profile(self.cohort, self.policy),
            chosen,
            everyone,
            cost=costs(self.cohort.waiting, self.policy.weights.total),
            barred=self.exclude,
            seed=0,
        )
        first = self._pool.seats.lead == np.arange(len(self._pool))
        self._seat = np.empty(len(self.cohort), np.int64)
        self._seat[self._pool.seats.person[first]] = np.flatnonzero(first)
        self._since = np.full(len(self.cohort), np.nan)
        self._columns = tiles(self._pool, np.zeros(len(self._pool)), np.arange(len(self._pool)))
        laid = self._columns.tiles.seat.ravel()
        self._place = np.empty(len(self._pool), np.int64)
        self._place[laid[::-1]] = np.arange(len(laid))[::-1]  # what fills up comes after its own
        self._columns.tiles.minus[:] = NOBODY

    @property
    def waiting(self) -> Rows:
        """The rows of the cohort that wait now."""
        return np.flatnonzero(~np.isnan(self._since))

    def arrive(self, row: int, now: float) -> int | None:
        """Pair the arrival with someone who waits, or let it wait; `now` in seconds of any clock.

        Returns the other's row, who then no longer waits. Arriving twice does not reset the
        waiting.
        """
        if not np.isnan(self._since[row]):
            return None
        partner = self._best(row, now)
        if partner is None:
            self.wait(row, now)
        else:
            self.leave(partner)
        return partner

    def wait(self, row: int, now: float) -> None:
        """Let someone wait without looking for a partner: their place in a full lobby is kept."""
        self._since[row] = now
        self._show(row, NONE)

    def leave(self, row: int) -> None:
        """Take someone out of the lobby; nothing happens if they are not in it."""
        self._since[row] = np.nan
        self._show(row, NOBODY)

    def tick(self, effort: Effort | None = None) -> list[tuple[int, int]]:
        """Pair those who wait as well as possible; return the rows of pairs, who wait no longer."""
        seats = np.sort(self._seat[self.waiting])
        if len(seats) < 2:
            return []
        pool = _among(self._pool, seats)
        solution = solve(pool, effort or Effort(), Clock())
        a, b = pairs_of(solution.mate)
        person = self._pool.seats.person
        pairs = list(zip(person[seats[a]].tolist(), person[seats[b]].tolist(), strict=True))
        for pair in pairs:
            for row in pair:
                self.leave(row)
        return pairs

    def _show(self, row: int, minus: np.float32) -> None:
        """Show a person among the columns, or hide them."""
        place = self._place[self._seat[row]]
        self._columns.tiles.minus[place // TILE, place % TILE] = minus

    def _best(self, row: int, now: float) -> int | None:
        """Return the best of those who wait and whose own threshold the pair reaches."""
        found = search(
            self._pool,
            np.zeros(len(self._pool)),
            np.zeros(1) - 1e-9,
            8,
            rows=self._seat[row : row + 1],
            columns=self._columns,
            threads=1,
        )
        there = found.partner[0] >= 0
        others = self._pool.seats.person[found.partner[0][there]]
        least = [self.patience.least(now - self._since[other]) for other in others]
        good = others[found.score[0][there] >= np.array(least)]
        return int(good[0]) if len(good) else None


def _among(pool: Pool, seats: Rows) -> Pool:
    """Return the pool of these first seats alone, in ascending order."""
    kept = {name: getattr(pool.seats, name)[seats] for name in Seats._fields[:-2]}
    place = np.full(len(pool), -1)
    place[seats] = np.arange(len(seats))
    begin = pool.seats.barred_from
    owner = np.repeat(np.arange(len(pool)), np.diff(begin))
    here = (place[owner] >= 0) & (place[pool.seats.barred] >= 0)
    starts = np.searchsorted(place[owner[here]], np.arange(len(seats) + 1))
    kept |= {"lead": np.arange(len(seats)), "person": seats}
    kept |= {"barred_from": starts, "barred": place[pool.seats.barred[here]]}
    return replace(pool, seats=Seats(**kept), cost=pool.cost[seats])
