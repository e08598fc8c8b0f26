"""Compile the loops before anybody waits for them.

The loops are compiled when they are first called, half a minute in all, and kept on disk until the
code changes. A web process that pairs two people for the first time would stand still meanwhile,
with everybody's rooms; so this is done when a new version is installed.
"""

import numpy as np

from matcher.cohort import Cohort, build
from matcher.lobby import Lobby
from matcher.pairing import pair
from matcher.policy import Policy
from matcher.questionnaire import Item, Questionnaire, Scale

PEOPLE = 60


def compile_loops() -> int:
    """Pair people who were never there, in a round and in a lobby; return how many pairs came."""
    cohort, policy = _crowd(), Policy()
    lobby = Lobby(cohort, policy)
    met = [lobby.arrive(row, 0.0) for row in range(len(cohort))]
    return len(pair(cohort, policy, threads=1).pairs) + sum(one is not None for one in met)


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
