"""The scores of one seat with all later ones, eight at a time.

Each number is what `terms.score` gives, to the last bit: the same sums in the same order. What a
seat has nothing of adds nothing and is left out.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.kernel import kernel
from matcher.pool import Rules, Seats
from matcher.terms import MOST_COMMON_HOURS, MOST_TOPICS, falling, ones

Floats = NDArray[np.float64]
Words = NDArray[np.uint64]
Counts = NDArray[np.int64]


class Lines(NamedTuple):
    """What a score asks of every seat, a line for each value, view and word of hours: [lines,
    seats]."""

    values: Floats
    toward: Floats
    away: Floats
    slots: Words


class Room(NamedTuple):
    """Place for the scores of later seats, for one term, and for counts."""

    score: Floats
    term: Floats
    common: Counts


def lines(seats: Seats) -> Lines:
    """Lay seats out by line."""
    values, toward, away = (
        np.ascontiguousarray(each.T, np.float64)
        for each in (seats.values, seats.toward, seats.away)
    )
    return Lines(values, toward, away, np.ascontiguousarray(seats.slots.T))


@kernel
def blend(line: Floats, weight: float, out: Floats) -> None:
    """Add a weighted line."""
    for z in range(len(out)):
        out[z] += weight * line[z]


@kernel
def fall(rules: Rules, out: Floats) -> None:
    """Turn weighted differences into what they are worth."""
    for z in range(len(out)):
        out[z] = falling(rules, out[z])


@kernel
def count(line: Words, word: np.uint64, common: Counts) -> None:
    """Add the bits each has in common with a word."""
    for z in range(len(common)):
        common[z] += ones(word & line[z])


@kernel
def share(common: Counts, weight: float, most: int, out: Floats) -> None:
    """Add what counts are worth, up to `most`."""
    for z in range(len(out)):
        out[z] += weight * min(common[z], most) / most


@kernel
def add_times(term: Floats, weight: float, out: Floats) -> None:
    """Set `out` to a weighted term and what it was."""
    for z in range(len(out)):
        out[z] = weight * term[z] + out[z]


@kernel
def add_common(seats: Seats, rules: Rules, lines: Lines, a: int, room: Room) -> None:
    """Add what topics and hours in common with all later seats are worth to a."""
    score, _, common = room
    if rules.topics > 0 and seats.topics[a] > 0:
        common[:] = 0
        count(seats.topics[a + 1 :], seats.topics[a], common)
        share(common, rules.topics, MOST_TOPICS, score)
    if rules.hours > 0:
        common[:] = 0
        for word in range(len(lines.slots)):
            if lines.slots[word, a] > 0:
                count(lines.slots[word, a + 1 :], lines.slots[word, a], common)
        share(common, rules.hours, MOST_COMMON_HOURS, score)


@kernel
def scores_of(seats: Seats, rules: Rules, lines: Lines, a: int, room: Room) -> None:
    """Set `room.score` to a's scores with all later seats."""
    later = a + 1
    score, term, _ = room
    score[:] = 0.0
    term[:] = 0.0
    for place in range(len(lines.values)):
        blend(lines.values[place, later:], lines.values[place, a], term)
    for view in range(len(lines.toward)):
        if lines.toward[view, a] > 0:
            blend(lines.away[view, later:], lines.toward[view, a], score)
        if lines.away[view, a] > 0:
            blend(lines.toward[view, later:], lines.away[view, a], score)
    fall(rules, score)
    add_times(term, rules.values, score)
    add_common(seats, rules, lines, a, room)
