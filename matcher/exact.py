"""Closes what the relaxation leaves open: an exact solver on the edges that can still matter.

With dual prices of bound B and a matching worth V, no edge with slack above B - V is in a better
matching. So we solve exactly on the edges below a small slack, which raises V; then once more on
those below B - V: that answer is proven best over all pairs. It pays in pools of some thousands.

Two people with several seats each might meet twice. For those who would, a *gate* of two vertices
stands between their seats: one side for each person, and an edge between the sides. A conversation
takes one seat on either side; no conversation takes the edge between. A third way, one side only,
is worth less than the edge between, so it is never taken. Gates are added until nobody meets twice:
the best of a relaxation that keeps the rule is the best of all (Tutte 1954,
doi 10.4153/CJM-1954-033-3).
"""

import numpy as np
import rustworkx as rx
from numpy.typing import NDArray

from matcher.graph import Edges
from matcher.seats import people_key, repeated

UNITS = 10_000_000  # the solver counts in whole numbers
DENSEST = 60  # edges per seat

Floats = NDArray[np.float64]
Index = NDArray[np.int64]


def best_matching(edges: Edges, cost: Floats, lead: Index) -> NDArray[np.int32]:
    """Return each seat's mate, -1 where empty, in the best matching of these edges in which no two
    people meet twice; `lead` is by seat the first of the same person (Galil 1986, doi
    10.1145/6462.6502)."""
    once = np.empty(0, np.int64)
    while True:
        mate = _matched(edges, cost, people_key(lead, edges.low, edges.high), once)
        a, b = repeated(lead, mate)
        if not len(a):
            return mate
        once = np.union1d(once, people_key(lead, a, b))


def _matched(edges: Edges, cost: Floats, people: Index, once: Index) -> NDArray[np.int32]:
    """Return the best mates of seats with gates between the people `once`; `people` by edge."""
    gated = np.isin(people, once)
    low, high, units = edges.low, edges.high, np.rint(cost * UNITS).astype(np.int64)
    score = np.rint(edges.score * UNITS).astype(np.int64)
    weight = score + units[low] + units[high]
    network: rx.PyGraph[None, int] = rx.PyGraph(multigraph=False)
    network.add_nodes_from([None] * (edges.count + 2 * len(once)))
    free = ~gated
    network.add_edges_from(
        list(zip(low[free].tolist(), high[free].tolist(), weight[free].tolist(), strict=True))
    )
    closed = int(weight.max(initial=0)) + 1
    gate = edges.count + 2 * np.searchsorted(once, people[gated])
    sides = [
        *zip(low[gated].tolist(), gate.tolist(), (score + units[low])[gated].tolist(), strict=True),
        *zip(high[gated].tolist(), (gate + 1).tolist(), units[high][gated].tolist(), strict=True),
    ]
    network.add_edges_from([(seat, side, closed + more) for seat, side, more in sides])
    network.add_edges_from([(side, side + 1, 2 * closed) for side in np.unique(gate).tolist()])
    return _seated(rx.max_weight_matching(network, weight_fn=int), edges.count, len(once))


def _seated(pairs: set[tuple[int, int]], seats: int, gates: int) -> NDArray[np.int32]:
    """Return the mates of seats, through gates where they met there."""
    mate = np.full(seats + 2 * gates, -1, np.int64)
    for a, b in pairs:
        mate[a], mate[b] = b, a
    one, two = mate[seats::2], mate[seats + 1 :: 2]
    met = (one >= 0) & (one < seats)
    mate[one[met]], mate[two[met]] = two[met], one[met]
    return mate[:seats].astype(np.int32)
