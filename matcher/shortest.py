"""Ends an auction exactly: rows that have not quite their best column find it by shortest paths.

An auction leaves every row within epsilon of its best. Here a row keeps its column only where none
is better; every other row looks, as Dijkstra would, for the nearest column nobody has, over what
the rows in between would lose, and prices rise by what was in the way (Jonker and Volgenant 1987,
doi 10.1007/BF02278710). Paths are as long as epsilon lets them be: short.
"""

import heapq
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.graph import Graph
from matcher.kernel import Scalar, kernel

Floats = NDArray[np.float64]
Places = NDArray[np.int32]
Side = tuple[Floats, Places]  # see `assignment`

SAME = 1e-12  # two offers that differ by less are equal


class Tree(NamedTuple):
    """By column the least paid to reach it and from which row; the columns reached."""

    far: Floats
    came: Places
    reached: Places


@kernel
def own_best(graph: Graph, rows: Side, columns: Side) -> None:
    """Set every row's profit to its best offer; let it keep its column where that is the best."""
    profit, choice = rows
    price, owner = columns
    owner[:] = -1
    for row in range(len(price)):
        own = -2.0 * graph.cost[row] - price[row]
        best, kept = own, own if choice[row] == row else -np.inf
        for at in range(graph.start[row], graph.start[row + 1]):
            offer = graph.score[at] - price[graph.mate[at]]
            best = max(best, offer)
            if graph.mate[at] == choice[row]:
                kept = offer
        profit[row] = best
        if kept >= best - SAME:
            owner[choice[row]] = row
        else:
            choice[row] = -1


@kernel
def grow(
    graph: Graph, rows: Side, columns: Side, first: int, tree: Tree
) -> tuple[Scalar, float, int]:
    """Return the column nearest to the free row `first` that nobody has, how far it is, and how
    many columns were reached."""
    profit, (price, owner) = rows[0], columns
    queue = [(0.0, np.int64(first)) for _ in range(0)]
    row, paid, count = np.int64(first), 0.0, 0
    while True:
        for at in range(graph.start[row] - 1, graph.start[row + 1]):
            own = at < graph.start[row]
            column = row if own else np.int64(graph.mate[at])
            offer = -2.0 * graph.cost[row] if own else graph.score[at]
            now = paid + max(profit[row] + price[column] - offer, 0.0)
            if now < tree.far[column]:
                if tree.far[column] == np.inf:
                    tree.reached[count] = column
                    count += 1
                tree.far[column], tree.came[column] = now, row
                heapq.heappush(queue, (now, column))
        paid, column = heapq.heappop(queue)
        while paid > tree.far[column]:
            paid, column = heapq.heappop(queue)
        if owner[column] < 0:
            return column, paid, count
        row = np.int64(owner[column])


@kernel
def shift(rows: Side, columns: Side, tree: Tree, end: tuple[float, int]) -> None:
    """Raise prices by what was in the way of the path, and forget the tree."""
    paid, count = end
    for place in range(count):
        column = tree.reached[place]
        rise = paid - tree.far[column]
        if rise > 0.0:
            columns[0][column] += rise
            rows[0][columns[1][column]] -= rise
        tree.far[column] = np.inf


@kernel
def give(rows: Side, columns: Side, tree: Tree, column: int) -> None:
    """Give a free column to the row it was reached from, that row's to the one before, and so
    on."""
    at = column
    while at >= 0:
        row = tree.came[at]
        former = rows[1][row]
        rows[1][row], columns[1][at] = at, row
        at = former


@kernel
def finish(graph: Graph, rows: Side, columns: Side) -> None:
    """Make an assignment that is good to an epsilon, and its prices, exact."""
    own_best(graph, rows, columns)
    size = len(rows[0])
    tree = Tree(np.full(size, np.inf), np.full(size, -1, np.int32), np.empty(size, np.int32))
    for row in range(size):
        if rows[1][row] >= 0:
            continue
        column, paid, count = grow(graph, rows, columns, row, tree)
        shift(rows, columns, tree, (paid, count))
        rows[0][row] -= paid
        give(rows, columns, tree, column)
