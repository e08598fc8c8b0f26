"""How the inner loops are compiled: numba, without the interpreter's lock, kept on disk.

Every kernel is plain Python too (`kernel.py_func`): the tests run the whole engine in that form on
small pools, which is how its branches are counted.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeAlias, TypeVar, cast

import numba

P = ParamSpec("P")
R = TypeVar("R")

Scalar: TypeAlias = Any  # a number inside a kernel, where Python's and numpy's are the same


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile *function* with exact floating-point rules."""
    return cast(Callable[P, R], numba.njit(cache=True, nogil=True)(function))


def inner(function: Callable[P, R]) -> Callable[P, R]:
    """Compile *function* into its callers: called per pair, it must not count references."""
    return cast(Callable[P, R], numba.njit(cache=True, nogil=True, inline="always")(function))


def fast_kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile *function*, free to reorder sums: only where a margin covers the rounding."""
    return cast(Callable[P, R], numba.njit(cache=True, nogil=True, fastmath=True)(function))


def in_threads(work: Callable[[Any], None], parts: Sequence[Any], threads: int) -> None:
    """Run *work* on every part. Parts write to rows of their own, so the result never depends on
    `threads`."""
    if threads == 1 or len(parts) < 2:
        for part in parts:
            work(part)
        return
    with ThreadPoolExecutor(threads) as crew:
        for _ in crew.map(work, parts):
            pass
