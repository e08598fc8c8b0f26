"""Puts seats that are alike beside each other, so that a tile of them can be judged as one.

A k-d tree over prices and values: halve the seats at the middle of the column in which they are
spread most, and each half again, down to a tile. Which order it is never changes what is found.
"""

import numpy as np
from numpy.typing import NDArray

from matcher.pool import Pool

Floats = NDArray[np.float64]
Index = NDArray[np.int64]

RUN = 256  # seats: a tile


def alike(pool: Pool, price: Floats, among: Index) -> Index:
    """Return the seats `among`, alike ones together."""
    if len(among) <= RUN:
        return among
    low, high = np.quantile(price[among], [0.02, 0.98])
    worth = np.clip(price[among], low, high).astype(np.float32)
    columns = np.vstack([worth, pool.rules.values * pool.seats.values[among].T])
    runs: list[Index] = []
    waiting = [np.arange(len(among))]
    while waiting:
        part = waiting.pop()
        if len(part) <= RUN:
            runs.append(part)
            continue
        here = columns[:, part]
        left = -(-len(part) // (2 * RUN)) * RUN
        order = np.argpartition(here[here.std(1).argmax()], left - 1)
        waiting += [part[order[left:]], part[order[:left]]]
    return among[np.concatenate(runs)]
