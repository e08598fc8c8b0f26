"""Which tiles rows should look at: what an overview says they could find there at most.

Where not all tiles are looked at, a few rows of the block, who are alike, choose the likeliest for
all; only of these every row is then asked by itself.
"""

from typing import NamedTuple

import numpy as np

from matcher.kernel import kernel
from matcher.marks import Marked
from matcher.pool import Rules
from matcher.sums import (
    NONE,
    SUNK,
    TILE,
    Index,
    Singles,
    falling,
    mix,
    nearness,
    passes,
    sift,
    weigh,
)
from matcher.tiles import Columns, Row, Tiles, some

EVERY = 12  # rows, of whom one chooses
Part = tuple[list[Row], Marked, Singles, Index]
"""Rows, their words and bars, and the first places among the columns they look at."""


class Room(NamedTuple):
    """Where one row is worked out against one tile: halves of sums, worth, views, common bits."""

    half: Singles
    near: Singles
    far: Singles
    common: Marked


@kernel
def far_above(rules: Rules) -> np.float32:
    """Return how far above its bar a column is not ruled out by what it is worth: there the first
    question is asked before."""
    return np.float32(2 * (rules.values + rules.difference))


@kernel
def look_over(
    rules: Rules,
    over: Tiles,
    part: tuple[Row, Marked, int],
    room: Room,
    result: tuple[Singles, Singles],
) -> None:
    """Set for every tile what it is worth to a row at most, and what views add to that.

    `part` is a row, its words and the first place it looks at; `result` are two arrays by tile. A
    tile that cannot pass the questions is worth `SUNK`.
    """
    row, words, begin = part
    reach, rest = result
    for block in range(begin // (TILE * TILE), len(over.near)):
        asks = (over.words[block, 0], words[0], over.spans[0, 2], SUNK)
        nearness(over.near[block], row.ends, over.minus[block], asks, (room.half, room.near))
        sift(over.words[block], words, over.spans[1:], SUNK, (room.near, room.common))
        mix(over.far[block], row.far, row.far_weight, room.far)
        falling(room.far, np.float32(rules.difference))
        here = slice(block * TILE, min(block * TILE + TILE, len(reach)))
        size = here.stop - here.start
        reach[here] = room.near[:size] + room.far[:size]
        rest[here] = room.far[:size]
    reach[: begin // TILE] = SUNK


@kernel
def likeliest(rules: Rules, columns: Columns, part: Part, room: Room) -> Index:
    """Return the tiles in which some of the rows may find most: at most one overview's columns."""
    (rows, asked, bars, begin), (tiled, over, _) = part, columns
    likely, reach = np.zeros(len(tiled.near), np.float32), np.zeros(len(tiled.near), np.float32)
    rest, sure, need = np.zeros(len(reach), np.float32), far_above(rules), tiled.spans[0, 2]
    for row in range(0, len(rows), EVERY):
        look_over(rules, over, (rows[row], asked[row], begin[row]), room, (reach, rest))
        for tile in np.flatnonzero(reach > bars[row] + sure):
            if not passes(tiled.words[tile, 0], asked[row, 0], need):
                reach[tile] = SUNK
        weigh(reach, bars[row], likely)
    bar = np.partition(likely, len(likely) - TILE)[len(likely) - TILE]
    if bar > NONE:
        return np.flatnonzero(likely >= bar)[:TILE]
    return np.flatnonzero(likely > NONE)


@kernel
def reached(
    rules: Rules, columns: Columns, part: Part, within: tuple[Room, int]
) -> tuple[Index, Singles, Singles, Index]:
    """Return tiles; what each is worth to each row at most, and what views add to that [rows,
    tiles]; and the places of the tiles where any may find something, the likeliest first.

    `within` is room, and in how many tiles a row will look.
    """
    (rows, asked, bars, begin), (room, most), over = part, within, columns.overview
    which = np.arange(len(columns.tiles.near))
    if max(most, TILE) < len(which):
        which = likeliest(rules, columns, part, room)
        over, begin = some(over, which), np.searchsorted(which, begin // TILE) * TILE
    shape = (len(rows), len(which))
    reach, rest = np.full(shape, SUNK), np.zeros(shape, np.float32)
    likely = np.zeros(len(which), np.float32)
    for row in range(len(rows)):
        look_over(rules, over, (rows[row], asked[row], begin[row]), room, (reach[row], rest[row]))
        weigh(reach[row], bars[row], likely)
    wanted = np.flatnonzero(likely > NONE)
    return which, reach, rest, wanted[np.argsort(-likely[wanted])]
