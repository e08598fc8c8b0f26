"""What solving a pool gives, and what pairs are worth."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from matcher.drawn import Drawn
from matcher.kernel import kernel
from matcher.pool import Pool, Rules, Seats
from matcher.seats import pairs_of
from matcher.terms import score

Floats = NDArray[np.float64]
Mates = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Solution:
    """Mates and prices by seat; `worth` = value less cost of empty seats, and its bound, of which
    `off` is for chance when it was sampled; `own` is the bound these prices give. `placed` is how
    many people can be placed at most, `placed_off` of them for chance, `brings` its dual by seat,
    see `bound.count_bound`; `seen` is what the bounds were sampled from; `pairs` is how many pairs
    of seats may meet and how many acceptably, where all were looked at."""

    mate: Mates
    price: Floats
    worth: float
    bound: float
    own: float = np.inf
    off: float = 0.0
    placed: int = 0
    placed_off: int = 0
    brings: Floats = field(default_factory=lambda: np.empty(0))
    proven: bool = False
    seen: Drawn | None = None
    pairs: tuple[int, int] | None = None


@kernel
def scores(
    seats: Seats, rules: Rules, a: NDArray[np.int64], b: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the scores of the pairs a[t], b[t]."""
    result = np.empty(len(a))
    for place in range(len(a)):
        result[place] = score(seats, rules, a[place], b[place])
    return result


def worth(pool: Pool, mate: Mates) -> float:
    """Return the value of the pairs less the cost of the empty seats."""
    value = scores(pool.seats, pool.rules, *pairs_of(mate)).sum()
    return float(value - pool.cost[mate < 0].sum())


def value(pool: Pool, best: Solution) -> float:
    """Return the value of the pairs: what a gap is measured against."""
    return best.worth + float(pool.cost[best.mate < 0].sum())


def wanting(pool: Pool, price: Floats, mate: Mates, least: float) -> NDArray[np.int64]:
    """Return the empty seats whose headroom is above `least`, most first; from the others
    there is nothing to gain that is not found from these."""
    headroom = price + pool.cost
    empty = np.flatnonzero((mate < 0) & (headroom > least))
    return empty[np.argsort(-headroom[empty], kind="stable")]
