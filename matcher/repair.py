"""Finds partners for who was left over, along the shortest alternating paths of the reduced costs.

With dual prices p every edge has a slack p(a) + p(b) - score >= 0 and every seat a headroom p(a) +
cost(a) >= 0. A matching's distance from the bound is the slack of its edges plus the headroom of
its empty seats. So from an empty seat we walk like Dijkstra: give a's place to b, whose mate m must
then look on, at the price of the new slack less the old; we end at another empty seat or leave m
empty instead, wherever the total headroom saved exceeds what was paid.
"""

import heapq

import numpy as np
from numpy.typing import NDArray

from matcher.graph import Graph, edge
from matcher.kernel import kernel

LEAST = 1e-7
LONGEST = 200  # steps of a path


@kernel
def on_path(came: NDArray[np.int32], mate: NDArray[np.int32], end: int, seat: int) -> bool:
    """Say whether `seat` is already used by the path to `end`, or that path is too long."""
    steps, at = 0, end
    while at >= 0:
        if at == seat or (came[at] >= 0 and mate[at] == seat):
            return True
        at = came[at]
        steps += 1
        if steps >= 200:
            return True
    return False


@kernel
def walk(
    graph: Graph,
    price: NDArray[np.float64],
    mate: NDArray[np.int32],
    first: int,
    far: NDArray[np.float64],
    came: NDArray[np.int32],
    touched: NDArray[np.int32],
    most: tuple[int, float],
) -> tuple[int, int, int]:
    """Search from the empty seat `first`; return the path's last seat, the empty seat it ends at (-1:
    the last seat is left empty instead; last seat -1: nothing gained), and how many were touched.

    `most` is how many seats to look at and the largest headroom any end can save.
    """
    best, last, ending = LEAST, -1, -1
    headroom = price[first] + graph.cost[first]
    far[first] = 0.0
    touched[0], count, seen = first, 1, 0
    queue = [(0.0, np.int64(first))]
    while len(queue) > 0 and seen < most[0]:
        paid, a = heapq.heappop(queue)
        if headroom - paid + most[1] <= best:
            break
        if paid > far[a]:
            continue
        seen += 1
        if a != first and headroom - paid - price[a] - graph.cost[a] > best:
            best, last, ending = headroom - paid - price[a] - graph.cost[a], a, -1
        for at in range(graph.start[a], graph.start[a + 1]):
            b = np.int64(graph.mate[at])
            if b == mate[a] or b == first:
                continue
            now = paid + price[a] + price[b] - graph.score[at]
            m = np.int64(mate[b])
            if m < 0:
                if headroom - now + price[b] + graph.cost[b] > best:
                    best, last, ending = headroom - now + price[b] + graph.cost[b], a, b
                continue
            now -= price[b] + price[m] - edge(graph, b, m)
            if (
                now < far[m] - LEAST
                and not on_path(came, mate, a, m)
                and not on_path(came, mate, a, b)
            ):
                if far[m] == np.inf:
                    touched[count] = m
                    count += 1
                far[m], came[m] = now, a
                heapq.heappush(queue, (now, m))
    return last, ending, count


@kernel
def gain(
    graph: Graph, mate: NDArray[np.int32], came: NDArray[np.int32], last: int, ending: int
) -> float:
    """Return what following the path to `last` truly adds; -inf when it crosses itself."""
    result = 0.0
    if ending >= 0:
        result += edge(graph, last, ending) + graph.cost[ending]
    else:
        result -= graph.cost[last]
    at = last
    while came[at] >= 0:
        if on_path(came, mate, came[at], at) or on_path(came, mate, came[at], mate[at]):
            return -np.inf
        result += edge(graph, came[at], mate[at]) - edge(graph, at, mate[at])
        at = came[at]
    return result + graph.cost[at]


@kernel
def follow(mate: NDArray[np.int32], came: NDArray[np.int32], last: int, ending: int) -> None:
    """Change the matching along the path."""
    at, partner = last, ending
    while at >= 0:
        former = mate[at]
        mate[at] = partner
        if partner >= 0:
            mate[partner] = at
        at, partner = came[at], former


@kernel
def repair(graph: Graph, price: NDArray[np.float64], mate: NDArray[np.int32], most: int) -> int:
    """Improve `mate` from every empty seat, looking at up to `most` seats each; return the changes."""
    count = len(mate)
    far = np.full(count, np.inf)
    came = np.full(count, -1, np.int32)
    touched = np.empty(count, np.int32)
    changes = 0
    largest = 0.0
    for seat in range(count):
        if mate[seat] < 0:
            largest = max(largest, price[seat] + graph.cost[seat])
    for first in range(count):
        if mate[first] >= 0:
            continue
        last, ending, length = walk(graph, price, mate, first, far, came, touched, (most, largest))
        if last >= 0 and gain(graph, mate, came, last, ending) > LEAST:
            follow(mate, came, last, ending)
            changes += 1
        for place in range(length):
            far[touched[place]] = np.inf
            came[touched[place]] = -1
    return changes
