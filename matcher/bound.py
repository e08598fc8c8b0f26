"""Upper bounds that hold for every pairing, over all acceptable pairs and not only those looked at.

Value: prices p of any origin, both raised by half of what a pair finds above their sum, satisfy the
dual's constraints for all pairs; their sum bounds (value - cost of empty seats) of every matching.
What is found comes from `search.search` with the prices as floor.

Count: take any people A no two of whom may be paired acceptably, and let N be everyone acceptable
to someone in A. However they are paired, at most |N| of A find a partner (Hall, 1935). A is grown
from the people our pairing left over, along alternating paths.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from matcher.kernel import in_threads, kernel
from matcher.pool import Pool, Rules, Seats
from matcher.search import Found
from matcher.sums import NONE, TILE, Index, Singles, sift
from matcher.terms import above_floor, feasible
from matcher.tiles import Columns, Floats, tiles

Beside = Callable[[Index], NDArray[np.bool_]]

FEW = 64  # rows at first: a few mark nearly all who can be marked


def value_bound(price: Floats, found: Found, above: float) -> tuple[float, Floats]:
    """Return the bound, and by how much each price must rise for it.

    `found` is from a search of all seats, `once`, with `price + above` as floor. Two prices must
    rise together by what a pair finds above both. What was not found is covered by half of `above`
    each; of a row with no room for more, what it has not seen is at most its last find.
    """
    seats = np.arange(len(price))
    least = np.full(len(price), above / 2)
    net = found.score - price[found.partner] - price[:, None]
    least[found.full] = np.maximum(least[found.full], net[found.full, -1])
    rise = least.copy()
    there = found.partner >= 0
    a, b = np.repeat(seats, there.sum(1)), found.partner[there]
    np.maximum.at(rise, a, net[there] / 2)
    np.maximum.at(rise, b, net[there] / 2)
    return float(price.sum() + rise.sum()), rise


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
    seats: Seats, rules: Rules, columns: Columns, marked: NDArray[np.bool_], rows: Index
) -> None:
    """Mark everyone among the columns who makes an acceptable pair with someone in `rows`."""
    tiled, over, words = columns
    near, wide = np.empty(TILE, np.float32), np.empty(TILE, np.float32)
    common = np.empty(TILE, np.uint32)
    for a in rows:
        for block in range(len(over.near)):
            wide[:] = NONE
            if not sift(over.words[block], words[a], over.spans, NONE, (wide, common)):
                continue
            for tile in range(block * TILE, min(block * TILE + TILE, len(tiled.near))):
                if wide[tile - block * TILE] < NONE:
                    continue
                near[:] = NONE
                if sift(tiled.words[tile], words[a], tiled.spans, NONE, (near, common)):
                    mark(seats, rules, (a, tiled.seat[tile]), near, marked)


@kernel
def mark(
    seats: Seats, rules: Rules, asks: tuple[int, Index], near: Singles, marked: NDArray[np.bool_]
) -> None:
    """Mark those of one tile that were not sunk and make an acceptable pair with one seat."""
    a, tile = asks
    for place in range(TILE):
        b = tile[place]
        if near[place] >= NONE and not marked[b]:
            marked[b] = feasible(seats, a, b) & above_floor(seats, rules, a, b)


def partners(pool: Pool, rows: Index, threads: int) -> NDArray[np.bool_]:
    """Say of each seat whether it makes an acceptable pair with someone in `rows`."""
    marked = np.zeros(len(pool), np.bool_)
    start, size = 0, FEW
    while start < len(rows):
        # Who is marked need not be looked at again: lay out the others.
        columns = tiles(pool, np.zeros(len(pool)), np.flatnonzero(~marked))
        parts = np.array_split(rows[start : start + size], threads)
        work = partial(mark_partners, pool.seats, pool.rules, columns, marked)
        in_threads(work, parts, threads)
        start, size = start + size, min(size * 8, len(rows))
    return marked


def hungry(pool: Pool, mate: NDArray[np.int32], beside_of: Beside) -> NDArray[np.bool_]:
    """Return the seats that could be the one left over: reached from an empty first seat by
    alternating paths over all acceptable pairs. `beside_of` is as `partners`, of some rows."""
    lead = pool.seats.lead
    filled = np.unique(lead[mate >= 0])
    reached = ~np.isin(lead, filled)
    beside = np.zeros(len(pool), np.bool_)
    rows = np.flatnonzero(reached)
    while len(rows):
        beside |= beside_of(rows)
        others = mate[beside & (mate >= 0)]
        added = np.zeros(len(pool), np.bool_)
        added[others] = True
        rows = np.flatnonzero(added & ~reached)
        reached |= added
    return reached & ~beside


def count_bound(
    pool: Pool, alone: NDArray[np.bool_], beside_of: Beside
) -> tuple[int, NDArray[np.float64]]:
    """Return how many people can be in an acceptable pair at most, and the dual of that count.

    `alone` is from `hungry`. The dual, by seat, is how many more pairs one more person like this
    one would bring: none where too many wait already, one where they wait for someone like this, a
    half elsewhere.
    """
    lead = pool.seats.lead
    people = len(np.unique(lead))
    wanted = beside_of(np.flatnonzero(alone))
    needy = len(np.setdiff1d(lead[alone], lead[~alone]))
    most = people - needy + min(needy, int(wanted.sum()))
    dual = np.where(alone, 0.0, np.where(wanted, 1.0, 0.5))
    return (most - most % 2 if people == len(pool) else most), dual
