"""Closes what the relaxation leaves open: an exact solver on the edges that can still matter.

With dual prices of bound B and a matching worth V, no edge with slack above B - V is in a better
matching. So we solve exactly on the edges below a small slack, which raises V; then once more on
those below B - V: that answer is proven best over all pairs. It pays in pools of some thousands.
"""

import numpy as np
import rustworkx as rx
from numpy.typing import NDArray

from matcher.graph import Edges

UNITS = 10_000_000  # the solver counts in whole numbers
DENSEST = 60  # edges per seat


def best_matching(edges: Edges, cost: NDArray[np.float64]) -> NDArray[np.int32]:
    """Return each seat's mate, -1 where empty, in the best matching of these edges (Galil 1986,
    doi 10.1145/6462.6502)."""
    low, high = edges.low, edges.high
    weight = np.rint((edges.score + cost[low] + cost[high]) * UNITS).astype(np.int64)
    network: rx.PyGraph[None, int] = rx.PyGraph(multigraph=False)
    network.add_nodes_from([None] * edges.count)
    network.add_edges_from(list(zip(low.tolist(), high.tolist(), weight.tolist(), strict=True)))
    mate = np.full(edges.count, -1, np.int32)
    for a, b in rx.max_weight_matching(network, weight_fn=int):
        mate[a], mate[b] = b, a
    return mate
