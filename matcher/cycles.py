"""Splits the double cover's assignment into pairs.

An assignment is a permutation, so it falls into cycles. One seat long: left empty. Two: a pair.
Even: every other edge, the better half, and since both halves are optimal for the relaxation, at no
loss. Odd: the best way to drop one seat and pair the rest; `repair` looks for a partner for who was
dropped.
"""

import numpy as np
from numpy.typing import NDArray

from matcher.graph import Graph, edge
from matcher.kernel import kernel


@kernel
def take_every_other(
    cycle: NDArray[np.int32], length: int, start: int, mate: NDArray[np.int32]
) -> None:
    """Pair cycle[start] with the next, and so on; of an odd cycle cycle[start - 1] stays empty."""
    for step in range(length // 2):
        a = cycle[(start + 2 * step) % length]
        b = cycle[(start + 2 * step + 1) % length]
        mate[a], mate[b] = b, a


@kernel
def best_start(graph: Graph, cycle: NDArray[np.int32], weight: NDArray[np.float64]) -> int:
    """Return where taking every other edge of a cycle is worth most; `weight[t]`: edge t, t + 1."""
    length = len(weight)
    if length % 2 == 0:
        return 0 if weight[::2].sum() >= weight[1::2].sum() else 1
    # Dropping seat t takes the edges t + 1, t + 3, ...; dropping t + 2 instead swaps one of them.
    worth = weight[1::2].sum() - graph.cost[cycle[0]]
    best, dropped, at = worth, 0, 0
    for _ in range(length - 1):
        worth += weight[at] - weight[(at + 1) % length] + graph.cost[cycle[at]]
        at = (at + 2) % length
        worth -= graph.cost[cycle[at]]
        if worth > best:
            best, dropped = worth, at
    return dropped + 1


@kernel
def split(graph: Graph, choice: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return each seat's mate, -1 where it stays empty."""
    count = len(choice)
    mate = np.full(count, -1, np.int32)
    seen = np.zeros(count, np.bool_)
    cycle = np.empty(count, np.int32)
    for first in range(count):
        length, seat = 0, first
        while not seen[seat]:
            seen[seat] = True
            cycle[length] = seat
            length += 1
            seat = choice[seat]
        if length < 2:
            continue
        weight = np.empty(length)
        for step in range(length):
            weight[step] = edge(graph, cycle[step], cycle[(step + 1) % length])
        take_every_other(cycle, length, best_start(graph, cycle, weight), mate)
    return mate
