"""Single-precision arithmetic on all columns of a tile at once.

The loops run over the 256 columns of a tile, so the compiler can use the widest vectors there are.
What is computed is never below the true priced score by more than `margin`.
"""

import numpy as np
from numpy.typing import NDArray

from matcher.kernel import fast_kernel, kernel
from matcher.marks import Marked
from matcher.pool import Pool
from matcher.terms import ones32

TILE = 256
EIGHT = 8  # numbers are mixed eight at a time
SUNK = np.float32(-3e38)
ONE, NONE = np.float32(1), np.float32(0)

Index = NDArray[np.int64]
Lines = NDArray[np.uint64]  # unsigned: no need to ask whether to count from the end
Singles = NDArray[np.float32]


def margin(pool: Pool, price: NDArray[np.float64]) -> float:
    """Return the most by which single precision can understate a priced score."""
    dimensions = 2 * pool.seats.values.shape[1] + pool.seats.toward.shape[1] + 8
    rules = pool.rules
    most = rules.difference * (2 + pool.strongest**2 / rules.best)
    size = rules.values + most + rules.topics + rules.hours
    return float(
        4 * dimensions * np.finfo(np.float32).eps * (size + np.abs(price).max(initial=0.0))
    )


@fast_kernel
def passes(words: Marked, word: np.uint32, need: int) -> bool:
    """Say if any column of a tile passes a question of one word."""
    most = np.uint32(0)
    for z in range(TILE):
        most = max(most, ones32(word & words[z]))
    return bool(most >= need)


@fast_kernel
def close(
    tile: Singles,
    weight: Singles,
    begin: Singles,
    asks: tuple[Marked, np.uint32, int, np.float32],
    out: Singles,
) -> bool:
    """Set `out` to `begin` and eight weighted numbers of a tile, sunk where the first question is
    not passed; `asks` are its column words, row word and need, and the bar. Says if any reaches."""
    words, word, need, bar = asks
    a, b, c, d = weight[0], weight[1], weight[2], weight[3]
    e, f, g, h = weight[4], weight[5], weight[6], weight[7]
    reached = NONE
    for z in range(TILE):
        half = a * tile[z] + b * tile[TILE + z] + c * tile[2 * TILE + z] + d * tile[3 * TILE + z]
        rest = e * tile[4 * TILE + z] + f * tile[5 * TILE + z]
        rest += g * tile[6 * TILE + z] + h * tile[7 * TILE + z]
        value = begin[z] + half + rest
        value = value if ones32(word & words[z]) >= need else SUNK
        out[z] = value
        reached += ONE if value >= bar else NONE
    return bool(reached > NONE)


@fast_kernel
def blend(tile: Singles, weight: Singles, out: Singles) -> None:
    """Add eight weighted numbers of a tile to `out`."""
    a, b, c, d = weight[0], weight[1], weight[2], weight[3]
    e, f, g, h = weight[4], weight[5], weight[6], weight[7]
    for z in range(TILE):
        half = a * tile[z] + b * tile[TILE + z] + c * tile[2 * TILE + z] + d * tile[3 * TILE + z]
        rest = e * tile[4 * TILE + z] + f * tile[5 * TILE + z]
        rest += g * tile[6 * TILE + z] + h * tile[7 * TILE + z]
        out[z] += half + rest


@kernel
def nearness(
    tile: Singles,
    weight: Singles,
    begin: Singles,
    asks: tuple[Marked, np.uint32, int, np.float32],
    room: tuple[Singles, Singles],
) -> bool:
    """Do as `close` with all numbers of a tile, eight at a time; `room` is for halves and `out`."""
    half, out = room
    last = len(weight) - EIGHT
    if last == 0:
        return close(tile, weight, begin, asks, out)
    half[:] = begin
    for at in range(0, last, EIGHT):
        blend(tile[at * TILE :], weight[at:], half)
    return close(tile[last * TILE :], weight[last:], half, asks, out)


@fast_kernel
def mix(tile: Singles, which: Lines, weight: Singles, out: Singles) -> None:
    """Set `out` to the weighted sum of the rows `which` of *tile*, a multiple of eight."""
    out[:] = NONE
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
def falling(far: Singles, worth: np.float32) -> None:
    """Turn weighted differences into what they are worth: each further one less."""
    for z in range(TILE):
        part = min(far[z], ONE)
        far[z] = worth * part * (np.float32(2) - part)


@fast_kernel
def add(near: Singles, far: Singles, bar: np.float32) -> bool:
    """Add `far` to `near`; say if any reaches the bar."""
    reached = NONE
    for z in range(TILE):
        value = near[z] + far[z]
        near[z] = value
        reached += ONE if value >= bar else NONE
    return bool(reached > NONE)


@fast_kernel
def weigh(reach: Singles, bar: np.float32, likely: Singles) -> None:
    """Add to `likely`, by tile, by how much a row may find more there than its bar."""
    for tile in range(len(reach)):
        likely[tile] += max(reach[tile] - bar, NONE)


@fast_kernel
def sift(
    words: Marked, row: Marked, spans: Index, bar: np.float32, room: tuple[Singles, Marked]
) -> bool:
    """Sink whoever does not pass a question of `spans`; say if anyone is left above the bar.

    `room` is what columns are worth and place for a tile's counts.
    """
    near, common = room
    for ask in range(len(spans)):
        common[:] = 0
        for at in range(spans[ask, 0], spans[ask, 1]):
            word = row[at]
            for z in range(TILE):
                common[z] += ones32(word & words[at, z])
        reached, need = NONE, np.uint32(spans[ask, 2])
        for z in range(TILE):
            value = near[z] if common[z] >= need else SUNK
            near[z] = value
            reached += ONE if value >= bar else NONE
        if reached == NONE:
            return False
    return True
