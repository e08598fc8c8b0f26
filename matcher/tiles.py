"""Columns in tiles, and the single-precision arithmetic on a whole tile at once.

The inner loops run over the 256 columns of a tile, so the compiler can use the widest vectors there
are. What they compute is never below the true priced score by more than `search.margin`.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.kernel import fast_kernel, kernel
from matcher.pool import Pool, Rules, Seats
from matcher.terms import MOST_COMMON_HOURS, MOST_TOPICS, ones

TILE = 256
QUAD = 4  # columns are mixed four at a time
NOBODY = np.float32(1e30)  # the price of a column that only fills up the last tile
SUNK = np.float32(-3e38)

Index = NDArray[np.int64]
Floats = NDArray[np.float64]
Singles = NDArray[np.float32]


class Tiles(NamedTuple):
    """Columns by tile [tiles, dimensions, TILE]; `seat` and the bit sets are [tiles, TILE]."""

    columns: Singles
    price: Singles
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
def mix(tile: Singles, which: Index, weight: Singles, out: Singles) -> None:
    """Set `out` to the weighted sum of the rows `which` of *tile*, a multiple of four of them."""
    out[:] = np.float32(0)
    for start in range(0, len(which), 4):
        a, b = tile[which[start]], tile[which[start + 1]]
        c, d = tile[which[start + 2]], tile[which[start + 3]]
        p, q, r, s = weight[start], weight[start + 1], weight[start + 2], weight[start + 3]
        for place in range(TILE):
            out[place] += p * a[place] + q * b[place] + r * c[place] + s * d[place]


@fast_kernel
def cap(
    near: Singles,
    far: Singles,
    price: Singles,
    worth: np.float32,
) -> np.float32:
    """Add to `near` the falling return on `far`, take off the price, and return the largest."""
    largest = SUNK
    for place in range(TILE):
        part = min(far[place], np.float32(1))
        near[place] += worth * part * (np.float32(2) - part) - price[place]
        largest = max(largest, near[place])
    return largest


@fast_kernel
def screen(
    seats: Seats, rules: Rules, tiled: Tiles, at: tuple[int, int], near: Singles
) -> np.float32:
    """Sink whoever of a tile shares no language with a or is below the floor; return the largest.

    `at` is (a, tile). The same tests as in `terms`, on a whole tile at once.
    """
    a, tile = at
    languages, first = tiled.languages[tile], tiled.first[tile]
    above, below = tiled.above[tile], tiled.below[tile]
    largest = SUNK
    for place in range(TILE):
        views = (seats.above[a] & below[place]) | (seats.below[a] & above[place])
        fits = ones(views) >= rules.differences
        fits &= ones(seats.first[a] & first[place]) >= rules.shared_values
        fits &= (seats.languages[a] & languages[place]) != 0
        near[place] = near[place] if fits else SUNK
        largest = max(largest, near[place])
    return largest


class Row(NamedTuple):
    """Which columns a seat meets and with what weights, for values and for difference, and the most
    that topics and hours can add."""

    near: Index
    near_weight: Singles
    far: Index
    far_weight: Singles
    extra: float


@kernel
def row_of(seats: Seats, rules: Rules, a: int) -> Row:
    """Lay out seat a as a row."""
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
    return Row(near, near_weight, far[:kept], far_weight[:kept], extra)
