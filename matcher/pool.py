"""The people of one programme as the inner loops want them: seats, bit sets and narrow vectors.

A *seat* is one conversation a person can hold: capacity 3 makes three seats. Seats are put in an
order that depends on what people answered and on the seed, never on where their row stood or what
they are called; identical people are told apart by their id.
"""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher import encode
from matcher.cohort import Cohort
from matcher.errors import BadInput
from matcher.kinds import hashed
from matcher.policy import Policy

Floats = NDArray[np.float64]

LEVELS = 16  # of waiting time
BARS = ("barred_from", "barred")
BASE = 8  # what leaving out someone who has not waited costs, in highest possible scores


class Seats(NamedTuple):
    """n seats of one programme (arrays by seat; shapes in brackets).

    `person` is the row of the cohort, `lead` the first seat of the same person. `toward` [n, views]
    holds a person's weight where they clearly stand above the middle, `away` where below. `barred`
    lists, from `barred_from[a]` to `barred_from[a + 1]`, whom the first seat a may never meet.
    """

    person: NDArray[np.int64]
    lead: NDArray[np.int64]
    languages: NDArray[np.uint64]
    bands: NDArray[np.uint64]
    topics: NDArray[np.uint64]
    slots: NDArray[np.uint64]
    first: NDArray[np.uint64]
    above: NDArray[np.uint64]
    below: NDArray[np.uint64]
    values: NDArray[np.float32]
    toward: NDArray[np.float32]
    away: NDArray[np.float32]
    barred_from: NDArray[np.int64]
    barred: NDArray[np.int64]


class Rules(NamedTuple):
    """The policy as numbers; a weight of 0 for what the programme did not ask."""

    differences: int
    shared_values: int
    shared_topics: int
    best: float
    values: float
    difference: float
    topics: float
    hours: float


@dataclass(frozen=True, slots=True)
class Pool:
    """Seats, rules, `cost` [n]: what leaving a seat empty costs; `strongest`: the largest weight.

    The cost is the lift that puts people before quality: `BASE` times the highest score for
    everybody, and one more highest score for every level of waiting, of at most sixteen. It lies on
    a person's first seat; further seats cost nothing when they stay empty.
    """

    seats: Seats
    rules: Rules
    cost: NDArray[np.float64]
    strongest: float

    def __len__(self) -> int:
        """Count the seats."""
        return len(self.cost)


def rules(cohort: Cohort, policy: Policy) -> Rules:
    """Say the policy in numbers; raise `BadInput` when the questionnaire cannot meet it."""
    asked = cohort.questionnaire
    problems = []
    if policy.min_differences > len(asked.of("view")):
        problems.append(f"policy: min_differences: only {len(asked.of('view'))} views are asked")
    if policy.min_shared_values > len(asked.higher):
        problems.append(f"policy: min_shared_values: only {len(asked.higher)} are asked")
    if policy.min_shared_topics > len(cohort.topic_tags) and len(cohort):
        problems.append(f"policy: min_shared_topics: only {len(cohort.topic_tags)} are known")
    if problems:
        raise BadInput(problems)
    weights = policy.weights
    return Rules(
        differences=policy.min_differences,
        shared_values=policy.min_shared_values,
        shared_topics=policy.min_shared_topics,
        best=float(policy.best_differences),
        values=weights.values,
        difference=weights.difference,
        topics=weights.topics if cohort.topic_tags else 0.0,
        hours=weights.hours if len(cohort.hours) else 0.0,
    )


@dataclass(frozen=True, slots=True)
class Profile:
    """Everyone's encoded answers, by row of the cohort; made once for all programmes."""

    first: NDArray[np.uint64]
    above: NDArray[np.uint64]
    below: NDArray[np.uint64]
    values: NDArray[np.float32]
    toward: NDArray[np.float32]
    away: NDArray[np.float32]


def profile(cohort: Cohort, policy: Policy) -> Profile:
    """Encode the answers of a cohort that has at least one person."""
    means = np.empty((len(cohort), 0))
    stances = np.empty((len(cohort), 0))
    if cohort.values.shape[1]:
        items = cohort.questionnaire.of("value")
        scaled = _scaled(cohort.values, [item.bounds for item in items])
        means = encode.higher_values(scaled, [item.higher for item in items])
    views = cohort.views
    if cohort.views.shape[1]:
        items = cohort.questionnaire.of("view")
        views = _scaled(cohort.views, [item.bounds for item in items])
        stances = encode.stances(views, policy.clear)
    cares = encode.cares(cohort.importance, views)
    above, below = (stances > 0) & (cares > 0), (stances < 0) & (cares > 0)
    return Profile(
        first=_bits(encode.first(means)),
        above=_bits(above),
        below=_bits(below),
        values=encode.directions(means).astype(np.float32),
        toward=(above * cares).astype(np.float32),
        away=(below * cares).astype(np.float32),
    )


def costs(waiting: NDArray[np.float64], highest: float) -> NDArray[np.float64]:
    """Return what leaving each person out costs, by days waited; see `Pool`."""
    days, rank = np.unique(waiting, return_inverse=True)
    level = rank.ravel() * (LEVELS / max(LEVELS, len(days)))
    result: Floats = max(highest, 1.0) * (BASE + np.floor(level))
    return result


def open_pool(
    cohort: Cohort,
    made: Profile,
    chosen: Rules,
    rows: NDArray[np.int64],
    *,
    cost: NDArray[np.float64],
    barred: NDArray[np.int64],
    seed: int,
) -> Pool:
    """Lay out the seats of the people in `rows` of *cohort*, all of one programme.

    `cost` is by row of the cohort, see `costs`; `barred` (m, 2) are rows that may never meet.
    """
    order = rows[_order(cohort, made, rows, seed)]
    person = np.repeat(order, cohort.capacity[order])
    starts = np.flatnonzero(np.r_[True, person[1:] != person[:-1]])
    lead = np.repeat(starts, cohort.capacity[person[starts]])
    place = np.full(len(cohort), -1)
    place[person[starts]] = starts
    barred_from, bars = _barred(place[barred], len(person))
    seats = Seats(
        person=person,
        lead=lead,
        languages=cohort.languages[person],
        bands=cohort.bands[person],
        topics=cohort.topics[person],
        slots=cohort.slots[person],
        first=made.first[person],
        above=made.above[person],
        below=made.below[person],
        values=made.values[person],
        toward=made.toward[person],
        away=made.away[person],
        barred_from=barred_from,
        barred=bars,
    )
    strongest = float((seats.toward + seats.away).max(initial=1.0))
    return Pool(seats, chosen, np.where(lead == np.arange(len(lead)), cost[person], 0.0), strongest)


def kinds(pool: Pool) -> NDArray[np.int64]:
    """Return the number of the kind of every seat; seats of a kind are alike but for who they are
    and whom they may never meet."""
    seats = pool.seats
    asked = (name for name in Seats._fields if name not in ("person", "lead", *BARS))
    mark = hashed((*(getattr(seats, name) for name in asked), pool.cost), len(pool))
    kind: NDArray[np.int64] = np.unique(mark, return_inverse=True)[1].ravel()
    return kind


def part_of(pool: Pool, start: int, stop: int) -> Pool:
    """Return the pool of the seats from `start`, a first seat, up to `stop`."""
    seats = pool.seats
    cut = {name: getattr(seats, name)[start:stop] for name in Seats._fields if name not in BARS}
    begin = seats.barred_from[start : stop + 1]
    bars = seats.barred[begin[0] : begin[-1]] - start  # whoever is not in this part is met by none
    cut |= {"lead": cut["lead"] - start, "barred_from": begin - begin[0], "barred": bars}
    return replace(pool, seats=Seats(**cut), cost=pool.cost[start:stop])


def _scaled(answers: Floats, bounds: list[tuple[float, float]]) -> Floats:
    low, high = np.array(bounds).T
    result: Floats = (answers - low) / (high - low)
    return result


def _bits(flags: NDArray[np.bool_]) -> NDArray[np.uint64]:
    bit = np.uint64(1) << np.arange(flags.shape[1], dtype=np.uint64)
    words: NDArray[np.uint64] = (flags * bit).sum(1, dtype=np.uint64)
    return words


def _order(cohort: Cohort, made: Profile, rows: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """Return the order of `rows` by a hash of what is known of each person, then by id."""
    columns: list[NDArray[Any]] = [
        cohort.languages, cohort.bands, cohort.topics, made.first, made.above, made.below,
        cohort.slots, made.values, made.toward, made.away, cohort.waiting, cohort.capacity,
    ]  # fmt: skip
    mark = hashed((column[rows] for column in columns), len(rows), seed)
    return np.lexsort((cohort.ids[rows], mark))


def _barred(pairs: NDArray[np.int64], count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where each seat's list of barred seats begins, and the lists, sorted.

    `pairs` (m, 2) are first seats, -1 where somebody is not in this pool. Only first seats are
    listed.
    """
    here = pairs[(pairs >= 0).all(1)]
    both = np.vstack([here, here[:, ::-1]])
    keys = np.unique(both[:, 0] * count + both[:, 1])
    return np.searchsorted(keys // count, np.arange(count + 1)), keys % count
