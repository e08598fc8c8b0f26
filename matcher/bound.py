"""Upper bounds that hold for every pairing, over all acceptable pairs and not only those looked at.

Value: prices p of any origin, raised by half of what each seat still finds above its price, satisfy
the dual's constraints for all pairs; their sum bounds (value - cost of empty seats) of every
matching. The raise comes from `search.search` with the prices as floor.

Count: take any people A no two of whom may be paired acceptably, and let N be everyone acceptable
to someone in A. However they are paired, at most |N| of A find a partner (Hall, 1935). A is grown
from the people our pairing left over, along alternating paths.
"""

import numpy as np
from numpy.typing import NDArray

from matcher.kernel import in_threads, kernel
from matcher.pool import Pool, Rules, Seats
from matcher.search import Found
from matcher.terms import above_floor, feasible

CHUNK = 64


def value_bound(price: NDArray[np.float64], found: Found, above: float) -> float:
    """Return the bound from a search that had `price + above` as floor."""
    best = found.partner[:, 0]
    net = found.score[:, 0] - price[best] - price
    excess = np.where(best >= 0, np.maximum(net, above), above)
    return float(price.sum() + excess.sum() / 2)


@kernel
def mark_partners(
    seats: Seats, rules: Rules, rows: NDArray[np.int64], marked: NDArray[np.bool_]
) -> None:
    """Mark everyone who makes an acceptable pair with someone in `rows`."""
    for a in rows:
        for b in range(len(marked)):
            if not marked[b] and feasible(seats, a, b) and above_floor(seats, rules, a, b):
                marked[b] = True


def partners(pool: Pool, rows: NDArray[np.int64], threads: int) -> NDArray[np.bool_]:
    """Say of each seat whether it makes an acceptable pair with someone in `rows`."""
    marked = np.zeros(len(pool), np.bool_)

    def work(start: int) -> None:
        mark_partners(pool.seats, pool.rules, rows[start : start + CHUNK], marked)

    in_threads(work, range(0, len(rows), CHUNK), threads)
    return marked


def hungry(pool: Pool, mate: NDArray[np.int32], threads: int) -> NDArray[np.bool_]:
    """Return the seats that could be the one left over: reached from an empty first seat by
    alternating paths over all acceptable pairs."""
    lead = pool.seats.lead
    filled = np.unique(lead[mate >= 0])
    reached = ~np.isin(lead, filled)
    beside = np.zeros(len(pool), np.bool_)
    rows = np.flatnonzero(reached)
    while len(rows):
        beside |= partners(pool, rows, threads)
        others = mate[beside & (mate >= 0)]
        added = np.zeros(len(pool), np.bool_)
        added[others] = True
        rows = np.flatnonzero(added & ~reached)
        reached |= added
    return reached & ~beside


def count_bound(pool: Pool, alone: NDArray[np.bool_], threads: int) -> int:
    """Return how many people can be in an acceptable pair at most; `alone` is from `hungry`."""
    lead = pool.seats.lead
    people = len(np.unique(lead))
    needy = len(np.setdiff1d(lead[alone], lead[~alone]))
    places = int(partners(pool, np.flatnonzero(alone), threads).sum())
    most = people - needy + min(needy, places)
    return most - most % 2 if people == len(pool) else most
