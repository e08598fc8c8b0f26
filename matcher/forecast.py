"""Whom to invite next: what one more person of each kind would bring, from the prices of a round.

A kind is everybody who speaks a language or stands on one side of a view. What one more brings in
pairs is the mean of `Round.brings` over the kind, in value the mean of `Round.price`. That is exact
for the next person and holds for as many as still find those who wait; a check adds people of the
kind, copies of some who are there, and pairs again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from matcher.cohort import Cohort
from matcher.effort import Effort
from matcher.pairing import pair
from matcher.policy import Policy
from matcher.pool import profile
from matcher.round import Round

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Kind:
    """How many `people` of a kind there are, and what one more brings in `pairs` and in `value`.

    `what` is "language" or a view's id, `which` the tag, "low" or "high". `checked` is what
    pairs came to, by person, when people of the kind were added; None when that was not asked.
    """

    what: str
    which: str
    people: int
    pairs: float
    value: float
    checked: float | None = None


def forecast(result: Round, *, check: int = 0, effort: Effort | None = None) -> list[Kind]:
    """Return every kind there is, who would bring most first.

    With `check`, that many people of each kind are added and the round is run again.
    """
    kinds = []
    for what, which, rows in _kinds(result.cohort, result.policy):
        pairs = float(result.brings[rows].mean())
        kind = Kind(what, which, len(rows), pairs, float(result.price[rows].mean()))
        if check:
            kind = replace(kind, checked=_checked(result, rows, check, effort))
        kinds.append(kind)
    return sorted(kinds, key=lambda kind: (-kind.pairs, -kind.value, kind.what, kind.which))


def _kinds(cohort: Cohort, policy: Policy) -> Iterator[tuple[str, str, Rows]]:
    if not len(cohort):
        return
    made = profile(cohort, policy)
    sets: list[tuple[str, str, NDArray[np.uint64], int]] = [
        ("language", tag, cohort.languages, bit) for bit, tag in enumerate(cohort.language_tags)
    ]
    for bit, item in enumerate(cohort.questionnaire.of("view")):
        sets += [(item.id, "low", made.below, bit), (item.id, "high", made.above, bit)]
    for what, which, words, bit in sets:
        rows = np.flatnonzero((words >> np.uint64(bit)) & np.uint64(1))
        if len(rows):
            yield what, which, rows


def _checked(result: Round, rows: Rows, check: int, effort: Effort | None) -> float:
    """Return the pairs each of `check` more people brought."""
    added = rows[np.linspace(0, len(rows) - 1, check).round().astype(np.int64)]
    more = joined(result.cohort, added)
    again = pair(more, result.policy, result.exclude, effort=effort)
    return (again.placed - result.placed) / 2 / check


def joined(cohort: Cohort, rows: Rows) -> Cohort:
    """Return the cohort with copies of `rows` who have not waited, under names of their own."""
    everyone = np.concatenate([np.arange(len(cohort)), rows])
    whole: Sequence[str] = ("questionnaire", "language_tags", "topic_tags", "hours")
    moved = {
        each.name: getattr(cohort, each.name)[everyone]
        for each in fields(cohort)
        if each.name not in whole
    }
    names = [f"{cohort.ids[row]} +{number}" for number, row in enumerate(rows.tolist(), 1)]
    moved["ids"] = np.concatenate([cohort.ids, np.array(names, np.str_)])
    moved["waiting"][len(cohort) :] = 0
    return replace(cohort, **moved)
