"""Measures the matcher beside networkx, rustworkx, scipy and greedy on the same pools, in one run.

    python bench/matching.py --quick --json
    python bench/matching.py --n 1000 2000 10000 100000 1000000 --docs
    python bench/matching.py --tight            # 2 hours each, 8 languages, 90/10
    python bench/matching.py --survey FILE.csv  # answers of real people
    python bench/matching.py --lobby --swap     # one arrival among 100,000; one pair made by hand

Every method runs in a process of its own, where its peak memory comes from. Every gap is to the
bound over all acceptable pairs, (upper_bound - value) / upper_bound. A method is left out above the
size it can finish, and stopped at `--limit` seconds; both are said. scipy finds a bound, no pairs.
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
from math import inf
from pathlib import Path
from queue import Empty

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.figures import table, write
from bench.moments import lobby, swap

ROOT = Path(__file__).resolve().parents[1]
THREADS = 2
QUICK, SPARE = 44, 3  # seconds in all; nothing new is begun with less than so many left
LEAST = 6  # seconds to measure in, however long compiling took
MILLION = 500_000  # people: from here on the bound of value is sampled
LIMITS = {"networkx": 1000, "rustworkx": 2000, "scipy": 10_000, "greedy": 10_000, "random": 10_000}
QUICK_LIMITS = {**LIMITS, "rustworkx": 1000}
KEYS = ("n", "method", "seconds", "rss_mb", "paired", "value", "upper_bound", "gap")


def run(method, kind, n, ours, out):
    """Run one method on one pool; put a row of the table into *out*."""
    from bench.crowds import crowd, tight

    cohort = {"crowd": crowd, "tight": tight}[kind](n)
    row = measure_ours(cohort) if method == "earshot" else measure_peer(method, cohort, ours)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    out.put({"n": n, "method": method, "rss_mb": round(peak), **row})


def timed(work, *given, **named):
    """Return what *work* returns, and its seconds: by the clock, and of all processors."""
    began, worked = time.perf_counter(), time.process_time()
    result = work(*given, **named)
    spent = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - worked}
    return result, spent


def measure_ours(cohort):
    from bench.warm import READY
    from matcher import Policy, pair
    from matcher.effort import Effort, sampled
    from matcher.pool import costs

    effort = sampled() if len(cohort) >= MILLION else Effort()
    result, spent = timed(pair, cohort, Policy(), threads=THREADS, effort=effort)
    placed = costs(cohort.waiting, Policy().weights.total)
    placed[result.unmatched.row] = 0
    return {
        **spent, "paired": result.placed, "most_paired": result.most_placed,
        "value": result.value, "upper_bound": result.most_value, "gap": result.gap, "ready": READY,
        "lift": float(placed.sum()), "sampled": effort.sampled,
    }  # fmt: skip


def measure_peer(method, cohort, ours):
    from bench.peers import PEERS, dense, told

    pool, weights = dense(cohort)
    got, spent = timed(PEERS[method], weights)
    return {**spent, **told(pool, got, ours)}


def measured(method, kind, n, asked, ours):
    """Return the run with the middle time, each in a fresh process; None when it was stopped."""
    context = multiprocessing.get_context("forkserver")
    rows = []
    for _ in range(asked.repeat):
        out = context.Queue()
        process = context.Process(target=run, args=(method, kind, n, ours, out))
        process.start()
        try:
            limit = min(asked.limits[method], asked.end - time.monotonic())
            rows.append(_awaited(process, out, limit))
        finally:
            process.terminate()
            process.join()
        if rows[-1] is None:
            return None
    middle = statistics.median_low([row["seconds"] for row in rows])
    return next(row for row in rows if row["seconds"] == middle)


def _awaited(process, out, limit):
    """Wait for a row; None when the time is over or the process has died."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        try:
            return out.get(timeout=0.5)
        except Empty:
            if not process.is_alive():
                break
    return None


def compare(asked, kind, say):
    """Return the rows of all sizes and methods, and why some are not there."""
    rows, absent, ours = [], [], {}
    for n in asked.n:
        ours[n] = measured("earshot", kind, n, asked, None)
        if ours[n] is None:
            absent.append(f"earshot at {n:,}: no time or memory left")
            continue
        say(f"{n:,} earshot {ours[n]['seconds']:.2f} s")
        rows.append(ours[n])
    # Small pools first, and last of all whoever may take all the time there is.
    turns = [(n, method) for n in asked.n if ours[n] for method in asked.methods]
    for n, method in sorted(turns, key=lambda turn: (turn[1] == "networkx", turn[0])):
        if n > asked.most[method]:
            absent.append(f"{method} at {n:,}: asked up to {asked.most[method]:,} people")
        elif time.monotonic() > asked.end - SPARE:
            absent.append(f"{method} at {n:,}: no time left")
        elif row := measured(method, kind, n, asked, ours[n]):
            rows.append(row)
            say(f"{n:,} {method} {row['seconds']:.2f} s")
        else:
            absent.append(f"{method} at {n:,}: stopped after {asked.limit:g} s, or no memory")
    return sorted(rows, key=lambda row: row["n"]), absent


def machine():
    return {
        "processor": platform.processor() or platform.machine(), "cores": os.cpu_count(),
        "threads": THREADS, "python": platform.python_version(), "system": platform.system(),
        "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def arguments():
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--n", type=int, nargs="+", default=[1000, 2000, 10_000])
    asked.add_argument("--repeat", type=int, default=3, help="runs; the middle one is told")
    asked.add_argument("--limit", type=float, default=900, help="seconds for one run of a peer")
    asked.add_argument("--methods", nargs="*", choices=LIMITS, default=list(LIMITS), help="peers")
    asked.add_argument("--tight", action="store_true")
    asked.add_argument("--quick", action="store_true", help="small pools, once, under 50 seconds")
    asked.add_argument("--survey", type=Path, help="answers, see tests/matcher/anes.toml")
    asked.add_argument("--lobby", action="store_true", help="one arrival among 100,000 waiting")
    asked.add_argument("--swap", action="store_true", help="one pair by hand among 10,000")
    asked.add_argument("--json", action="store_true", help="print one object instead of tables")
    asked.add_argument("--docs", action="store_true", help="write docs/matching-figures.md, .svg")
    chosen = asked.parse_args()
    if chosen.quick:
        chosen.n, chosen.repeat, chosen.limit = [1000, 2000], 1, 12.0
        chosen.methods = ["greedy", "scipy", "rustworkx", "networkx"]
    chosen.most = QUICK_LIMITS if chosen.quick else LIMITS
    chosen.end = time.monotonic() + (QUICK if chosen.quick else inf)
    # Without ours there is nothing to compare: it is let finish.
    chosen.limits = {"earshot": inf, **dict.fromkeys(LIMITS, chosen.limit)}
    return chosen


def main():
    asked = arguments()
    if asked.survey:
        from bench.crowds import survey

        print("\n".join(survey(asked.survey)))
        return
    if asked.lobby or asked.swap:
        told = {**(lobby() if asked.lobby else {}), **(swap() if asked.swap else {})}
        print(json.dumps({"rows": [told], "machine": machine()}))
        return
    beside = machine()  # its load before anything is measured
    kind = "tight" if asked.tight else "crowd"
    os.environ["PYTHONPATH"] = str(ROOT)
    multiprocessing.set_forkserver_preload(["bench.warm"])
    first = multiprocessing.get_context("forkserver").Process(target=machine)
    first.start()
    first.join()  # everything is loaded and compiled; the first time that takes a minute or two
    asked.end = max(asked.end, time.monotonic() + LEAST)
    rows, absent = compare(asked, kind, lambda line: print(line, file=sys.stderr, flush=True))
    if asked.docs:
        write(rows, absent, beside)
    if asked.json:
        kept = [{key: row[key] for key in KEYS} for row in rows]
        ready = max((row["ready"] for row in rows if "ready" in row), default=None)
        told = {"rows": kept, "machine": beside, "compile_seconds": ready, "absent": absent}
        print(json.dumps(told))
    else:
        print("\n".join([*table(rows), "", *absent]))


if __name__ == "__main__":
    main()
