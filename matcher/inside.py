"""Finds partners among the acceptable pairs of a small pool, which are all laid out (`whole`)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.assignment import auction
from matcher.graph import Graph
from matcher.kernel import kernel
from matcher.listing import before, keep
from matcher.pool import Pool
from matcher.search import Found
from matcher.whole import Whole

FEW_BIDS = 0.25  # epsilon of the opening auction

Floats = NDArray[np.float64]
Index = NDArray[np.int64]


@kernel
def look(whole: Whole, price: Floats, floor: Floats, begin: Index, found: Found) -> None:
    """Fill every seat's row of *found*, from the place `begin` says."""
    priced = np.empty(found.partner.shape[1])
    last = len(priced) - 1
    for a in range(len(price)):
        priced[:] = -np.inf
        partner = found.partner[a]
        for at in range(begin[a], whole.begin[a + 1]):
            b = whole.partner[at]
            worth = whole.score[at] - price[b]
            if worth <= floor[a]:
                continue
            if partner[last] < 0 or before(a, (b, worth), (partner[last], priced[last])):
                keep(a, partner, (found.score[a], priced), (b, whole.score[at], worth))


def search(
    whole: Whole, _: Pool, price: Floats, floor: Floats, k: int, *, once: bool = False, **__: Any
) -> Found:
    """Find for every seat its k best acceptable partners, as `search.search` does of the pool."""
    found = Found(np.full((len(price), k), -1, np.int32), np.full((len(price), k), -np.inf))
    look(whole, price, floor, whole.later if once else whole.begin[:-1], found)
    return found


@kernel
def mark(whole: Whole, rows: Index, marked: NDArray[np.bool_]) -> None:
    """Mark everyone who makes an acceptable pair with someone in `rows`."""
    for a in rows:
        for at in range(whole.begin[a], whole.begin[a + 1]):
            marked[whole.partner[at]] = True


def partners(whole: Whole, rows: Index) -> NDArray[np.bool_]:
    """Say of each seat whether it makes an acceptable pair with someone in `rows`."""
    marked = np.zeros(len(whole.later), np.bool_)
    mark(whole, rows, marked)
    return marked


def opening(whole: Whole, cost: Floats) -> Floats:
    """Return prices to begin with: those of a coarse auction over all pairs."""
    sparse = Graph(whole.begin, whole.partner, whole.score, cost)
    nothing = np.zeros(len(cost))
    return auction(sparse, nothing, first=cost.max() / 4, last=FEW_BIDS)[1]
