"""Compile the loops before anybody waits for them.

The loops are compiled when they are first called, half a minute in all, and kept on disk until the
code changes. A web process that pairs two people for the first time would stand still meanwhile,
with everybody's rooms; so this is done when a new version is installed. A second process
(`python -m matcher.warm`) compiles what a round needs while the first is at a lobby's search, and
the first finds it on disk.
"""

import os
import subprocess
import sys

import numpy as np

from matcher.bound import partners
from matcher.cohort import Cohort, build
from matcher.explain import count_pairs, unmatched
from matcher.lobby import Lobby
from matcher.pairing import pair
from matcher.policy import Policy
from matcher.pool import costs, open_pool, profile, rules
from matcher.questionnaire import Item, Questionnaire, Scale

PEOPLE = 60


def compile_loops() -> int:
    """Pair people who were never there, in a round and in a lobby; return how many pairs came."""
    paths = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-m", "matcher.warm"], env=paths):
        cohort, policy = _crowd(), Policy()
        lobby = Lobby(cohort, policy)
        met = [lobby.arrive(row, 0.0) for row in range(len(cohort))]
    pairs = len(pair(cohort, policy, threads=1).pairs)
    return pairs + sum(one is not None for one in met)


def compile_rounds() -> None:
    """Compile what a round of a small and of a larger pool needs but the search."""
    cohort, policy, everyone = _crowd(), Policy(), np.arange(PEOPLE)
    pair(cohort, policy, threads=1)
    pool = open_pool(
        cohort, profile(cohort, policy), rules(cohort, policy), everyone,
        cost=costs(cohort.waiting, 1.0), barred=np.empty((0, 2), np.int64), seed=0,
    )  # fmt: skip
    count_pairs(pool, everyone, everyone, 1)
    unmatched(cohort, pool, np.full(PEOPLE, -1, np.int32), np.zeros(PEOPLE), 1)
    partners(pool, everyone, 1)


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
    compile_rounds()
