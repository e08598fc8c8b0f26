"""Seats as columns, 256 to a tile, and a seat as a row that goes over them.

A tile may also hold whole tiles as its columns (`overview`): the highest, or lowest, of every
number and all bits of any of its seats, so that what a row cannot find there it cannot find in any.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.kernel import kernel
from matcher.marks import Marked, marks
from matcher.order import alike
from matcher.pool import Pool, Rules, Seats
from matcher.sums import EIGHT, TILE, Index, Lines, Singles
from matcher.terms import MOST_COMMON_HOURS, MOST_TOPICS, ones

NOBODY = np.float32(-1e30)  # minus the price of a column that only fills up the last tile

Floats = NDArray[np.float64]


class Tiles(NamedTuple):
    """Columns by tile. `near` [tiles, numbers * TILE] are values, number by number; `minus` [tiles,
    TILE] the negative price; `far` [tiles, 2 views, TILE] weights above, then below the middle;
    `words` [tiles, words, TILE] and `spans` are `marks.Marks`; `seat` [tiles, TILE]."""

    near: Singles
    minus: Singles
    far: Singles
    words: Marked
    spans: Index
    seat: Index


class Columns(NamedTuple):
    """Tiles, the tiles' overview, and each seat's words as a row."""

    tiles: Tiles
    overview: Tiles
    rows: Marked


def tiles(pool: Pool, price: Floats, among: Index) -> Columns:
    """Lay out the seats `among` as columns, alike ones together."""
    seats = pool.seats
    asked = marks(pool)
    order = alike(pool, price, among)
    near = _wide(seats.values[order])
    far = np.hstack([seats.toward[order], seats.away[order]])
    made = _tiled(near, -price[order], far, asked.columns[order], asked.spans)
    made = made._replace(seat=np.resize(order, made.minus.shape) if len(order) else made.seat)
    return Columns(made, overview(made), asked.rows)


def overview(made: Tiles) -> Tiles:
    """Return tiles whose columns are the tiles of *made*: what is best in any of their seats."""
    count = len(made.near)
    near = made.near.reshape(count, -1, TILE)
    there = (made.minus > NOBODY)[:, None, :]
    high = np.where(there, near, -np.inf).max(2, initial=-np.inf)
    low = np.where(there, near, np.inf).min(2, initial=np.inf)
    words = np.bitwise_or.reduce(made.words, axis=2)
    both = np.hstack([high, low])
    return _tiled(both, made.minus.max(1, initial=-np.inf), made.far.max(2), words, made.spans)


def _wide(numbers: Singles) -> Singles:
    """Fill up with columns of nothing to a multiple of eight."""
    return np.pad(numbers, ((0, 0), (0, -numbers.shape[1] % EIGHT)))


def _tiled(near: Singles, minus: Floats, far: Singles, words: Marked, spans: Index) -> Tiles:
    count = -(-len(near) // TILE)
    fill = ((0, count * TILE - len(near)), (0, 0))

    def cut(rows: NDArray[Any]) -> NDArray[Any]:
        wide = np.pad(rows, fill).reshape(count, TILE, rows.shape[1])
        return np.ascontiguousarray(wide.transpose(0, 2, 1))

    ends = np.full(count * TILE, NOBODY)
    ends[: len(minus)] = minus
    return Tiles(
        near=cut(near).reshape(count, near.shape[1] * TILE),
        minus=ends.reshape(count, TILE),
        far=cut(far),
        words=cut(words),
        spans=spans,
        seat=np.arange(count * TILE).reshape(count, TILE),
    )


@kernel
def some(over: Tiles, which: Index) -> Tiles:
    """Return the columns `which` of an overview, no more than a tile holds, as one tile."""
    numbers, views, words = over.near.shape[1] // TILE, over.far.shape[1], over.words.shape[1]
    near = np.zeros((1, numbers * TILE), np.float32)
    minus = np.full((1, TILE), NOBODY)
    far = np.zeros((1, views, TILE), np.float32)
    bits = np.zeros((1, words, TILE), np.uint32)
    for place in range(len(which)):
        block, at = which[place] // TILE, which[place] % TILE
        minus[0, place] = over.minus[block, at]
        for number in range(numbers):
            near[0, number * TILE + place] = over.near[block, number * TILE + at]
        for view in range(views):
            far[0, view, place] = over.far[block, view, at]
        for word in range(words):
            bits[0, word, place] = over.words[block, word, at]
    return Tiles(near, minus, far, bits, over.spans, which.reshape(1, -1))


class Row(NamedTuple):
    """A seat as a row: weights of a tile's values, of an overview's highest and lowest, which views
    it meets with what weights, and the most that topics and hours can add."""

    near: Singles
    ends: Singles
    far: Lines
    far_weight: Singles
    extra: float


@kernel
def row_of(seats: Seats, rules: Rules, a: int) -> Row:
    """Lay out seat a as a row."""
    values, views = seats.values.shape[1], seats.toward.shape[1]
    wide = -(-values // EIGHT) * EIGHT
    near, ends = np.zeros(wide, np.float32), np.zeros(2 * wide, np.float32)
    for place in range(values):
        weight = rules.values * seats.values[a, place]
        near[place] = weight
        ends[place if weight > 0 else wide + place] = weight
    far = np.zeros(-(-views // EIGHT) * EIGHT, np.uint64)
    far_weight = np.zeros(len(far), np.float32)
    filled = 0
    for view in range(views):
        weight = seats.toward[a, view] + seats.away[a, view]
        if weight > 0:
            far[filled] = view + (views if seats.toward[a, view] > 0 else 0)
            far_weight[filled] = weight / rules.best
            filled += 1
    kept = -(-filled // EIGHT) * EIGHT
    extra = rules.topics * min(ones(seats.topics[a]), MOST_TOPICS) / MOST_TOPICS
    free = 0
    for word in range(seats.slots.shape[1]):
        free += ones(seats.slots[a, word])
    extra += rules.hours * min(free, MOST_COMMON_HOURS) / MOST_COMMON_HOURS
    return Row(near, ends, far[:kept], far_weight[:kept], extra)
