"""Measures the matcher beside networkx, rustworkx, scipy and greedy on the same pools, in one run.

    python bench/matching.py --quick
    python bench/matching.py --n 1000 2000 10000 --repeat 3 --json
    python bench/matching.py --tight            # 2 hours each, 8 languages, 90/10
    python bench/matching.py --survey FILE.csv  # answers of real people

Every method runs in a process of its own, where its peak memory comes from. All see the same
acceptable pairs with the same weights: score plus both costs of being left out.
scipy finds a bound, no pairs.
"""

import argparse
import json
import multiprocessing
import os
import platform
import resource
import statistics
import sys
import time
from pathlib import Path

import networkx as nx
import numpy as np
import rustworkx as rx
from scipy.optimize import linear_sum_assignment

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.crowds import crowd, survey, tight
from matcher import Policy, pair
from matcher.engine import Effort, pairs_of, scores
from matcher.pool import costs, open_pool, profile, rules
from matcher.search import search

LIMITS = {"networkx": 400, "rustworkx": 2000, "scipy": 3000, "greedy": 3000, "random": 3000}
POLICY = Policy()


def dense(cohort):
    """Return the pool and its weights, 0 where a pair is not acceptable."""
    everyone = np.arange(len(cohort))
    cost = costs(cohort.waiting, POLICY.weights.total)
    none = np.empty((0, 2), np.int64)
    pool = open_pool(
        cohort, profile(cohort, POLICY), rules(cohort, POLICY), everyone,
        cost=cost, barred=none, seed=0,
    )  # fmt: skip
    n = len(pool)
    found = search(pool, np.zeros(n), np.full(n, -np.inf), n - 1)
    rows, places = np.nonzero(found.partner >= 0)
    weights = np.zeros((n, n))
    weights[rows, found.partner[rows, places]] = found.score[rows, places]
    lifted = weights + pool.cost[:, None] + pool.cost[None, :]
    return pool, np.where(weights > 0, lifted, 0)


def edges(weights):
    a, b = np.nonzero(np.triu(weights))
    whole = np.rint(weights[a, b] * 1e6).astype(np.int64)
    return list(zip(a.tolist(), b.tolist(), whole.tolist(), strict=True))


def networkx(weights):
    graph = nx.Graph()
    graph.add_weighted_edges_from(edges(weights))
    return list(nx.max_weight_matching(graph))


def rustworkx(weights):
    graph = rx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(len(weights)))
    graph.add_edges_from(edges(weights))
    return list(rx.max_weight_matching(graph, weight_fn=int))


def scipy(weights):
    """Half of the double cover's assignment: a bound, and no pairs."""
    rows, columns = linear_sum_assignment(weights, maximize=True)
    return float(weights[rows, columns].sum()) / 2


def greedy(weights):
    """Take the heaviest edge whose ends are both free, again and again."""
    a, b = np.nonzero(np.triu(weights))
    order = np.argsort(-weights[a, b], kind="stable")
    return _taken(len(weights), a[order], b[order])


def random(weights):
    """Take acceptable pairs as they come."""
    a, b = np.nonzero(np.triu(weights))
    order = np.random.default_rng(0).permutation(len(a))
    return _taken(len(weights), a[order], b[order])


def _taken(count, a, b):
    free, pairs = np.ones(count, bool), []
    for one, two in zip(a.tolist(), b.tolist(), strict=True):
        if free[one] and free[two]:
            free[one] = free[two] = False
            pairs.append((one, two))
    return pairs


PEERS = {each.__name__: each for each in (networkx, rustworkx, scipy, greedy, random)}


def run(method, kind, n, out):
    """Run one method on one pool; put a row of the table into *out*."""
    cohort = {"crowd": crowd, "tight": tight}[kind](n)
    effort = Effort(threads=2, wide=24 if n < 200_000 else 16)
    if method == "earshot":
        began = time.perf_counter()
        pair(crowd(300), POLICY, effort=effort)  # compiles, or loads what is compiled
        ready = time.perf_counter() - began
        began = time.perf_counter()
        result = pair(cohort, POLICY, effort=effort)
        row = {
            "seconds": time.perf_counter() - began, "paired": result.placed,
            "value": result.value, "upper_bound": result.most_value, "gap": result.gap,
            "most_paired": result.most_placed, "exact": result.exact,
            "phases": result.seconds, "ready": ready,
        }  # fmt: skip
    else:
        pool, weights = dense(cohort)
        began = time.perf_counter()
        got = PEERS[method](weights)
        row = {"seconds": time.perf_counter() - began, **told(pool, got)}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    out.put({"n": n, "method": method, "rss_mb": round(peak), **row})


def told(pool, got):
    if isinstance(got, float):  # of value and costs together, which no other row has
        return dict.fromkeys(("paired", "value", "upper_bound", "gap"))
    mate = np.full(len(pool), -1, np.int32)
    for a, b in got:
        mate[a], mate[b] = b, a
    value = float(scores(pool.seats, pool.rules, *pairs_of(mate)).sum())
    return {"paired": 2 * len(got), "value": value, "upper_bound": None, "gap": None}


def measured(method, kind, n, repeat, limit):
    """Return the run with the middle time, each in a fresh process; None past the limit."""
    context = multiprocessing.get_context("spawn")
    rows = []
    for _ in range(repeat):
        out = context.Queue()
        process = context.Process(target=run, args=(method, kind, n, out))
        process.start()
        try:
            rows.append(out.get(timeout=limit))
        except Exception:
            process.terminate()
            return None
        finally:
            process.join()
    middle = statistics.median_low([row["seconds"] for row in rows])
    return next(row for row in rows if row["seconds"] == middle)


def machine():
    return {
        "processor": platform.processor() or platform.machine(), "cores": os.cpu_count(),
        "python": platform.python_version(), "system": platform.system(),
    }  # fmt: skip


def table(rows):
    yield "| people | method | seconds | MB | paired | value | bound of value | gap |"
    yield "|---:|---|---:|---:|---:|---:|---:|---:|"
    for row in rows:
        told = [
            "" if row[key] is None else f"{row[key]:{form}}"
            for key, form in (
                ("seconds", ".2f"),
                ("rss_mb", "d"),
                ("paired", "d"),
                ("value", ".2f"),
                ("upper_bound", ".2f"),
                ("gap", ".4%"),
            )
        ]
        yield f"| {row['n']:,} | {row['method']} | " + " | ".join(told) + " |"


def main():
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--n", type=int, nargs="+", default=[1000, 2000, 10_000])
    asked.add_argument("--repeat", type=int, default=3)
    asked.add_argument("--limit", type=float, default=900, help="seconds for one run of one method")
    asked.add_argument("--methods", nargs="+", default=["earshot", *PEERS])
    asked.add_argument("--tight", action="store_true")
    asked.add_argument("--quick", action="store_true", help="small pools, once, under 50 seconds")
    asked.add_argument(
        "--survey", type=Path, help="a CSV file of answers, see tests/matcher/anes.toml"
    )
    asked.add_argument("--json", action="store_true", help="print one object instead of tables")
    chosen = asked.parse_args()
    if chosen.survey:
        print("\n".join(survey(chosen.survey)))
        return
    sizes, repeat, limit = chosen.n, chosen.repeat, chosen.limit
    if chosen.quick:
        sizes, repeat, limit = [300, 1000], 1, 20.0
    kind = "tight" if chosen.tight else "crowd"
    compiled = measured("earshot", kind, 300, 1, 900)
    print(f"compiling and loading: {compiled['ready']:.1f} s", file=sys.stderr)
    rows = []
    for n in sizes:
        for method in chosen.methods:
            if n <= LIMITS.get(method, n) and (row := measured(method, kind, n, repeat, limit)):
                rows.append(row)
                print(f"{n} {method} {row['seconds']:.2f} s", file=sys.stderr)
    print(
        json.dumps({"rows": rows, "machine": machine(), "ready": compiled["ready"]})
        if chosen.json
        else "\n".join(table(rows))
    )


if __name__ == "__main__":
    main()
