"""Finds partners for who was left over, along the shortest alternating paths of the reduced costs.

With dual prices p every edge has a slack p(a) + p(b) - score >= 0 and every seat a headroom p(a) +
cost(a) >= 0. A matching's distance from the bound is the slack of its edges plus the headroom of
its empty seats. So from an empty seat we walk like Dijkstra: give a's place to b, whose mate m must
then look on, at the price of the new slack less the old; we end at another empty seat or leave m
empty instead, wherever the total headroom saved exceeds what was paid.
"""

import heapq
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.graph import Graph, edge
from matcher.kernel import Scalar, inner, kernel

LEAST = 1e-7
LONGEST = 200  # steps of a path
SMALL, NEAR = 0.01, 64  # what is worth no more than this is looked for among so many seats only
ENDS, BLOCKED = -1, -2


@inner
def either(seat: Scalar, one: Scalar, two: Scalar) -> Scalar:
    """Say whether `seat` is one of two."""
    return (seat == one) | (seat == two)


@kernel
def crosses(
    came: NDArray[np.int32], mate: NDArray[np.int32], end: Scalar, one: Scalar, two: Scalar
) -> Scalar:
    """Say whether either seat is already used by the path to `end`, or that path is too long."""
    steps, at = 0, end
    while at >= 0 and steps < LONGEST:
        if either(at, one, two) | either(mate[at], one, two):
            return True
        at = came[at]
        steps += 1
    return steps == LONGEST


class Walk(NamedTuple):
    """What a search from one empty seat knows: by seat the least paid to reach it and from where;
    the seats it touched and their number; how many it may look at, and the largest headroom an end
    can save."""

    far: NDArray[np.float64]
    came: NDArray[np.int32]
    touched: NDArray[np.int32]
    length: NDArray[np.int64]
    most: int
    largest: float


@inner
def headroom(graph: Graph, price: NDArray[np.float64], seat: Scalar) -> Scalar:
    """Return what an empty seat adds to the distance from the bound."""
    return price[seat] + graph.cost[seat]


@kernel
def step(
    graph: Graph,
    price: NDArray[np.float64],
    mate: NDArray[np.int32],
    state: Walk,
    ends: tuple[Scalar, Scalar],
) -> tuple[Scalar, Scalar]:
    """Give b the place beside a, for `ends` (a, at), b the neighbour `at`.

    Returns whose turn it is then and what has been paid. `ENDS` instead of a seat: b was empty, and
    paid is net of what that saves. `BLOCKED`: this leads nowhere.
    """
    a, at = ends
    b = np.int64(graph.mate[at])
    m = np.int64(mate[b])
    paid = state.far[a] + price[a] + price[b] - graph.score[at]
    if m == a or state.far[b] == 0.0:
        return BLOCKED, paid
    if m < 0:
        return ENDS, paid - headroom(graph, price, b)
    paid -= price[b] + price[m] - edge(graph, b, m)
    if paid >= state.far[m] - LEAST or crosses(state.came, mate, a, m, b):
        return BLOCKED, paid
    return m, paid


@kernel
def reach(state: Walk, came: Scalar, seat: Scalar, paid: Scalar) -> None:
    """Note that `seat` can be reached from `came`."""
    if state.far[seat] == np.inf:
        state.touched[state.length[0]] = seat
        state.length[0] += 1
    state.far[seat], state.came[seat] = paid, came


@kernel
def walk(
    graph: Graph, price: NDArray[np.float64], mate: NDArray[np.int32], first: Scalar, state: Walk
) -> tuple[Scalar, Scalar]:
    """Search from the empty seat `first`; return a path's last seat and the empty seat it ends at.

    With -1 for the second the last seat is left empty instead; with -1 for the first there is
    nothing to gain.
    """
    best: Scalar = LEAST
    last: Scalar = -1
    ending: Scalar = -1
    start = headroom(graph, price, first)
    reach(state, -1, first, 0.0)
    queue = [(0.0, np.int64(first))]
    seen = 0
    most = state.most if start + state.largest > SMALL else min(NEAR, state.most)
    while len(queue) > 0 and seen < most:
        paid, a = heapq.heappop(queue)
        seen += 1
        if start - paid + state.largest <= best:
            break
        saved = start - paid - headroom(graph, price, a)
        if saved > best:
            best, last, ending = saved, a, -1
        for at in range(graph.start[a], graph.start[a + 1]):
            seat, now = step(graph, price, mate, state, (a, at))
            if seat >= 0:
                reach(state, a, seat, now)
                heapq.heappush(queue, (now, seat))
            elif seat == ENDS and start - now > best:
                best, last, ending = start - now, a, np.int64(graph.mate[at])
    return last, ending


@kernel
def gain(
    graph: Graph, mate: NDArray[np.int32], came: NDArray[np.int32], last: Scalar, ending: Scalar
) -> Scalar:
    """Return what following the path to `last` truly adds; -inf when it crosses itself."""
    result: Scalar = 0.0
    if ending >= 0:
        result += edge(graph, last, ending) + graph.cost[ending]
    else:
        result -= graph.cost[last]
    at = last
    while came[at] >= 0:
        if crosses(came, mate, came[at], at, mate[at]):
            return -np.inf
        result += edge(graph, came[at], mate[at]) - edge(graph, at, mate[at])
        at = came[at]
    return result + graph.cost[at]


@kernel
def follow(mate: NDArray[np.int32], came: NDArray[np.int32], last: Scalar, ending: Scalar) -> None:
    """Change the matching along the path."""
    at, partner = last, ending
    while at >= 0:
        former = mate[at]
        mate[at] = partner
        if partner >= 0:
            mate[partner] = at
        at, partner = came[at], former


@kernel
def repair(
    graph: Graph,
    price: NDArray[np.float64],
    mate: NDArray[np.int32],
    starts: NDArray[np.int64],
    most: int,
) -> int:
    """Improve `mate` from the empty ones of `starts`, looking at up to `most` seats each.

    Returns the number of changes.
    """
    size = len(mate)
    largest, changes = 0.0, 0
    for seat in range(size):
        if mate[seat] < 0:
            largest = max(largest, headroom(graph, price, seat))
    touched, count = np.empty(size, np.int32), np.zeros(1, np.int64)
    state = Walk(np.full(size, np.inf), np.full(size, -1, np.int32), touched, count, most, largest)
    for first in starts:
        if mate[first] >= 0:
            continue
        last, ending = walk(graph, price, mate, first, state)
        if last >= 0 and gain(graph, mate, state.came, last, ending) > LEAST:
            follow(mate, state.came, last, ending)
            changes += 1
        state.far[touched[: count[0]]] = np.inf
        state.came[touched[: count[0]]] = -1
        count[0] = 0
    return changes
