"""Seats of a kind: alike in everything a score or a test asks. They should cost the same.

Coarse surveys make many seats of few kinds. Among them every best partner is a tie; where their
prices differ by no more than the auction's rounding, everybody would still look at the same few. A
bound is no worse for giving every seat the mean price of its kind: seats of a kind can be exchanged
for each other, so the mean over all exchanges keeps every condition that held for all pairs. Ties
that are then exact are broken by each seat in an order of its own (`listing.turn`).
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ODD = np.uint64(0x9E3779B97F4A7C15)


def hashed(columns: Iterable[NDArray[Any]], count: int, seed: int = 0) -> NDArray[np.uint64]:
    """Return a hash of every row of *columns*, arrays [count] or [count, m] of numbers."""
    mark = np.full(count, np.uint64(seed % 2**64))
    for column in (one for each in columns for one in each.reshape(count, -1).T):
        whole = column.dtype == np.uint64
        words = column if whole else column.astype(np.float64).view(np.uint64)
        mark = (mark ^ words) * ODD
        mark ^= mark >> np.uint64(29)
    return mark


def even(price: Floats, kind: NDArray[np.int64]) -> Floats:
    """Return for every seat the mean price of its kind."""
    result: Floats = (np.bincount(kind, price) / np.maximum(np.bincount(kind), 1))[kind]
    return result
