"""Puts seats back together into people: nobody meets the same person twice in a round.

Pairing seats alone may give two people a conversation on two of their seats each. That is a
relaxation, so its bound holds; the second conversation is taken back here.
"""

import numpy as np
from numpy.typing import NDArray

from matcher.engine import pairs_of
from matcher.pool import Pool


def settle(pool: Pool, mate: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the mates without the second of two equal pairs; the same array when there is none."""
    a, b = pairs_of(mate)
    lead = pool.seats.lead
    low, high = np.minimum(lead[a], lead[b]), np.maximum(lead[a], lead[b])
    _, kept = np.unique(low * len(pool) + high, return_index=True)
    twice = np.setdiff1d(np.arange(len(a)), kept)
    if not len(twice):
        return mate
    result = mate.copy()
    result[a[twice]] = result[b[twice]] = -1
    return result
