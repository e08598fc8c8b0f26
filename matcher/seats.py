"""Puts seats back together into people: nobody meets the same person twice in a round.

Pairing seats alone may give two people a conversation on two of their seats each. That is a
relaxation, so its bound holds. Here the second conversation is taken back, its edges between seats
of the two are forbidden, and the freed seats look for others along alternating paths; again, until
no two people meet twice. In small pools `exact` then decides.
"""

import numpy as np
from numpy.typing import NDArray

from matcher.graph import Edges, graph
from matcher.pool import Pool
from matcher.repair import repair

Index = NDArray[np.int64]
Mates = NDArray[np.int32]

REACH = 2000  # seats to look at for each that was freed


def pairs_of(mate: Mates) -> tuple[Index, Index]:
    """Return both seats of every pair, the smaller first."""
    a = np.flatnonzero(mate > np.arange(len(mate)))
    return a, mate[a].astype(np.int64)


def people_key(lead: Index, a: Index, b: Index) -> Index:
    """Return one number for the two people of each pair of seats."""
    return np.minimum(lead[a], lead[b]) * len(lead) + np.maximum(lead[a], lead[b])


def repeated(lead: Index, mate: Mates) -> tuple[Index, Index]:
    """Return both seats of every pair whose two people are in an earlier pair together."""
    a, b = pairs_of(mate)
    _, first = np.unique(people_key(lead, a, b), return_index=True)
    return np.delete(a, first), np.delete(b, first)


def settle(pool: Pool, edges: Edges, price: NDArray[np.float64], mate: Mates) -> NDArray[np.int32]:
    """Return mates in which no two people meet twice; `edges` are those that may be used, at
    `price`, and hold all pairs of `mate`."""
    lead, result = pool.seats.lead, mate.copy()
    a, b = repeated(lead, result)
    while len(a):
        result[a] = result[b] = -1
        same = np.isin(people_key(lead, edges.low, edges.high), people_key(lead, a, b))
        edges = edges.only(~same | (result[edges.low] == edges.high))
        repair(graph(edges, pool.cost), price, result, np.concatenate([a, b]), REACH)
        a, b = repeated(lead, result)
    return result
