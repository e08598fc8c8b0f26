"""The pairing problem's linear programme, solved on the double cover by an auction.

Let x(a, b) be 1 for a pair and y(a) = 1 for a seat left empty. We want the largest

    sum of score(a, b) x(a, b) - sum of cost(a) y(a),   every seat in one pair or left empty.

Its linear relaxation has as dual: prices p with p(a) + p(b) >= score(a, b) for every edge and p(a)
>= -cost(a), smallest sum. Copy every seat to a row and a column, let a row choose a column (its
own, at -2 cost, means empty), and the relaxation becomes an assignment problem: the *double cover*.
Bertsekas' auction solves it: rows without a column bid for the one with the best score minus price
and raise its price by what they would lose with their second best plus epsilon; epsilon shrinks in
phases. Averaging a seat's profit as a row and price as a column gives p. (Bertsekas 1988, doi
10.1007/BF02186476.)
"""

import numpy as np
from numpy.typing import NDArray

from matcher.graph import Graph
from matcher.kernel import kernel

Floats = NDArray[np.float64]


@kernel
def bid_all(graph: Graph, price: Floats, epsilon: float, choice: NDArray[np.int32]) -> int:
    """Let every row bid until each has a column; change `price` and `choice`; return the bids."""
    count = len(price)
    owner = np.full(count, -1, np.int32)
    waiting = np.arange(count).astype(np.int32)
    later = np.empty(count, np.int32)
    length, bids = count, 0
    while length > 0:
        outbid = 0
        for place in range(length):
            row = waiting[place]
            best, second, column = -2.0 * graph.cost[row] - price[row], -np.inf, np.int64(row)
            for at in range(graph.start[row], graph.start[row + 1]):
                offer = graph.score[at] - price[graph.mate[at]]
                if offer > best:
                    best, second, column = offer, best, np.int64(graph.mate[at])
                elif offer > second:
                    second = offer
            price[column] += epsilon if second == -np.inf else best - second + epsilon
            bids += 1
            former = owner[column]
            owner[column] = row
            choice[row] = column
            if former >= 0:
                later[outbid] = former
                outbid += 1
        waiting, later = later, waiting
        length = outbid
    return bids


@kernel
def profits(graph: Graph, price: Floats) -> Floats:
    """Return p: for every seat the mean of its best offer as a row and its price as a column."""
    result = np.empty(len(price))
    for row in range(len(price)):
        best = -2.0 * graph.cost[row] - price[row]
        for at in range(graph.start[row], graph.start[row + 1]):
            best = max(best, graph.score[at] - price[graph.mate[at]])
        result[row] = (best + price[row]) / 2
    return result


def auction(
    graph: Graph, price: Floats, *, first: float, last: float
) -> tuple[NDArray[np.int32], Floats]:
    """Solve the double cover to within `last` per seat, from `price`, epsilon falling from `first`.

    Returns each row's column and the dual prices p of the graph.
    """
    price = price.copy()
    choice = np.empty(len(price), np.int32)
    epsilon = first
    while True:
        bid_all(graph, price, epsilon, choice)
        if epsilon <= last:
            return choice, profits(graph, price)
        epsilon = max(epsilon / 5, last)
