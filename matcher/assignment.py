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

Prices that are nearly right are kept: rows take the columns they already want, and then rows bid
for columns and columns for rows in turn, at once with the last epsilon. A column nobody wants falls
in price when it bids, which the others would otherwise have to climb to. (Bertsekas and Castanon
1992, doi 10.1007/BF00247653.)
"""

import numpy as np
from numpy.typing import NDArray

from matcher.graph import Graph
from matcher.kernel import Scalar, kernel
from matcher.shortest import finish

Floats = NDArray[np.float64]
Places = NDArray[np.int32]
Side = tuple[Floats, Places]  # by seat its price, and whom it has on the other side, -1: nobody

ENDLESS = 2**62
MOST = 40  # bids a seat


@kernel
def two_best(graph: Graph, price: Floats, a: int) -> tuple[float, float, Scalar]:
    """Return a's best and second best score minus price (-inf: none), and where the best is."""
    best, second, at_best = -2.0 * graph.cost[a] - price[a], -np.inf, np.int64(a)
    for at in range(graph.start[a], graph.start[a + 1]):
        offer = graph.score[at] - price[graph.mate[at]]
        if offer > best:
            best, second, at_best = offer, best, np.int64(graph.mate[at])
        elif offer > second:
            second = offer
    return best, second, at_best


@kernel
def bid(graph: Graph, own: Side, other: Side, epsilon: float, until: tuple[int, int]) -> int:
    """Let the free of one side bid; return the bids. `until` is how many may stay free, and after
    how many bids to stop in any case."""
    profit, choice = own
    price, owner = other
    waiting = np.flatnonzero(choice < 0).astype(np.int32)
    later = np.empty(len(waiting), np.int32)
    length, bids = len(waiting), 0
    while length > until[0] and bids < until[1]:
        outbid = 0
        for place in range(length):
            row = waiting[place]
            best, second, column = two_best(graph, price, row)
            second = best if second == -np.inf else second
            price[column] += best - second + epsilon
            profit[row] = second - epsilon
            bids += 1
            former = owner[column]
            owner[column] = row
            choice[row] = column
            if former >= 0:
                choice[former] = -1
                later[outbid] = former
                outbid += 1
        waiting, later = later, waiting
        length = outbid
    return bids


@kernel
def take_wanted(graph: Graph, rows: Side, columns: Side, epsilon: float) -> None:
    """Set the rows' profits for the columns' prices, and give each row a free column that is worth
    no more than epsilon less to it than its best, where there is one."""
    profit, choice = rows
    price, owner = columns
    for row in range(len(price)):
        best, _, column = two_best(graph, price, row)
        profit[row] = best
        if owner[column] >= 0:
            for at in range(graph.start[row], graph.start[row + 1]):
                offer = graph.score[at] - price[graph.mate[at]]
                if offer >= best - epsilon and owner[graph.mate[at]] < 0:
                    column, profit[row] = np.int64(graph.mate[at]), offer
                    break
        if owner[column] < 0:
            owner[column], choice[row] = row, column


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
    graph: Graph,
    price: Floats,
    *,
    first: float,
    last: float,
    near: bool = False,
    exactly: bool = False,
) -> tuple[Places, Floats]:
    """Solve the double cover to within `last` per seat, from `price`, epsilon falling from `first`;
    `exactly` with what `shortest` does after that.

    Prices that are `near` the answer are kept as far as they can be, unless that takes too long.
    Returns each row's column and the dual prices p of the graph.
    """
    rows, columns = (near and _between(graph, price, last)) or _falling(graph, price, first, last)
    if exactly:
        finish(graph, rows, columns)
    return rows[1], profits(graph, columns[0])


def _falling(graph: Graph, price: Floats, first: float, last: float) -> tuple[Side, Side]:
    """Let rows bid, epsilon falling in phases."""
    rows, columns = _side(price), _side(price)
    epsilon = first
    while True:
        rows[1][:] = columns[1][:] = -1
        bid(graph, rows, columns, epsilon, (0, ENDLESS))
        if epsilon <= last:
            return rows, columns
        epsilon = max(epsilon / 5, last)


def _side(price: Floats) -> Side:
    """Return prices, and that nobody has anybody yet."""
    return price.copy(), np.full(len(price), -1, np.int32)


def _between(graph: Graph, price: Floats, epsilon: float) -> tuple[Side, Side] | None:
    """Let rows and columns bid in turn; None after `MOST` bids a seat."""
    rows, columns = _side(price), _side(price)
    take_wanted(graph, rows, columns, epsilon)
    own, other, left = rows, columns, MOST * len(price)
    while (free := int((own[1] < 0).sum())) and left > 0:
        left -= bid(graph, own, other, epsilon, (free // 2, left))
        own, other = other, own
    return None if free else (rows, columns)
