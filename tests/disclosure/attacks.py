"""What attackers try on published figures; each returns how well it went.

They see files or published tables, never exact counts. A mechanism is drawn many times over, as if
the same month had been published by many programmes: enough to measure how often an attack works.
"""

from collections.abc import Sequence
from math import exp

import numpy as np
from scipy.stats import beta

from disclosure.release import Mechanism, PublishedTable
from disclosure.tables import Table

CONFIDENCE = 0.99


def values(table: PublishedTable) -> list[int]:
    """Return the innermost figures as an attacker reads them: a hidden one is guessed as 5."""
    inner = set(table.design.innermost)
    return [f.people if f.people is not None else 5 for f in table.figures if f.figure in inner]


def draws(mechanism: Mechanism, tables: Sequence[Table], times: int) -> list[list[int]]:
    """Return the innermost figures of all tables, drawn again and again."""
    return [
        [n for table in mechanism.draw(tables, []).tables for n in values(table)]
        for _ in range(times)
    ]


def averaged(mechanism: Mechanism, table: Table, times: int) -> float:
    """Return the greatest error of an attacker who averages the same table *times* over."""
    inner = set(table.design.innermost)
    truth = np.array([c.count for c in table.cells if c.figure in inner])
    return float(np.abs(np.mean(draws(mechanism, [table], times), axis=0) - truth).max())


def joiner_guessed(mechanism: Mechanism, before: Table, after: Table, at: int, times: int) -> float:
    """Return how often an attacker names the category one person joined, from two releases.

    The attacker takes the category that grew most.
    """
    olds, news = (np.array(draws(mechanism, [table], times)) for table in (before, after))
    return float(np.mean(np.argmax(news - olds, axis=1) == at))


def least_epsilon(
    inside: Sequence[float], outside: Sequence[float], confidence: float = CONFIDENCE
) -> float:
    """Return the epsilon that a membership attack shows to be exceeded, with *confidence*.

    *inside* and *outside* are scores of releases with and without the person. On the first half
    the best threshold is chosen, on the second half true and false alarms are counted; with exact
    (Clopper-Pearson) bounds on both, epsilon is at least log(true / false).
    """
    half = len(inside) // 2
    candidates = sorted({*inside[:half], *outside[:half]})
    threshold = max(candidates, key=lambda t: _gain(inside[:half], outside[:half], t))
    found = sum(one >= threshold for one in inside[half:])
    false = sum(one >= threshold for one in outside[half:])
    trials, doubt = len(inside) - half, (1 - confidence) / 2
    least_true = beta.ppf(doubt, found, trials - found + 1) if found else 0.0
    most_false = beta.ppf(1 - doubt, false + 1, trials - false) if false < trials else 1.0
    return float(np.log(max(least_true, 1e-12) / most_false))


def most_advantage(epsilon: float) -> float:
    """Return how much more often than by chance a guess between two can be right at *epsilon*."""
    return (exp(epsilon) - 1) / (exp(epsilon) + 1)


def _gain(inside: Sequence[float], outside: Sequence[float], threshold: float) -> float:
    true = sum(one >= threshold for one in inside) + 1
    false = sum(one >= threshold for one in outside) + 1
    return float(np.log(true / false) * np.sqrt(true))
