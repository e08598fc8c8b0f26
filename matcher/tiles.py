"""Columns in tiles, and the single-precision arithmetic on a whole tile at once.

The inner loops run over the 256 columns of a tile, so the compiler can use the widest vectors there
are. What they compute is never below the true priced score by more than `search.margin`.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.kernel import Scalar, fast_kernel, kernel
from matcher.pool import Pool, Rules, Seats
from matcher.terms import MOST_COMMON_HOURS, MOST_TOPICS, ones

TILE = 256
EIGHT = 8  # columns are mixed eight at a time
NOBODY = np.float32(1e30)  # the price of a column that only fills up the last tile
SUNK = np.float32(-3e38)

Index = NDArray[np.int64]
Lines = NDArray[np.uint64]  # unsigned: no need to ask whether to count from the end
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
def mix(tile: Singles, which: Lines, weight: Singles, out: Singles) -> None:
    """Set `out` to the weighted sum of the rows `which` of *tile*, a multiple of eight."""
    out[:] = np.float32(0)
    for at in range(0, len(which), EIGHT):
        a, b, c, d = which[at], which[at + 1], which[at + 2], which[at + 3]
        e, f, g, h = which[at + 4], which[at + 5], which[at + 6], which[at + 7]
        i, j, k, m = weight[at], weight[at + 1], weight[at + 2], weight[at + 3]
        n, o, p, q = weight[at + 4], weight[at + 5], weight[at + 6], weight[at + 7]
        for z in range(TILE):
            half = i * tile[a, z] + j * tile[b, z] + k * tile[c, z] + m * tile[d, z]
            rest = n * tile[e, z] + o * tile[f, z] + p * tile[g, z] + q * tile[h, z]
            out[z] += half + rest


@fast_kernel
def cap(near: Singles, far: Singles, price: Singles, worth: np.float32, bar: np.float32) -> bool:
    """Add to `near` the falling return on `far`, take off the price; say if any reaches `bar`."""
    reached: Scalar = 0
    for place in range(TILE):
        part = min(far[place], np.float32(1))
        value = near[place] + worth * part * (np.float32(2) - part) - price[place]
        near[place] = value
        reached |= value >= bar
    return bool(reached)


@fast_kernel
def screen(
    seats: Seats, rules: Rules, tiled: Tiles, at: tuple[int, int, np.float32], near: Singles
) -> bool:
    """Sink whoever of a tile shares no language with a or is below the floor.

    `at` is (a, tile, bar); says if any is left that reaches the bar. The same tests as in `terms`,
    on a whole tile at once.
    """
    a, tile, bar = at
    languages, first = tiled.languages[tile], tiled.first[tile]
    above, below = tiled.above[tile], tiled.below[tile]
    reached: Scalar = 0
    for place in range(TILE):
        views = (seats.above[a] & below[place]) | (seats.below[a] & above[place])
        fits = ones(views) >= rules.differences
        fits &= ones(seats.first[a] & first[place]) >= rules.shared_values
        fits &= (seats.languages[a] & languages[place]) != 0
        value = near[place] if fits else SUNK
        near[place] = value
        reached |= value >= bar
    return bool(reached)


class Row(NamedTuple):
    """Which columns a seat meets and with what weights, for values and for difference, and the most
    that topics and hours can add."""

    near: Lines
    near_weight: Singles
    far: Lines
    far_weight: Singles
    extra: float


@kernel
def row_of(seats: Seats, rules: Rules, a: int) -> Row:
    """Lay out seat a as a row."""
    values, views = seats.values.shape[1], seats.toward.shape[1]
    near = np.zeros(-(-values // EIGHT) * EIGHT, np.uint64)
    near_weight = np.zeros(len(near), np.float32)
    far = np.zeros(-(-views // EIGHT) * EIGHT, np.uint64)
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
    kept = -(-filled // EIGHT) * EIGHT
    extra = rules.topics * min(ones(seats.topics[a]), MOST_TOPICS) / MOST_TOPICS
    free = 0
    for word in range(seats.slots.shape[1]):
        free += ones(seats.slots[a, word])
    extra += rules.hours * min(free, MOST_COMMON_HOURS) / MOST_COMMON_HOURS
    return Row(near, near_weight, far[:kept], far_weight[:kept], extra)
