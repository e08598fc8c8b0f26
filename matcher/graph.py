"""The sparse graph the assignment works on: the edges a search proposed, seen from both ends."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.kernel import Scalar, kernel
from matcher.search import Found


class Graph(NamedTuple):
    """Neighbours of seat a: `mate[start[a]:start[a + 1]]`, ascending, with their `score`.

    `cost` [n] is what leaving a seat empty costs.
    """

    start: NDArray[np.int64]
    mate: NDArray[np.int32]
    score: NDArray[np.float64]
    cost: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Edges:
    """Different pairs of seats: `key` = low * n + high, ascending, and their scores."""

    count: int
    key: NDArray[np.int64]
    score: NDArray[np.float64]

    @property
    def low(self) -> NDArray[np.int64]:
        """The smaller seat of every edge."""
        return self.key // self.count

    @property
    def high(self) -> NDArray[np.int64]:
        """The larger seat of every edge."""
        return self.key % self.count

    def __len__(self) -> int:
        """Count the edges."""
        return len(self.key)

    def only(self, kept: NDArray[np.bool_]) -> "Edges":
        """Return the edges that are `kept`."""
        return Edges(self.count, self.key[kept], self.score[kept])


def edges_of(count: int, found: Found, rows: NDArray[np.int64] | None = None) -> Edges:
    """Return the edges of a search among `count` seats; `rows` are the seats asked, default all."""
    rows = np.arange(count) if rows is None else rows
    there = found.partner >= 0
    a = np.repeat(rows, there.sum(1))
    b = found.partner[there].astype(np.int64)
    key, place = np.unique(np.minimum(a, b) * count + np.maximum(a, b), return_index=True)
    return Edges(count, key, found.score[there][place])


def union(one: Edges, two: Edges) -> Edges:
    """Return the edges of both."""
    key, place = np.unique(np.concatenate([one.key, two.key]), return_index=True)
    return Edges(one.count, key, np.concatenate([one.score, two.score])[place])


def graph(edges: Edges, cost: NDArray[np.float64]) -> Graph:
    """Lay the edges out from both ends."""
    low, high = edges.low.astype(np.int32), edges.high.astype(np.int32)
    ends = np.bincount(low, minlength=edges.count) + np.bincount(high, minlength=edges.count)
    start = np.concatenate([[0], np.cumsum(ends)])
    laid = Graph(start, np.empty(start[-1], np.int32), np.empty(start[-1]), cost)
    lay_out(low, high, edges.score, start[:-1].copy(), laid)
    return laid


@kernel
def lay_out(
    low: NDArray[np.int32],
    high: NDArray[np.int32],
    score: NDArray[np.float64],
    place: NDArray[np.int64],
    laid: Graph,
) -> None:
    """Fill a graph with edges in the order of their keys, so neighbours come ascending; `place` is
    where each seat's next one goes."""
    for at in range(len(low)):
        a, b = low[at], high[at]
        laid.mate[place[a]], laid.mate[place[b]] = b, a
        laid.score[place[a]] = laid.score[place[b]] = score[at]
        place[a] += 1
        place[b] += 1


@kernel
def edge(graph: Graph, a: Scalar, b: Scalar) -> Scalar:
    """Return the score of the edge a, b, which is in the graph, by bisection."""
    low, high = graph.start[a], graph.start[a + 1] - 1
    while low < high:
        middle = (low + high) // 2
        if graph.mate[middle] < b:
            low = middle + 1
        else:
            high = middle
    return np.float64(graph.score[low])
