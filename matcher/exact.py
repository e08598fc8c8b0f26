"""Closes what the relaxation leaves open: an exact solver on the edges that can still matter.

With dual prices of bound B and a matching worth V, no edge with slack above B - V is in a better
matching. So we solve exactly on the edges below a small slack, which raises V; then once more on
those below B - V: that answer is proven best over all pairs. It pays in pools of some thousands.

Where everybody holds one conversation, only a few seats can matter. What a better matching changes
falls into paths and cycles, and one that gains anything passes a pair with slack or an empty seat
with headroom: everything else is as good as it can be. From those `reached` walks as `repair` does,
paying for slack, as far as B - V; the solver is given the seats it comes to.

Two people with several seats each might meet twice. For those who would, a *gate* of two vertices
stands between their seats: one side for each person, and an edge between the sides. A conversation
takes one seat on either side; no conversation takes the edge between. A third way, one side only,
is worth less than the edge between, so it is never taken. Gates are added until nobody meets twice:
the best of a relaxation that keeps the rule is the best of all (Tutte 1954,
doi 10.4153/CJM-1954-033-3).
"""

import heapq

import numpy as np
import rustworkx as rx
from numpy.typing import NDArray

from matcher.graph import Edges, Graph
from matcher.kernel import kernel
from matcher.seats import people_key, repeated

UNITS = 10_000_000  # the solver counts in whole numbers
DENSEST = 60  # edges per seat

NONE = 1e-8  # slack: less than the solver's units can tell

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Index = NDArray[np.int64]
Mates = NDArray[np.int32]


@kernel
def reached(graph: Graph, price: Floats, mate: Mates, lost: Floats, most: float) -> Flags:
    """Say which seats a better matching may treat otherwise; `lost` is by seat the slack of its
    pair or the headroom of its emptiness, `most` the slack a better matching can have in all."""
    result = np.zeros(len(mate), np.bool_)
    far = np.where(lost > NONE, 0.0, np.inf)
    queue = [(0.0, np.int64(a)) for a in np.flatnonzero(lost > NONE)]
    result[lost > NONE] = True
    while len(queue) > 0:
        paid, a = heapq.heappop(queue)
        if paid > far[a]:
            continue
        for at in range(graph.start[a], graph.start[a + 1]):
            b = graph.mate[at]
            now = paid + max(price[a] + price[b] - graph.score[at], 0.0)
            if b == mate[a] or now > most:
                continue
            result[b] = True
            m = mate[b]
            if m >= 0 and now < far[m]:
                result[m], far[m] = True, now
                heapq.heappush(queue, (now, np.int64(m)))
    return result


def best_near(edges: Edges, cost: Floats, mate: Mates, there: Flags) -> Mates:
    """Return the best mates when only the seats `there` may change theirs, for one another."""
    seats, number = np.flatnonzero(there), np.cumsum(there) - 1
    inside = edges.only(there[edges.low] & there[edges.high])
    key = number[inside.low] * len(seats) + number[inside.high]
    nobody = np.empty(0, np.int64)
    found = _matched(Edges(len(seats), key, inside.score), cost[seats], key, nobody)
    result = mate.copy()
    result[seats] = np.where(found >= 0, seats[found], -1)
    return result


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
