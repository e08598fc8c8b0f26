"""Compile the loops before anybody waits for them.

The loops are compiled when they are first called, half a minute in all, and kept on disk until the
code changes. A web process that pairs two people for the first time would stand still meanwhile,
with everybody's rooms; so this is done when a new version is installed. A second process
(`python -m matcher.warm`) compiles what comes after the search while the first is at the search,
and the first finds it on disk.
"""

import os
import subprocess
import sys

import numpy as np

from matcher.assignment import auction
from matcher.bound import partners
from matcher.cohort import Cohort, build
from matcher.cycles import split
from matcher.engine import scores
from matcher.explain import count_pairs, unmatched
from matcher.graph import Edges, graph
from matcher.lobby import Lobby
from matcher.pairing import describe, pair
from matcher.policy import Policy
from matcher.pool import costs, open_pool, profile, rules
from matcher.questionnaire import Item, Questionnaire, Scale
from matcher.repair import repair

PEOPLE = 60


def compile_loops() -> int:
    """Pair people who were never there, in a round and in a lobby; return how many pairs came."""
    paths = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-m", "matcher.warm"], env=paths):
        cohort, policy = _crowd(), Policy()
        pairs = len(pair(cohort, policy, threads=1).pairs)
    lobby = Lobby(cohort, policy)
    met = [lobby.arrive(row, 0.0) for row in range(len(cohort))]
    return pairs + sum(one is not None for one in met)


def after_the_search() -> None:
    """Compile what a round needs once edges are found, on edges of no meaning."""
    cohort, policy, everyone = _crowd(), Policy(), np.arange(PEOPLE)
    pool = open_pool(
        cohort, profile(cohort, policy), rules(cohort, policy), everyone,
        cost=costs(cohort.waiting, 1.0), barred=np.empty((0, 2), np.int64), seed=0,
    )  # fmt: skip
    a, b = everyone[::2], everyone[1::2]
    describe(pool.seats, pool.rules, a, b)
    count_pairs(pool, a, b, 1)
    unmatched(cohort, pool, np.full(PEOPLE, -1, np.int32), np.zeros(PEOPLE), 1)
    edges = Edges(PEOPLE, a * PEOPLE + b, scores(pool.seats, pool.rules, a, b))
    sparse = graph(edges, pool.cost)
    choice, price = auction(sparse, np.zeros(PEOPLE), first=1.0, last=0.1)
    repair(sparse, price, split(sparse, choice), a, 10)
    partners(pool, a, 1)


def _crowd() -> Cohort:
    """Return 60 people: half lean one way, and all hold the same values."""
    rng, scale = np.random.default_rng(1), Scale(1, 5, "no", "yes")
    values = [Item(f"value{n}", "value", "?", scale, value=f"v{n}") for n in range(4)]
    views = [Item(f"view{n}", "view", "?", scale, importance=True) for n in range(4)]
    side = np.where(np.arange(PEOPLE) % 2, 2.0, 4.0)
    answers = {item.id: 4 + (rng.random(PEOPLE) < 0.3) for item in values}
    for item in views:
        answers[item.id] = side + rng.integers(-1, 2, PEOPLE)
        answers[f"{item.id}_importance"] = np.full(PEOPLE, 3.0)
    ids = [f"p{n}" for n in range(PEOPLE)]
    return build(Questionnaire("warm", "en", "Warm", (*values, *views)), ids, answers)


if __name__ == "__main__":
    after_the_search()
