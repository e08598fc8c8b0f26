"""Bounds of the largest pools, estimated from what seats drawn by chance find among everybody.

On the double cover (`assignment`) let v be the prices as columns and u(a), as a row, the most that
a finds above them or is left with when empty. Both together satisfy the dual's constraints,
whatever v is, so half their sum bounds value less cost; and half the mean of u - v over seats drawn
by chance stands for that of all. A seat may find less than its own price: then the bound falls.

The count needs no search of its own. No score is below -w, w what values weigh; so whoever has a u
below -t finds nobody whose v is not above t - w. With people so much dearer than scores, the many
who wait have prices far below nought, and whom they wait for far above. At most as many of them are
placed as are waited for: Hall's bound, read from the prices.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.pool import BASE, Pool
from matcher.search import Found
from matcher.sums import Index

Floats = NDArray[np.float64]

SURE = 1.96  # standard errors: 95 %
UNSEEN = 3  # in as many as were asked, 95 %: what a sample may have missed altogether


class Drawn(NamedTuple):
    """Seats drawn by chance, and by how much what each finds is above its own price [rows]: at
    most, and never below what it is left with when it stays empty."""

    rows: Index
    above: Floats


def drawn(pool: Pool, price: Floats, rows: Index, found: Found, below: float) -> Drawn:
    """Return what `rows` found best among everybody with `price[rows] - below` as floor."""
    partner = found.partner[:, 0]
    above = np.where(partner >= 0, found.score[:, 0] - price[partner] - price[rows], -below)
    return Drawn(rows, np.maximum(above, -2 * (pool.cost[rows] + price[rows])))


def value_drawn(price: Floats, seen: Drawn) -> tuple[float, float]:
    """Return the bound as these seats let it expect, and how far it may be off (95 %).

    What the sample may have missed altogether is taken to be as large as the largest seen; so a
    bound from a sample is never said to be certain.
    """
    rise, asked = seen.above / 2, len(seen.rows)
    off = SURE * float(rise.std()) / np.sqrt(asked) + UNSEEN * max(float(rise.max()), 0.0) / asked
    return float(price.sum() + len(price) * rise.mean()), float(len(price) * off)


def count_drawn(pool: Pool, price: Floats, seen: Drawn) -> tuple[int, int, Floats]:
    """Return how many people can be placed at most, how far that may be off (95 %), and by seat
    what one more like it brings in pairs; see `bound.count_bound`."""
    rules = pool.rules
    highest = max(rules.values + rules.difference + rules.topics + rules.hours, 1.0)
    tried = [_cover(pool, price, seen, step * highest) for step in range(1, BASE)]
    most, off, level = min(tried)
    wanted = np.where(price > level - rules.values, 1.0, 0.5)
    return most, off, np.where(price < -level, 0.0, wanted)


def _cover(pool: Pool, price: Floats, seen: Drawn, level: float) -> tuple[int, int, float]:
    """Return how many people can be placed at most, by who is priced below -level."""
    lead, alone = pool.seats.lead, price < -level
    people = np.count_nonzero(lead == np.arange(len(pool)))
    content = np.zeros(len(pool), np.bool_)
    content[lead[~alone]] = True
    needy = people - np.count_nonzero(content)
    misled = alone[seen.rows] & (price[seen.rows] + seen.above >= -level)
    share, asked = float(misled.mean()), len(seen.rows)
    off = len(pool) * (SURE * np.sqrt(share * (1 - share) / asked) + UNSEEN / asked)
    wanted = np.count_nonzero(price > level - pool.rules.values) + len(pool) * share
    most = people - needy + min(needy, wanted + off)
    return int(most), int(min(off, most)), level
