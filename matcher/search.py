"""For every seat the best partners by priced score, over all pairs: what grows with n squared.

A seat a looks for the b with the largest `score(a, b) - price[b]` above its own floor. The same
pass proposes edges (column generation) and, with the floor at a's own price, proves a bound: what
it does not find does not exist.

Most pairs are rejected a tile at a time in single precision (`tiles`), first by what they are worth
at most, then by language and floor. Only what passes is tested for everything and scored in double
precision, so rounding decides nothing. A tile stays in the first-level cache while a block of rows
goes over it.
"""

import os
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.kernel import in_threads, kernel
from matcher.pool import Pool, Rules, Seats
from matcher.terms import above_floor, feasible, score
from matcher.tiles import (
    NOBODY,
    TILE,
    Floats,
    Index,
    Singles,
    Tiles,
    cap,
    mix,
    row_of,
    screen,
    tiles,
)

BLOCK = 96  # rows


class Found(NamedTuple):
    """For each row asked its partners [rows, k], best first, -1 where there are fewer; their
    scores; and whether more than k were above the floor."""

    partner: NDArray[np.int32]
    score: Floats
    more: NDArray[np.bool_]


class Ask(NamedTuple):
    """Prices by seat, the seats that ask, the floor of each, and the margin for rounding."""

    price: Floats
    rows: Index
    floor: Floats
    margin: float


class Line(NamedTuple):
    """One row against one tile: what the row's topics and hours can add, the columns' worth in
    single precision, the row's priced scores so far, and where to keep what is found."""

    row: int
    tile: int
    extra: float
    near: Singles
    priced: Floats
    found: Found


@kernel
def keep(
    partner: NDArray[np.int32], kept: Floats, priced: Floats, found: tuple[int, float, float]
) -> None:
    """Insert (seat, score, priced score): a row falls by priced score, then rises by seat."""
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
def bar_of(ask: Ask, row: int, last: float, extra: float) -> np.float32:
    """Return what a column must reach to matter to a row whose k-th best is `last`."""
    return np.float32(max(ask.floor[row], last) - extra - ask.margin)


@kernel
def take(seats: Seats, rules: Rules, tiled: Tiles, ask: Ask, line: Line) -> None:
    """Look closely at the columns of one tile for one row."""
    row, tile, extra, near, priced, found = line
    a, k = ask.rows[row], found.partner.shape[1]
    bar = bar_of(ask, row, priced[k - 1], extra)
    for place in range(TILE):
        if near[place] < bar or tiled.price[tile, place] == NOBODY:
            continue
        b = tiled.seat[tile, place]
        if not (feasible(seats, a, b) & above_floor(seats, rules, a, b)):
            continue
        value = score(seats, rules, a, b)
        worth = value - ask.price[b]
        if worth <= ask.floor[row]:
            continue
        if priced[k - 1] > -np.inf:
            found.more[row] = True
        last = found.partner[row, k - 1]
        if worth > priced[k - 1] or (worth == priced[k - 1] and b < last):
            keep(found.partner[row], found.score[row], priced, (b, value, worth))
            bar = bar_of(ask, row, priced[k - 1], extra)


@kernel
def search_block(seats: Seats, rules: Rules, tiled: Tiles, ask: Ask, found: Found) -> None:
    """Fill the rows of *found* for the seats that ask."""
    size, k = found.partner.shape
    priced = np.full((size, k), -np.inf)
    near, far = np.empty(TILE, np.float32), np.empty(TILE, np.float32)
    worth = np.float32(rules.difference)
    rows = [row_of(seats, rules, a) for a in ask.rows]
    for tile in range(len(tiled.columns)):
        columns, price = tiled.columns[tile], tiled.price[tile]
        for row in range(size):
            part = rows[row]
            mix(columns, part.near, part.near_weight, near)
            mix(columns, part.far, part.far_weight, far)
            bar = bar_of(ask, row, priced[row, k - 1], part.extra)
            if not cap(near, far, price, worth, bar):
                continue
            if screen(seats, rules, tiled, (ask.rows[row], tile, bar), near):
                line = Line(row, tile, part.extra, near, priced[row], found)
                take(seats, rules, tiled, ask, line)


def margin(pool: Pool, price: Floats) -> float:
    """Return the most by which single precision can understate a priced score."""
    dimensions = pool.seats.values.shape[1] + pool.seats.toward.shape[1] + 8
    rules = pool.rules
    most = rules.difference * (2 + pool.strongest**2 / rules.best)
    size = rules.values + most + rules.topics + rules.hours
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
    tiled: Tiles | None = None,
    threads: int | None = None,
) -> Found:
    """Find for the seats `rows` the k best acceptable partners `among` (default: everyone).

    `tiled`, when given, are the columns already laid out at these prices.
    `price` is by seat, `floor` by entry of `rows`: only `score - price > floor` is found.
    """
    every = np.arange(len(pool))
    rows = every if rows is None else rows
    columns = tiled or tiles(pool, price, every if among is None else among)
    found = Found(
        np.full((len(rows), k), -1, np.int32),
        np.full((len(rows), k), -np.inf),
        np.zeros(len(rows), np.bool_),
    )
    slack = margin(pool, price)

    def work(start: int) -> None:
        part = slice(start, start + BLOCK)
        here = Found(found.partner[part], found.score[part], found.more[part])
        search_block(
            pool.seats, pool.rules, columns, Ask(price, rows[part], floor[part], slack), here
        )

    in_threads(work, range(0, len(rows), BLOCK), threads or os.cpu_count() or 1)
    return found
