"""Says why somebody is left over and what would have helped, and counts the pairs there were.

For a person left over, everybody else is asked in turn: language, band, hour, values, views. The
first question nobody passes is the reason. The cheapest change is looked for among those whom only
one circumstance (an hour, a topic, a language) keeps apart from the person and whom the prices say
it would have paid to pair with them: score above the sum of both prices.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.bits import WORD, places
from matcher.cohort import Cohort
from matcher.kernel import in_threads, kernel
from matcher.pool import Pool, Rules, Seats
from matcher.terms import above_floor, barred, differing, feasible, ones, score, share_an_hour

REASONS = ("alone", "language", "band", "hours", "values", "differences", "topics", "taken")
CHANGES = ("slots", "topics", "languages")  # cheapest first
CHUNK = 64
TOGETHER = 20_000  # people left over whose counts are held in memory at once
ASKED = 5_000  # others; in larger pools they stand for all, in the order of a hash
MANY, FEWER = 150_000, 1_000  # in pools above so many seats so many others are asked
MORE = 10  # times as many are asked of by who found nobody


class Lookback(NamedTuple):
    """By person left over: how many others pass each question, and who only one change keeps apart.

    `passed` [m, 7] follows `REASONS` without `taken`: others there are, then those who also share a
    language, may be met, have an hour, share values, differ enough, share topics. `hours` [m,
    bits], `topics` and `languages` [m, 64] count the helpful partners by the bit they would have
    brought.
    """

    passed: NDArray[np.int64]
    hours: NDArray[np.int64]
    topics: NDArray[np.int64]
    languages: NDArray[np.int64]


@kernel
def tally(bits: np.uint64, counts: NDArray[np.int64]) -> None:
    """Add one for every bit that is set."""
    for place in range(64):
        if (bits >> np.uint64(place)) & np.uint64(1):
            counts[place] += 1


@kernel
def count_passed(
    seats: Seats, rules: Rules, a: int, b: int, passed: NDArray[np.int64]
) -> tuple[bool, bool, bool, bool]:
    """Count how far b comes; return whether all but circumstances fit, and each circumstance."""
    tongue = (seats.languages[a] & seats.languages[b]) != 0
    may = (seats.bands[a] & seats.bands[b]) != 0 and not barred(seats, a, b)
    hour = share_an_hour(seats, a, b)
    values = ones(seats.first[a] & seats.first[b]) >= rules.shared_values
    views = ones(differing(seats, a, b)) >= rules.differences
    topics = ones(seats.topics[a] & seats.topics[b]) >= rules.shared_topics
    good = True
    for place, passes in enumerate((True, tongue, may, hour, values, views, topics)):
        good = good and passes
        passed[place] += good
    return may and values and views, tongue, hour, topics


@kernel
def note(seats: Seats, b: int, shared: tuple[bool, bool], row: int, result: Lookback) -> None:
    """Count what b would have brought: hours when they share none, else topics, else languages."""
    hour, topics = shared
    if not hour:
        for word in range(seats.slots.shape[1]):
            tally(seats.slots[b, word], result.hours[row, 64 * word : 64 * word + 64])
    elif not topics:
        tally(seats.topics[b], result.topics[row])
    else:
        tally(seats.languages[b], result.languages[row])


@kernel
def look_back(
    seats: Seats,
    rules: Rules,
    price: NDArray[np.float64],
    asks: tuple[NDArray[np.int64], NDArray[np.float64]],
    result: Lookback,
) -> None:
    """Fill the lookback for some first seats, over as many others as there are prices.

    `asks` are these seats and their own prices.
    """
    rows, own = asks
    for row, a in enumerate(rows):
        for b in range(len(price)):
            if seats.lead[b] != b or b == a:
                continue
            fits, tongue, hour, topics = count_passed(seats, rules, a, b, result.passed[row])
            helps = fits & ((not tongue) + (not hour) + (not topics) == 1)
            if helps and score(seats, rules, a, b) > own[row] + price[b]:
                note(seats, b, (hour, topics), row, result)


class Unmatched(NamedTuple):
    """Arrays by person left over: row of the cohort, reason, and the cheapest change: its kind, ""
    if none would have helped; what (an hour, topic or language); how many partners it opens."""

    row: NDArray[np.int64]
    reason: NDArray[np.str_]
    change: NDArray[np.str_]
    what: NDArray[np.str_]
    partners: NDArray[np.int64]


def unmatched(
    cohort: Cohort, pool: Pool, mate: NDArray[np.int32], price: NDArray[np.float64], threads: int
) -> Unmatched:
    """Explain everyone of the pool who has no pair."""
    lead = pool.seats.lead
    rows = np.setdiff1d(lead, lead[mate >= 0])
    parts = [
        _told(cohort, pool, price, rows[at : at + TOGETHER], threads)
        for at in range(0, max(len(rows), 1), TOGETHER)
    ]
    return Unmatched(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _told(
    cohort: Cohort, pool: Pool, price: NDArray[np.float64], rows: NDArray[np.int64], threads: int
) -> Unmatched:
    """Explain the first seats `rows`."""
    among = min(ASKED if len(pool) <= MANY else FEWER, len(pool))
    seen = _looked_back(pool, price, rows, among, threads)
    _scale(seen, np.arange(len(rows)), len(pool) // among)
    again = np.flatnonzero((seen.passed[:, -1] == 0) & ~_told_already(pool, rows, seen))
    while among < len(pool) and len(again):
        # Who found nobody acceptable among those asked asks ten times as many.
        among = min(MORE * among, len(pool))
        more = _looked_back(pool, price, rows[again], among, threads)
        for part, wider in zip(seen, more, strict=True):
            part[again] = wider
        _scale(seen, again, len(pool) // among)
        again = again[seen.passed[again, -1] == 0]
    reason = np.array(REASONS)[(seen.passed > 0).sum(1)]
    change, what, partners = _cheapest(cohort, seen)
    return Unmatched(pool.seats.person[rows], reason, change, what, partners)


def _told_already(pool: Pool, rows: NDArray[np.int64], seen: Lookback) -> NDArray[np.bool_]:
    """Say who can differ enough from nobody, whoever is asked, and was heard up to that question:
    the reason is known, and no change helps."""
    seats = pool.seats
    above, below = (np.bitwise_or.reduce(side) for side in (seats.above, seats.below))
    most = np.bitwise_count((seats.above[rows] & below) | (seats.below[rows] & above))
    known = seen.passed[:, REASONS.index("differences") - 1] > 0
    result: NDArray[np.bool_] = known & (most < pool.rules.differences)
    return result


def _scale(seen: Lookback, rows: NDArray[np.int64], times: int) -> None:
    """Let those who were asked stand for all."""
    for part in seen:
        part[rows] *= times


def _looked_back(
    pool: Pool, price: NDArray[np.float64], rows: NDArray[np.int64], among: int, threads: int
) -> Lookback:
    """Look back for the first seats `rows` over the first `among` seats."""
    bits = pool.seats.slots.shape[1] * WORD
    shapes = (len(REASONS) - 1, bits, WORD, WORD)
    seen = Lookback(*(np.zeros((len(rows), wide), np.int64) for wide in shapes))

    def work(start: int) -> None:
        part = slice(start, start + CHUNK)
        here = Lookback(*(each[part] for each in seen))
        look_back(pool.seats, pool.rules, price[:among], (rows[part], price[rows[part]]), here)

    in_threads(work, range(0, len(rows), CHUNK), threads)
    return seen


def _cheapest(
    cohort: Cohort, seen: Lookback
) -> tuple[NDArray[np.str_], NDArray[np.str_], NDArray[np.int64]]:
    hours = [f"{hour}:00Z" for hour in np.datetime_as_string(cohort.hours, unit="h").tolist()]
    words = (hours, cohort.topic_tags, cohort.language_tags)
    count = len(seen.passed)
    change, what = np.full(count, "", "U9"), np.full(count, "", "U64")
    partners = np.zeros(count, np.int64)
    counts = (seen.hours, seen.topics, seen.languages)
    for name, named, counted in reversed(list(zip(CHANGES, words, counts, strict=True))):
        best = counted.argmax(1)
        most = counted.max(1, initial=0)
        for row in np.flatnonzero(most).tolist():
            change[row], what[row], partners[row] = name, named[best[row]], most[row]
    return change, what, partners


@kernel
def count_row(
    seats: Seats,
    rules: Rules,
    asks: tuple[NDArray[np.int64], NDArray[np.int64]],
    counts: NDArray[np.int64],
) -> None:
    """Count for each seat of `asks[0]` whom of `asks[1]` it may meet, whom acceptably: [m, 2]."""
    rows, others = asks
    for row, a in enumerate(rows):
        for b in others:
            if feasible(seats, a, b):
                counts[row, 0] += 1
                counts[row, 1] += above_floor(seats, rules, a, b)


def count_pairs(
    pool: Pool, rows: NDArray[np.int64], others: NDArray[np.int64], threads: int
) -> NDArray[np.int64]:
    """Return for each of the first seats `rows` how many of the first seats `others` it may meet,
    how many acceptably: [m, 2]."""
    counts = np.zeros((len(rows), 2), np.int64)

    def work(start: int) -> None:
        part = slice(start, start + CHUNK)
        count_row(pool.seats, pool.rules, (rows[part], others), counts[part])

    in_threads(work, range(0, len(rows), CHUNK), threads)
    return counts


def names(bits: int, words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words whose bits are set."""
    return tuple(words[place] for place in places(bits))
