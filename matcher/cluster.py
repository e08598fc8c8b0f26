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
from matcher.search import Found, search
from matcher.tiles import Floats, Index

ROWS = 4096  # a block: some seconds of work when there are a million columns


def search_on(client: Any, *, rows_each: int = ROWS) -> Callable[..., Found]:
    """Return a search that runs on the workers of a Dask *client*; see `search.search`."""

    def spread(pool: Pool, price: Floats, floor: Floats, k: int, **asked: Any) -> Found:
        rows = np.arange(len(pool)) if asked.get("rows") is None else asked["rows"]
        shared = client.scatter((pool, price), broadcast=True, hash=False)
        parts = [slice(at, at + rows_each) for at in range(0, len(rows), rows_each)]
        waiting = [
            client.submit(_block, shared, (rows[part], floor[part]), k, asked, pure=False)
            for part in parts
        ]
        found: list[Found] = client.gather(waiting)
        return Found(*(np.concatenate(column) for column in zip(*found, strict=True)))

    return spread


def _block(
    shared: tuple[Pool, Floats], block: tuple[Index, Floats], k: int, asked: dict[str, Any]
) -> Found:
    """Search one block of rows; runs on a worker."""
    (pool, price), (rows, floor) = shared, block
    return search(pool, price, floor, k, **{**asked, "rows": rows})
