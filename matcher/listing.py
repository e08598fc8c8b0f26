"""A seat's best partners so far: a short list that falls by priced score.

Exact ties are common where many people answered alike (`kinds`). Each seat breaks them in an order
of its own, made of the two places in the pool's order, which depends only on what people answered.
"""

import numpy as np
from numpy.typing import NDArray

from matcher.kernel import Scalar, inner, kernel

Floats = NDArray[np.float64]


@inner
def turn(a: Scalar, b: Scalar) -> Scalar:
    """Return b's place in the order in which a breaks ties: an order of its own, so that those who
    look for the same do not all look at the same few."""
    mark = (np.uint64(a) << np.uint64(32)) ^ np.uint64(b)
    mark = (mark ^ (mark >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mark = (mark ^ (mark >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mark ^ (mark >> np.uint64(31))


@kernel
def before(a: int, one: tuple[int, float], two: tuple[int, float]) -> bool:
    """Say whether a prefers seat and worth `one` to `two`."""
    return one[1] > two[1] or (one[1] == two[1] and turn(a, one[0]) < turn(a, two[0]))


@kernel
def keep(
    a: int,
    partner: NDArray[np.int32],
    room: tuple[Floats, Floats],
    found: tuple[int, float, float],
) -> None:
    """Insert (seat, score, priced score) where `before` says; the last falls out."""
    kept, priced = room
    seat, value, worth = found
    place = len(priced) - 1
    while place > 0 and (
        partner[place - 1] < 0 or before(a, (seat, worth), (partner[place - 1], priced[place - 1]))
    ):
        priced[place], kept[place] = priced[place - 1], kept[place - 1]
        partner[place] = partner[place - 1]
        place -= 1
    priced[place], kept[place], partner[place] = worth, value, seat
