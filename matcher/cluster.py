"""The search on more machines than one: Dask workers take blocks of rows, the rest stays here.

Only `search` grows with the square of the pool, and its rows do not depend on each other. The pool
and the prices go to every worker once a pass, blocks of rows come back as small arrays; so the
pairs are the same to the last one. Needs the dependency group `cluster`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from matcher.pool import Pool
from matcher.search import BLOCK, Found, beside, search
from matcher.sums import Index
from matcher.tiles import Columns, Floats, tiles

BLOCKS = 43  # of the search, some 4,100 rows: seconds of work when there are a million columns


def search_on(client: Any, *, blocks: int = BLOCKS) -> Callable[..., Found]:
    """Return a search that runs on the workers of a Dask *client*; see `search.search`.

    Each is sent so many whole blocks of the search, so it looks at the tiles one machine would.
    """
    each = blocks * BLOCK

    def spread(pool: Pool, price: Floats, floor: Floats, k: int, **asked: Any) -> Found:
        columns = tiles(pool, price, np.arange(len(pool)))
        rows = asked.pop("rows", np.arange(len(pool)))
        shared = client.scatter((pool, price, columns), broadcast=True, hash=False)
        order, _ = beside(columns.tiles, rows, asked.get("once", False))
        parts = [order[at : at + each] for at in range(0, len(rows), each)]
        waiting = [
            client.submit(_block, shared, (rows[part], floor[part]), k, asked, pure=False)
            for part in parts
        ]
        found: list[Found] = client.gather(waiting)
        back = np.argsort(np.concatenate(parts))
        return Found(*(np.concatenate(column)[back] for column in zip(*found, strict=True)))

    return spread


def _block(
    shared: tuple[Pool, Floats, Columns],
    block: tuple[Index, Floats],
    k: int,
    asked: dict[str, Any],
) -> Found:
    """Search one block of rows; runs on a worker."""
    (pool, price, columns), (rows, floor) = shared, block
    return search(pool, price, floor, k, **{**asked, "rows": rows, "columns": columns})
