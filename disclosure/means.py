"""Means that may be told: public bounds, noise on the sum, and a noisy number of people.

A mean is the sum of what each person adds to the middle of the bounds, through how many answered.
Both carry noise; the true number of people is never used. Bounds are public and written down
before anything is counted; who lies outside them is counted at the bound.
"""

import math
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

PARTS = 10
"""Sums are kept in whole tenths."""
FEWEST = 20
"""A mean of fewer people, noise included, is not told."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What is averaged: its `table` counts who answered, in all categories but `silent`."""

    name: str
    title: str
    table: str
    silent: str
    low: int
    high: int

    @property
    def middle(self) -> float:
        """The middle of the bounds."""
        return (self.low + self.high) / 2

    @property
    def reach(self) -> int:
        """How much one person changes the sum at most, in tenths."""
        return (self.high - self.low) * PARTS // 2


@dataclass(frozen=True, slots=True)
class Sum:
    """An exact sum, in tenths from the middle. It never leaves the house as it is."""

    scale: Scale
    tenths: int


@dataclass(frozen=True, slots=True)
class PublishedMean:
    """What is told about a mean: the mean and the range that holds the true one; None is hidden."""

    scale: Scale
    mean: float | None
    low: float | None
    high: float | None


def add(scale: Scale, rows: Iterable[tuple[Hashable, float]]) -> Sum:
    """Add up *rows* of (person, value); a person's first row stands, later ones are passed over."""
    firsts: dict[Hashable, float] = {}
    for person, value in rows:
        firsts.setdefault(person, value)
    held = (min(max(value, scale.low), scale.high) for value in firsts.values())
    return Sum(scale, sum(round((value - scale.middle) * PARTS) for value in held))


def tell(scale: Scale, tenths: tuple[float, float], people: tuple[float, float]) -> PublishedMean:
    """Return the mean of a noisy sum and a noisy number, each with how far its noise reaches.

    The range holds the true mean where both noises keep within their reach.
    """
    (total, sum_reach), (count, count_reach) = tenths, people
    fewest = count - count_reach
    if fewest < FEWEST:
        return PublishedMean(scale, None, None, None)
    ends = [
        (total + sign * sum_reach) / PARTS / number
        for sign in (-1, 1)
        for number in (fewest, count + count_reach)
    ]
    told = (round(total / PARTS / count, 2), _down(min(ends)), -_down(-max(ends)))
    mean, low, high = (
        round(min(max(scale.middle + value, scale.low), scale.high), 2) for value in told
    )
    return PublishedMean(scale, mean, low, high)


def _down(value: float) -> float:
    return math.floor(value * 100) / 100
