"""Measures what attackers get out of published figures, and what the figures are worth.

    python bench/disclosure.py --quick
    python bench/disclosure.py --n 100 1000 10000 --trials 200 --json

The same crowds go through no protection, suppression at 10, the 10-5 rounding rule and Earshot's
mechanism (the menu's own shares of the steady and of the sharp grade). Three attacks: a linear
programme on the published margins (which share of hidden figures is it certain of, and right);
the group a joiner is in, guessed from two exports (chance 0.25); membership, guessed from one
(chance 0.5). The error is that of the published figures: the middle of all, in people.
"""

import argparse
import json
import random
import statistics
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.rules import Exact, SmallOnly, TenFive
from disclosure.files import files
from disclosure.laplace import Laplace
from disclosure.period import Month
from disclosure.release import Subject, draw
from disclosure.tables import Category, Design, Dimension, count
from services.figures.releases import FONTS
from tests.disclosure.attacker import attack

SHARES = {"steady": 0.55 * 0.4 / 3, "sharp": 0.45 * 0.14}
ABOUT = Subject("bench", "Bench", Month(2026, 10))


def dimension(name, weights):
    return Dimension(
        name, name, tuple(Category(f"{name}{at}", str(at)) for at in range(len(weights)))
    )


FAITH = (0.4, 0.3, 0.2, 0.1)
AGE = (0.3, 0.25, 0.2, 0.15, 0.07, 0.03)
STEP = (0.6, 0.3, 0.1)
GRID = Design("grid", "Grid", "joined", (dimension("age", AGE), dimension("step", STEP)))
LINE = Design("line", "Line", "joined", (dimension("faith", FAITH),))


def mechanisms():
    yield "exact", Exact()
    yield "suppression at 10", SmallOnly()
    yield "10-5 rounding", TenFive()
    for grade, share in SHARES.items():
        yield f"Earshot, {grade}", Laplace({"grid": share, "line": share})


def crowd(n, rng):
    return [tuple(rng.choices(range(len(w)), w)[0] for w in (FAITH, AGE, STEP)) for _ in range(n)]


def tables(people):
    return [
        count(GRID, enumerate((f"age{a}", f"step{s}") for _, a, s in people)),
        count(LINE, enumerate((f"faith{f}",) for f, _, _ in people)),
    ]


def told(mechanism, exact):
    return mechanism.draw(exact, []).tables


def pinned(mechanism, exact):
    """The share of hidden figures of the grid whose number the attacker names rightly."""
    release = draw(ABOUT, exact[:1], [], mechanism)
    truth = {cell.figure.labels: cell.count for cell in exact[0].cells}
    found = attack(files(release, FONTS))
    right = [
        one.high - one.low < 0.5 and round(one.low) == truth[tuple(sorted(name))]
        for name, one in found.items()
    ]
    return right


def read(table):
    inner = set(table.design.innermost)
    return np.array(
        [5 if f.people is None else f.people for f in table.figures if f.figure in inner]
    )


def guess(mechanism, people, rng):
    """Whether the group of one more person is named rightly from two exports."""
    joins = rng.choices(range(len(FAITH)))[0]
    before = told(mechanism, tables(people)[1:])[0]
    after = told(mechanism, tables([*people, (joins, 0, 0)])[1:])[0]
    grown = read(after) - read(before)
    best = np.flatnonzero(grown == grown.max())
    return rng.choice(best.tolist()) == joins


def member(mechanism, people, rng):
    """Whether it is told rightly if a person is in one export, everybody else being known."""
    inside = rng.random() < 0.5
    known = read(told(Exact(), tables(people)[1:])[0])[0]
    exact = tables([*people, (0, 0, 0)] if inside else people)[1:]
    seen = read(told(mechanism, exact)[0])[0]
    return (seen > known + 0.5 if seen != known + 0.5 else rng.random() < 0.5) == inside


def errors(mechanism, exact):
    truth = {cell.figure: cell.count for table in exact for cell in table.cells}
    figures = [f for table in told(mechanism, exact) for f in table.figures]
    shown = [abs(f.people - truth[f.figure]) for f in figures if not f.hidden]
    return shown, len(shown) / len(figures)


def row(name, mechanism, n, trials):
    rng = random.Random(n)
    hidden, off, shown = [], [], []
    for _ in range(max(2, trials // 20)):
        exact = tables(crowd(n, rng))
        hidden += pinned(mechanism, exact)
        mine, share = errors(mechanism, exact)
        off += mine
        shown.append(share)
    people = crowd(n, rng)
    return {
        "n": n,
        "rule": name,
        "pinned": round(statistics.fmean(hidden), 3) if hidden else None,
        "joiner": round(statistics.fmean(guess(mechanism, people, rng) for _ in range(trials)), 3),
        "member": round(statistics.fmean(member(mechanism, people, rng) for _ in range(trials)), 3),
        "error": round(statistics.median(off), 1) if off else None,
        "error_95": round(float(np.quantile(off, 0.95)), 1) if off else None,
        "shown": round(statistics.fmean(shown), 3),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--n", type=int, nargs="+", default=[100, 1000, 10_000])
    parser.add_argument("--trials", type=int, default=300)
    parser.add_argument("--quick", action="store_true", help="fewer trials: under a minute")
    parser.add_argument("--json", action="store_true", help="one object on one line")
    given = parser.parse_args()
    trials = 60 if given.quick else given.trials
    began = time.perf_counter()
    rows = [row(name, rule, n, trials) for n in given.n for name, rule in mechanisms()]
    if given.json:
        print(
            json.dumps(
                {
                    "bench": "disclosure",
                    "quick": given.quick,
                    "trials": trials,
                    "seconds": round(time.perf_counter() - began, 1),
                    "rows": rows,
                }
            )
        )
        return
    print("| n | rule | pinned | joiner (.25) | member (.5) | error | error 95 % | shown |")
    print("|---|---|---|---|---|---|---|---|")
    for one in rows:
        print("| " + " | ".join("–" if v is None else str(v) for v in one.values()) + " |")


if __name__ == "__main__":
    main()
