"""For every seat the best partners by priced score, over all pairs: the part that grows with n squared.

A seat a looks for the b with the largest `score(a, b) - price[b]` above its own floor. The same
pass proposes edges (column generation) and, with the floor at a's own price, proves a bound: what
it does not find does not exist.

Most pairs are rejected in single precision, sixty-four at a time, by a number never below the true
priced score by more than a margin: values and difference exactly, topics and hours at their most.
Only for what passes are bit sets tested and the score computed in double precision, so rounding
decides nothing. Tiles of columns stay in the first-level cache while a block of rows goes over
them.
"""

import os
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.kernel import fast_kernel, in_threads, kernel
from matcher.pool import Pool, Rules, Seats
from matcher.terms import MOST_COMMON_HOURS, MOST_TOPICS, above_floor, feasible, ones, score

TILE = 256
BLOCK = 96
QUAD = 4
NOBODY = np.float32(1e30)  # the price of a column that only fills up the last tile

Index = NDArray[np.int64]
Floats = NDArray[np.float64]


class Found(NamedTuple):
    """For each row asked: partners (rows, k), best first, -1 where there are fewer; their scores; and
    whether more than k were above the floor."""

    partner: NDArray[np.int32]
    score: Floats
    more: NDArray[np.bool_]


class Tiles(NamedTuple):
    """Columns laid out by tile [tiles, dimensions, TILE]; `seat` and the bit sets are [tiles, TILE]."""

    columns: NDArray[np.float32]
    price: NDArray[np.float32]
    seat: Index
    languages: NDArray[np.uint64]
    first: NDArray[np.uint64]
    above: NDArray[np.uint64]
    below: NDArray[np.uint64]


def tiles(pool: Pool, price: Floats, among: Index) -> Tiles:
    """Lay out the seats `among` as columns: values first, then views above, then views below."""
    seats = pool.seats
    count = -(-len(among) // TILE)
    wide = seats.values.shape[1] + 2 * seats.toward.shape[1]
    flat = np.zeros((count * TILE, wide), np.float32)
    flat[: len(among)] = np.hstack([seats.values[among], seats.toward[among], seats.away[among]])
    prices = np.full(count * TILE, NOBODY)
    prices[: len(among)] = price[among]
    columns = np.ascontiguousarray(flat.reshape(count, TILE, wide).transpose(0, 2, 1))
    seat = np.zeros(count * TILE, np.int64)
    seat[: len(among)] = among
    bits = (seats.languages, seats.first, seats.above, seats.below)
    sets = (each[seat].reshape(count, TILE) for each in bits)
    return Tiles(columns, prices.reshape(count, TILE), seat.reshape(count, TILE), *sets)


@fast_kernel
def mix(
    tile: NDArray[np.float32], which: Index, weight: NDArray[np.float32], out: NDArray[np.float32]
) -> None:
    """Set `out` to the weighted sum of the rows `which` of *tile*; their number is a multiple of 4."""
    out[:] = np.float32(0)
    for start in range(0, len(which), 4):
        a, b = tile[which[start]], tile[which[start + 1]]
        c, d = tile[which[start + 2]], tile[which[start + 3]]
        p, q, r, s = weight[start], weight[start + 1], weight[start + 2], weight[start + 3]
        for place in range(256):
            out[place] += p * a[place] + q * b[place] + r * c[place] + s * d[place]


@fast_kernel
def cap(
    near: NDArray[np.float32],
    far: NDArray[np.float32],
    price: NDArray[np.float32],
    worth: np.float32,
) -> np.float32:
    """Add to `near` the falling return on `far`, take off the price, and return the largest."""
    largest = np.float32(-3e38)
    for place in range(256):
        part = min(far[place], np.float32(1))
        near[place] += worth * part * (np.float32(2) - part) - price[place]
        largest = max(largest, near[place])
    return largest


@fast_kernel
def screen(
    seats: Seats, rules: Rules, tiled: Tiles, at: tuple[int, int], near: NDArray[np.float32]
) -> np.float32:
    """Sink whoever of a tile shares no language with a or is below the floor; return the largest.

    `at` is (a, tile). The same tests as in `terms`, on a whole tile at once.
    """
    a, tile = at
    languages, first = tiled.languages[tile], tiled.first[tile]
    above, below = tiled.above[tile], tiled.below[tile]
    largest = np.float32(-3e38)
    for place in range(256):
        views = (seats.above[a] & below[place]) | (seats.below[a] & above[place])
        fits = ones(views) >= rules.differences
        fits &= ones(seats.first[a] & first[place]) >= rules.shared_values
        fits &= (seats.languages[a] & languages[place]) != 0
        near[place] = near[place] if fits else np.float32(-3e38)
        largest = max(largest, near[place])
    return largest


@kernel
def row_of(
    seats: Seats, rules: Rules, a: int
) -> tuple[Index, NDArray[np.float32], Index, NDArray[np.float32], float]:
    """Return which columns row a meets and with what weights: for values, for difference, and the
    most that topics and hours can add."""
    values, views = seats.values.shape[1], seats.toward.shape[1]
    near = np.zeros(-(-values // QUAD) * QUAD, np.int64)
    near_weight = np.zeros(len(near), np.float32)
    far = np.zeros(-(-views // QUAD) * QUAD, np.int64)
    far_weight = np.zeros(len(far), np.float32)
    for place in range(values):
        near[place] = place
        near_weight[place] = rules.values * seats.values[a, place]
    filled = 0
    for view in range(views):
        weight = seats.toward[a, view] + seats.away[a, view]
        if weight > 0:
            far[filled] = values + view + (views if seats.toward[a, view] > 0 else 0)
            far_weight[filled] = weight / rules.best
            filled += 1
    kept = -(-filled // QUAD) * QUAD
    extra = rules.topics * min(ones(seats.topics[a]), MOST_TOPICS) / MOST_TOPICS
    free = 0
    for word in range(seats.slots.shape[1]):
        free += ones(seats.slots[a, word])
    extra += rules.hours * min(free, MOST_COMMON_HOURS) / MOST_COMMON_HOURS
    return near, near_weight, far[:kept], far_weight[:kept], extra


@kernel
def keep(
    partner: NDArray[np.int32], kept: Floats, priced: Floats, found: tuple[int, float, float]
) -> None:
    """Insert (seat, score, priced score) into a row kept in falling order of priced score, then seat."""
    seat, value, worth = found
    place = len(priced) - 1
    while place > 0 and (
        priced[place - 1] < worth or (priced[place - 1] == worth and partner[place - 1] > seat)
    ):
        priced[place], kept[place] = priced[place - 1], kept[place - 1]
        partner[place] = partner[place - 1]
        place -= 1
    priced[place], kept[place], partner[place] = worth, value, seat


@kernel
def search_block(
    seats: Seats,
    rules: Rules,
    tiled: Tiles,
    price: Floats,
    rows: Index,
    floor: Floats,
    margin: float,
    found: Found,
) -> None:
    """Fill the rows of *found* for the seats `rows`."""
    size, k = len(rows), found.partner.shape[1]
    priced = np.full((size, k), -np.inf)
    near, far = np.empty(256, np.float32), np.empty(256, np.float32)
    worth = np.float32(rules.difference)
    parts = [row_of(seats, rules, a) for a in rows]
    for tile in range(len(tiled.columns)):
        columns = tiled.columns[tile]
        for row in range(size):
            near_which, near_weight, far_which, far_weight, extra = parts[row]
            mix(columns, near_which, near_weight, near)
            mix(columns, far_which, far_weight, far)
            least = max(floor[row], priced[row, k - 1])
            bar = np.float32(least - extra - margin)
            if cap(near, far, tiled.price[tile], worth) < bar:
                continue
            a = rows[row]
            if screen(seats, rules, tiled, (a, tile), near) < bar:
                continue
            for place in range(256):
                if near[place] < bar:
                    continue
                b = tiled.seat[tile, place]
                if not (feasible(seats, a, b) and above_floor(seats, rules, a, b)):
                    continue
                value = score(seats, rules, a, b)
                net = value - price[b]
                if net <= floor[row] or tiled.price[tile, place] == 1e30:
                    continue
                if priced[row, k - 1] > -np.inf:
                    found.more[row] = True
                if net > priced[row, k - 1] or (
                    net == priced[row, k - 1] and b < found.partner[row, k - 1]
                ):
                    keep(found.partner[row], found.score[row], priced[row], (b, value, net))
                    bar = np.float32(max(floor[row], priced[row, k - 1]) - extra - margin)


def margin(pool: Pool, price: Floats) -> float:
    """Return the most by which single precision can understate a priced score."""
    dimensions = pool.seats.values.shape[1] + pool.seats.toward.shape[1] + 8
    rules = pool.rules
    strongest = float(max((pool.seats.toward + pool.seats.away).max(initial=0.0), 1.0))
    size = (
        rules.values
        + rules.difference * (2 + strongest**2 / rules.best)
        + rules.topics
        + rules.hours
    )
    return float(
        4 * dimensions * np.finfo(np.float32).eps * (size + np.abs(price).max(initial=0.0))
    )


def search(
    pool: Pool,
    price: Floats,
    floor: Floats,
    k: int,
    *,
    rows: Index | None = None,
    among: Index | None = None,
    threads: int | None = None,
) -> Found:
    """Find for the seats `rows` the k best acceptable partners `among` (default: everyone).

    `price` is by seat, `floor` by entry of `rows`: only `score - price > floor` is found.
    """
    every = np.arange(len(pool))
    rows = every if rows is None else rows
    tiled = tiles(pool, price, every if among is None else among)
    found = Found(
        np.full((len(rows), k), -1, np.int32),
        np.full((len(rows), k), -np.inf),
        np.zeros(len(rows), np.bool_),
    )
    slack = margin(pool, price)

    def work(start: int) -> None:
        part = slice(start, start + BLOCK)
        here = Found(*(each[part] for each in found))
        search_block(pool.seats, pool.rules, tiled, price, rows[part], floor[part], slack, here)

    in_threads(work, range(0, len(rows), BLOCK), threads or os.cpu_count() or 1)
    return found
