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
from matcher.tiles import TILE, Tiles, screen, tiles

CHUNK = 1024


def value_bound(price: NDArray[np.float64], found: Found, above: float) -> float:
    """Return the bound from a search that had `price + above` as floor."""
    best = found.partner[:, 0]
    net = found.score[:, 0] - price[best] - price
    excess = np.where(best >= 0, np.maximum(net, above), above)
    return float(price.sum() + excess.sum() / 2)


def left_bound(pool: Pool, price: NDArray[np.float64], bound: float, most_placed: int) -> float:
    """Tighten a bound by what leaving people out costs when not everybody can be placed.

    A matching that leaves a seat empty stays below the bound by that seat's headroom, price + cost.
    So all stay below it by the sum of the smallest headrooms of as many people as must be left out.
    It is what an odd number of people costs, which the relaxation cannot see.
    """
    first = pool.seats.lead == np.arange(len(pool))
    headroom = np.maximum(price[first] + pool.cost[first], 0.0)
    must = int(first.sum()) - most_placed
    return bound - float(np.sort(headroom)[:must].sum())


@kernel
def mark_partners(
    seats: Seats, rules: Rules, tiled: Tiles, rows: NDArray[np.int64], marked: NDArray[np.bool_]
) -> None:
    """Mark everyone who makes an acceptable pair with someone in `rows`, screened by tiles."""
    near = np.empty(TILE, np.float32)
    for tile in range(len(tiled.columns)):
        for a in rows:
            near[:] = 0
            if not screen(seats, rules, tiled, (a, tile, np.float32(0)), near):
                continue
            for place in range(TILE):
                b = tiled.seat[tile, place]
                if near[place] < 0 or marked[b]:
                    continue
                marked[b] = feasible(seats, a, b) & above_floor(seats, rules, a, b)


def partners(pool: Pool, rows: NDArray[np.int64], threads: int) -> NDArray[np.bool_]:
    """Say of each seat whether it makes an acceptable pair with someone in `rows`."""
    marked = np.zeros(len(pool), np.bool_)
    tiled = tiles(pool, pool.cost, np.arange(len(pool)))

    def work(start: int) -> None:
        mark_partners(pool.seats, pool.rules, tiled, rows[start : start + CHUNK], marked)

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


def count_bound(
    pool: Pool, alone: NDArray[np.bool_], threads: int
) -> tuple[int, NDArray[np.float64]]:
    """Return how many people can be in an acceptable pair at most, and the dual of that count.

    `alone` is from `hungry`. The dual, by seat, is how many more pairs one more person like this
    one would bring: none where too many wait already, one where they wait for someone like this, a
    half elsewhere.
    """
    lead = pool.seats.lead
    people = len(np.unique(lead))
    wanted = partners(pool, np.flatnonzero(alone), threads)
    needy = len(np.setdiff1d(lead[alone], lead[~alone]))
    most = people - needy + min(needy, int(wanted.sum()))
    dual = np.where(alone, 0.0, np.where(wanted, 1.0, 0.5))
    return (most - most % 2 if people == len(pool) else most), dual
