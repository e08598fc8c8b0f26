"""For every seat the best partners by priced score, over all pairs: what grows with n squared.

A seat a looks for the b with the largest `score(a, b) - price[b]` above its own floor. The same
pass proposes edges (column generation) and, with the floor at a's own price, proves a bound: what
it does not find does not exist. As `score - price[a] - price[b]` is the same from both ends, each
pair need be seen from one end only (`once`): half the work.

Most pairs are never looked at: seats that are alike lie in one tile, and a row first asks a tile's
overview what it could be worth at most. Of a tile it cannot rule out it takes price, values and the
sharpest question in one go in single precision (`sums.nearness`), the other questions and the
views only where someone is still above its bar. Only what passes all is tested for everything and
scored in double precision, so rounding decides nothing. A tile stays in the first-level cache
while a block of rows goes over it.
"""

import os
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.kernel import in_threads, kernel
from matcher.likely import Room, far_above, reached
from matcher.listing import before, keep
from matcher.pool import Pool, Rules, Seats
from matcher.sums import (
    TILE,
    Index,
    Singles,
    add,
    falling,
    margin,
    mix,
    nearness,
    passes,
    sift,
)
from matcher.terms import above_floor, feasible, score
from matcher.tiles import Columns, Floats, Tiles, row_of, tiles

BLOCK = 96  # rows
LOWEST = np.float32(-1e29)  # bar: above whoever was sunk or is nobody


class Found(NamedTuple):
    """For each row asked its partners [rows, k], best first, -1 where there are fewer, and their
    scores. With `once` a pair is found from one of its ends only."""

    partner: NDArray[np.int32]
    score: Floats

    @property
    def full(self) -> NDArray[np.bool_]:
        """Say which rows may have more partners above their floor than there was room for."""
        return self.partner[:, -1] >= 0


class Ask(NamedTuple):
    """Prices by seat; the seats that ask, the floor of each and the first place among the columns
    it looks at; the margin for rounding; in how many tiles each looks closely, the
    likeliest first."""

    price: Floats
    rows: Index
    floor: Floats
    begin: Index
    margin: float
    most: int


class Line(NamedTuple):
    """A row, the seats of one tile from where the row may look, their worth in single precision,
    the bar, and the row's priced scores so far."""

    row: int
    seat: Index
    near: Singles
    bar: np.float32
    priced: Floats


@kernel
def take(seats: Seats, rules: Rules, ask: Ask, at: Line, found: Found) -> float:
    """Look closely at the columns of one tile that reach a row's bar; return its k-th best."""
    row, seat, near, bar, priced = at
    a, floor, last = ask.rows[row], ask.floor[row], len(priced) - 1
    partner = found.partner[row]
    for place in range(len(seat)):
        if near[place] < bar:
            continue
        b = seat[place]
        if not (feasible(seats, a, b) & above_floor(seats, rules, a, b)):
            continue
        value = score(seats, rules, a, b)
        worth = value - ask.price[b]
        if worth <= floor:
            continue
        if partner[last] < 0 or before(a, (b, worth), (partner[last], priced[last])):
            keep(a, partner, (found.score[row], priced), (b, value, worth))
    return float(priced[last])


@kernel
def search_block(seats: Seats, rules: Rules, columns: Columns, ask: Ask, found: Found) -> None:
    """Fill the rows of *found* for the seats that ask."""
    tiled, _, words = columns
    size, worth = len(ask.rows), np.float32(rules.difference)
    priced = np.full(found.partner.shape, -np.inf)
    sure, need = far_above(rules), tiled.spans[0, 2]
    room = Room(
        np.empty(TILE, np.float32),
        np.empty(TILE, np.float32),
        np.empty(TILE, np.float32),
        np.empty(TILE, np.uint32),
    )
    rows, asked = [row_of(seats, rules, a) for a in ask.rows], words[ask.rows]
    bars, tried = np.empty(size, np.float32), np.zeros(size, np.int64)
    for row in range(size):
        bars[row] = max(np.float32(ask.floor[row] - rows[row].extra - ask.margin), LOWEST)
    which, reach, rest, order = reached(
        rules, columns, (rows, asked, bars, ask.begin), (room, ask.most)
    )
    for place in order:
        tile = which[place]
        near, minus, seat = tiled.near[tile], tiled.minus[tile], tiled.seat[tile]
        marks, sharpest = tiled.words[tile], tiled.words[tile, 0]
        for row in range(size):
            bar = bars[row]
            if reach[row, place] < bar or tried[row] >= ask.most:
                continue
            if reach[row, place] > bar + sure and not passes(sharpest, asked[row, 0], need):
                continue
            part, word = rows[row], asked[row]
            tried[row] += 1
            asks = (sharpest, asked[row, 0], need, bar - rest[row, place])
            if not nearness(near, part.near, minus, asks, (room.half, room.near)):
                continue
            mix(tiled.far[tile], part.far, part.far_weight, room.far)
            falling(room.far, worth)
            if not (
                add(room.near, room.far, bar)
                and sift(marks, word, tiled.spans[1:], bar, (room.near, room.common))
            ):
                continue
            first = max(ask.begin[row] - tile * TILE, 0)
            at = Line(row, seat[first:], room.near[first:], bar, priced[row])
            last = take(seats, rules, ask, at, found)
            bars[row] = max(bar, np.float32(last - part.extra - ask.margin))


def search(  # noqa: PLR0913  # who asks, whom, and how far: each has a default
    pool: Pool,
    price: Floats,
    floor: Floats,
    k: int,
    *,
    rows: Index | None = None,
    columns: Columns | None = None,
    once: bool = False,
    most: int | None = None,
    threads: int | None = None,
) -> Found:
    """Find for the seats `rows` (default: everyone) the k best acceptable partners.

    `price` is by seat, `floor` by entry of `rows`: only `score - price > floor` is found. `columns`
    are who is looked at, laid out at these prices; default: everyone. With `once`, which is for
    floors that are price plus the same for all, a pair is found from the end that comes first.
    `most` is in how many tiles a row looks closely, among the 256 likeliest for it and those
    beside it; default: all, so that it misses nothing.
    """
    columns = columns or tiles(pool, price, np.arange(len(pool)))
    rows = np.arange(len(pool)) if rows is None else rows
    order, begin = beside(columns.tiles, rows, once)
    found = Found(np.full((len(rows), k), -1, np.int32), np.full((len(rows), k), -np.inf))
    slack = margin(pool, price)
    most = most or len(columns.tiles.near)

    def work(start: int) -> None:
        part = order[start : start + BLOCK]
        here = Found(found.partner[part], found.score[part])
        ask = Ask(price, rows[part], floor[part], begin[part], slack, most)
        search_block(pool.seats, pool.rules, columns, ask, here)
        found.partner[part], found.score[part] = here

    in_threads(work, range(0, len(rows), BLOCK), threads or os.cpu_count() or 1)
    return found


def beside(tiled: Tiles, rows: Index, once: bool) -> tuple[Index, Index]:
    """Return an order of `rows` in which alike ones are beside each other, and the first place
    among the columns each looks at."""
    if len(rows) <= BLOCK and not once:
        return np.arange(len(rows)), np.zeros(len(rows), np.int64)
    seat = tiled.seat.ravel()
    place = np.zeros(max(seat.max(initial=0), rows.max(initial=0)) + 1, np.int64)
    place[seat[::-1]] = np.arange(len(seat))[::-1]  # those that fill up come after their own
    order = np.argsort(place[rows], kind="stable")
    return order, place[rows] + 1 if once else np.zeros(len(rows), np.int64)
