"""Pairs a cohort: programme by programme, since nobody meets anyone of another."""

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matcher.cohort import Cohort
from matcher.effort import Clock, Effort, Progress
from matcher.engine import solve
from matcher.errors import BadInput
from matcher.explain import Unmatched, count_pairs, unmatched
from matcher.kernel import kernel
from matcher.policy import Policy
from matcher.pool import Pool, Rules, Seats, costs, open_pool, profile, rules
from matcher.round import Count, Pairs, Round
from matcher.seats import pairs_of
from matcher.terms import (
    common_hours,
    difference_term,
    differing,
    hours_term,
    topics_term,
    values_term,
)

COUNT_TO = 5_000  # people; beyond, pairs are counted for a sample of them
SAMPLE, OTHERS = 2_000, 50_000  # of whom, and among whom

Rows = NDArray[np.int64]


def pair(
    cohort: Cohort,
    policy: Policy | None = None,
    exclude: NDArray[np.int64] | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    *,
    threads: int | None = None,
    effort: Effort | None = None,
) -> Round:
    """Pair as many people as possible acceptably, the longest waiting first, then by score.

    `exclude` is (m, 2) rows that may never meet. `progress` is called with a phase and its seconds
    so far. The same input, policy and seed give the same pairs whatever the row order and the
    threads. Raises `BadInput` when the questionnaire cannot meet the policy or `exclude` names no
    row.
    """
    policy = policy or Policy()
    effort = effort or Effort()
    effort = replace(effort, threads=threads) if threads else effort
    chosen = rules(cohort, policy)
    barred = _checked(exclude, len(cohort))
    clock = Clock(progress)
    began = time.perf_counter()
    parts = []
    if len(cohort):
        made = profile(cohort, policy)
        cost = costs(cohort.waiting, policy.weights.total)
        clock.time("encode", began)
        for number in np.unique(cohort.programme).tolist():
            rows = np.flatnonzero(cohort.programme == number)
            pool = open_pool(cohort, made, chosen, rows, cost=cost, barred=barred, seed=seed)
            parts.append(_part(cohort, pool, effort, clock))
    result = _assembled(cohort, policy, barred, parts, clock)
    clock.time("all", began)
    return result


@dataclass(frozen=True, slots=True)
class _Part:
    """The round of one programme."""

    pairs: Pairs
    left: Unmatched
    people: Rows
    price: NDArray[np.float64]
    brings: NDArray[np.float64]
    counts: tuple[Count, Count]
    most_placed: int
    placed_off: int
    most_value: float
    off: float
    exact: bool


@kernel
def describe(
    seats: Seats, rules: Rules, a: Rows, b: Rows
) -> tuple[NDArray[np.float64], NDArray[np.uint64], NDArray[np.int64]]:
    """Return the four terms [m, 4], the bits of shared values and differing views [m, 2], and the
    hours in common, of pairs of seats."""
    terms = np.empty((len(a), 4))
    bits = np.empty((len(a), 2), np.uint64)
    hours = np.empty(len(a), np.int64)
    for place in range(len(a)):
        one, two = a[place], b[place]
        terms[place, 0] = values_term(seats, rules, one, two)
        terms[place, 1] = difference_term(seats, rules, one, two)
        terms[place, 2] = topics_term(seats, rules, one, two)
        terms[place, 3] = hours_term(seats, rules, one, two)
        bits[place, 0] = seats.first[one] & seats.first[two]
        bits[place, 1] = differing(seats, one, two)
        hours[place] = common_hours(seats, one, two)
    return terms, bits, hours


def _checked(exclude: NDArray[np.int64] | None, count: int) -> NDArray[np.int64]:
    if exclude is None:
        return np.empty((0, 2), np.int64)
    pairs = np.asarray(exclude, np.int64).reshape(-1, 2)
    wrong = np.flatnonzero(((pairs < 0) | (pairs >= count)).any(1))
    if len(wrong):
        raise BadInput(
            f"exclude: row {row}: names a row that is not there" for row in wrong.tolist()
        )
    return pairs


def _part(cohort: Cohort, pool: Pool, effort: Effort, clock: Clock) -> _Part:
    solution = solve(pool, effort, clock)
    mate = solution.mate
    began = time.perf_counter()
    left = unmatched(cohort, pool, mate, solution.price, effort.threads)
    counts = _counted(pool, solution.pairs, effort.threads)
    clock.time("explain", began)
    first = pool.seats.lead == np.arange(len(pool))
    return _Part(
        pairs=_pairs(cohort, pool, mate),
        left=left,
        people=pool.seats.person[first],
        price=solution.price[first] + pool.cost[first],
        brings=solution.brings[first],
        counts=counts,
        most_placed=solution.placed,
        placed_off=solution.placed_off,
        most_value=solution.bound + _left_cost(pool, mate) if solution.placed else 0.0,
        off=solution.off,
        exact=solution.proven,
    )


def _left_cost(pool: Pool, mate: NDArray[np.int32]) -> float:
    return float(pool.cost[mate < 0].sum())


def _pairs(cohort: Cohort, pool: Pool, mate: NDArray[np.int32]) -> Pairs:
    a, b = pairs_of(mate)
    terms, bits, hours = describe(pool.seats, pool.rules, a, b)
    hours *= bool(len(cohort.hours))  # when none were asked, everyone shares one bit
    person = pool.seats.person
    one, two = np.minimum(person[a], person[b]), np.maximum(person[a], person[b])
    values, difference, topics, common = terms.T
    score = terms.sum(1)
    return Pairs(one, two, score, values, difference, topics, common, bits[:, 0], bits[:, 1], hours)


def _counted(pool: Pool, known: tuple[int, int] | None, threads: int) -> tuple[Count, Count]:
    """Count the pairs of people; of seats they may be `known`."""
    first = np.flatnonzero(pool.seats.lead == np.arange(len(pool)))
    if known and len(first) == len(pool):
        return Count(known[0], known[0], known[0]), Count(known[1], known[1], known[1])
    if len(first) <= COUNT_TO:
        sums = count_pairs(pool, first, first, threads).sum(0) // 2
        exact = [Count(int(each), int(each), int(each)) for each in sums]
        return exact[0], exact[1]
    asked = first[:: len(first) // SAMPLE]  # seats lie in the order of a hash
    among = first[:OTHERS]
    counts = count_pairs(pool, asked, among, threads) * (len(first) ** 2 / len(among) / 2)
    middle = counts.mean(0)
    # Seen from the other end a pair is the same, so others differ as much as who was asked.
    drawn = 1 / len(asked) + (1 / len(among) if len(among) < len(first) else 0)
    off = 1.96 * counts.std(0) * np.sqrt(drawn)
    sampled = [Count(int(m), int(m - o), int(m + o)) for m, o in zip(middle, off, strict=True)]
    return sampled[0], sampled[1]


def _assembled(
    cohort: Cohort, policy: Policy, barred: Rows, parts: list[_Part], clock: Clock
) -> Round:
    pairs = _joined([part.pairs for part in parts])
    price, brings = np.zeros(len(cohort)), np.zeros(len(cohort))
    for part in parts:
        price[part.people], brings[part.people] = part.price, part.brings
    left = [part.left for part in parts] or [_nobody()]
    columns = [np.concatenate(column) for column in zip(*left, strict=True)]
    order = np.argsort(columns[0])
    counts = [_sum([part.counts[which] for part in parts]) for which in (0, 1)]
    return Round(
        cohort=cohort,
        policy=policy,
        exclude=barred,
        pairs=pairs,
        unmatched=Unmatched(*(column[order] for column in columns)),
        price=price,
        brings=brings,
        feasible=counts[0],
        acceptable=counts[1],
        placed=len(cohort) - len(order),
        most_placed=sum(part.most_placed for part in parts),
        value=float(pairs.score.sum()),
        most_value=float(sum(part.most_value for part in parts)),
        off=float(sum(part.off for part in parts)),
        placed_off=sum(part.placed_off for part in parts),
        exact=all(part.exact for part in parts),
        seconds=clock.seconds,
        memory=clock.memory,
    )


def _nobody() -> Unmatched:
    rows, words = np.empty(0, np.int64), np.empty(0, np.str_)
    return Unmatched(rows, words, words, words, rows)


def _joined(parts: list[Pairs]) -> Pairs:
    """Join the pairs of all programmes, best score first."""
    rows, floats = np.empty(0, np.int64), np.empty(0)
    bits = np.empty(0, np.uint64)
    none = Pairs(rows, rows, floats, floats, floats, floats, floats, bits, bits, rows)
    names = Pairs.__dataclass_fields__
    columns = [np.concatenate([getattr(one, name) for one in (none, *parts)]) for name in names]
    order = np.lexsort((columns[1], columns[0], -columns[2]))
    return Pairs(*(column[order] for column in columns))


def _sum(counts: list[Count]) -> Count:
    return Count(
        sum(each.pairs for each in counts),
        sum(each.low for each in counts),
        sum(each.high for each in counts),
    )
