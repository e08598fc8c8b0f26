"""Noisy tables made to agree: one total a population, whole numbers, none negative, sums that hold.

Everything here works on numbers that already carry noise, so it costs no privacy (post-processing).
Tables of one population share their total and nothing else; each measures it once. The shared
total is the mean of theirs, weighted by how certain each is, and what a table is off by is spread
evenly over its cells: the least-squares answer (Hay, Rastogi, Miklau, Suciu 2010, doi
10.14778/1920841.1920970, for one level). Then each table is brought to the nearest point that is
not negative and adds up (Duchi et al. 2008, doi 10.1145/1390156.1390191), and rounded by largest
remainders.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Cells = NDArray[np.float64]


def agree(cells: Cells, sizes: Sequence[int], scales: Sequence[float]) -> Cells:
    """Return (…, cells) of several tables side by side, so that all have the same total.

    *sizes* and *scales* say of each table how many cells it has and how wide their noise is.
    """
    ends = np.cumsum(sizes)[:-1]
    totals = np.stack([part.sum(-1) for part in np.split(cells, ends, axis=-1)], axis=-1)
    spreads = np.asarray(sizes, dtype=float)
    certain = 1 / (spreads * np.square(np.asarray(scales, dtype=float)))
    shared = (totals * certain).sum(-1, keepdims=True) / certain.sum()
    off: Cells = np.repeat((shared - totals) / spreads, list(sizes), axis=-1)
    return cells + off


def whole(cells: Cells, total: int) -> NDArray[np.int64]:
    """Return the whole numbers nearest to *cells* that are not negative and add up to *total*."""
    near = _onto_simplex(cells, total)
    down = np.floor(near).astype(np.int64)
    missing = total - int(down.sum())
    most = np.argsort(down - near, kind="stable")[:missing]
    down[most] += 1
    return down


def _onto_simplex(cells: Cells, total: int) -> Cells:
    falling = np.sort(cells)[::-1]
    over = (np.cumsum(falling) - total) / np.arange(1, len(cells) + 1)
    last = int(np.flatnonzero(falling - over > 0)[-1]) if total else len(cells) - 1
    return np.clip(cells - over[last], 0, None) if total else np.zeros_like(cells)
