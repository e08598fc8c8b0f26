"""Loaded once before anything is measured: what is imported and compiled here is ready in every
process that is measured. `READY` is the seconds that took.

Compiling takes most of it the first time, so a second process compiles what comes after the search
meanwhile (`python -m bench.warm`); compiled loops are kept on disk, where the first finds them.
"""

import subprocess
import sys
import time

BEGAN = time.perf_counter()

import numpy as np  # noqa: E402

from bench.crowds import crowd  # noqa: E402
from matcher import Policy, pair  # noqa: E402
from matcher.assignment import auction  # noqa: E402
from matcher.bound import partners  # noqa: E402
from matcher.cycles import split  # noqa: E402
from matcher.engine import scores  # noqa: E402
from matcher.explain import count_pairs, unmatched  # noqa: E402
from matcher.graph import Edges, graph  # noqa: E402
from matcher.pairing import describe  # noqa: E402
from matcher.pool import costs, open_pool, profile, rules  # noqa: E402
from matcher.repair import repair  # noqa: E402


def after_the_search():
    """Compile what a round needs once edges are found, on edges of no meaning."""
    cohort, policy = crowd(40), Policy()
    pool = open_pool(
        cohort, profile(cohort, policy), rules(cohort, policy), np.arange(40),
        cost=costs(cohort.waiting, 1.0), barred=np.empty((0, 2), np.int64), seed=0,
    )  # fmt: skip
    a, b = np.arange(0, 40, 2), np.arange(1, 40, 2)
    describe(pool.seats, pool.rules, a, b)
    count_pairs(pool, a, 1)
    unmatched(cohort, pool, np.full(40, -1, np.int32), np.zeros(40), 1)
    sparse = graph(Edges(40, a * 40 + b, scores(pool.seats, pool.rules, a, b)), pool.cost)
    choice, price = auction(sparse, np.zeros(40), first=1.0, last=0.1)
    repair(sparse, price, split(sparse, choice), a, 10)
    partners(pool, a, 1)


if __name__ == "__main__":
    after_the_search()
else:
    beside = subprocess.Popen([sys.executable, "-m", "bench.warm"])
    pair(crowd(300), threads=1)  # without threads: processes are forked from here
    beside.wait()
    from bench import peers  # noqa: F401

    READY = time.perf_counter() - BEGAN
