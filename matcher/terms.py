"""Whether two seats may meet, whether that is acceptable, and what it is worth.

A score is the sum of four terms, each a weight of the policy times a number from 0 to 1:

- values: closeness of centred higher-order values (`encode.directions`);
- difference: with x = weighted count of clearly different views / `best_differences`, at most 1,
  it is x (2 - x): every further difference is worth less, and none beyond the best adds anything;
- topics: topics both ticked, up to three; hours: hours both have free, up to four.

The tests are joined by `&`, without a branch: with `and` the compiler counts references to every
array of `Seats` at every pair, which costs a hundred times the test.
"""

import numpy as np
from numpy.typing import NDArray

from matcher.kernel import Scalar, inner, kernel
from matcher.pool import Rules, Seats

Rows = NDArray[np.int64]

MOST_TOPICS = 3
MOST_COMMON_HOURS = 4


@inner
def ones(word: Scalar) -> Scalar:
    """Count the bits that are set. Compilers know this form and use the machine's instruction."""
    word -= (word >> np.uint64(1)) & np.uint64(0x5555555555555555)
    word = (word & np.uint64(0x3333333333333333)) + (
        (word >> np.uint64(2)) & np.uint64(0x3333333333333333)
    )
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@inner
def ones32(word: Scalar) -> Scalar:
    """Count the bits of a 32-bit word: sixteen of these are one instruction."""
    word = np.uint32(word - ((word >> np.uint32(1)) & np.uint32(0x55555555)))
    pairs = (word & np.uint32(0x33333333)) + ((word >> np.uint32(2)) & np.uint32(0x33333333))
    word = np.uint32(pairs)
    word = np.uint32((word + (word >> np.uint32(4))) & np.uint32(0x0F0F0F0F))
    return np.uint32(np.uint32(word * np.uint32(0x01010101)) >> np.uint32(24))


@inner
def common_hours(seats: Seats, a: Scalar, b: Scalar) -> Scalar:
    """Count the hours both have free."""
    count = 0
    for word in range(seats.slots.shape[1]):
        count += ones(seats.slots[a, word] & seats.slots[b, word])
    return count


@inner
def share_an_hour(seats: Seats, a: Scalar, b: Scalar) -> Scalar:
    """Say whether both have some hour free."""
    common = np.uint64(0)
    for word in range(seats.slots.shape[1]):
        common |= seats.slots[a, word] & seats.slots[b, word]
    return common != 0


@kernel
def listed(begin: Rows, lists: Rows, one: Scalar, other: Scalar) -> Scalar:
    """Say whether `other` is in the sorted list of `one`, by bisection."""
    low, end = begin[one], begin[one + 1]
    high = end
    while low < high:
        middle = (low + high) // 2
        if lists[middle] < other:
            low = middle + 1
        else:
            high = middle
    if low == end:
        return False
    return bool(lists[low] == other)


@inner
def barred(seats: Seats, a: Scalar, b: Scalar) -> Scalar:
    """Say whether these two may never meet: blocked, reported, paired before."""
    return listed(seats.barred_from, seats.barred, seats.lead[a], seats.lead[b])


@inner
def feasible(seats: Seats, a: Scalar, b: Scalar) -> Scalar:
    """Say whether a and b may meet at all: the hard constraints."""
    return (
        ((seats.languages[a] & seats.languages[b]) != 0)
        & ((seats.bands[a] & seats.bands[b]) != 0)
        & (seats.lead[a] != seats.lead[b])
        & share_an_hour(seats, a, b)
        & (not barred(seats, a, b))
    )


@inner
def differing(seats: Seats, a: Scalar, b: Scalar) -> Scalar:
    """Return the views, as bits, on which both care and stand clearly on opposite sides."""
    return (seats.above[a] & seats.below[b]) | (seats.below[a] & seats.above[b])


@inner
def above_floor(seats: Seats, rules: Rules, a: Scalar, b: Scalar) -> Scalar:
    """Say whether a and b differ and agree enough: the floor of the policy."""
    return (
        (ones(differing(seats, a, b)) >= rules.differences)
        & (ones(seats.first[a] & seats.first[b]) >= rules.shared_values)
        & (ones(seats.topics[a] & seats.topics[b]) >= rules.shared_topics)
    )


@inner
def values_term(seats: Seats, rules: Rules, a: Scalar, b: Scalar) -> Scalar:
    """Return what closeness in values adds."""
    total = 0.0
    for place in range(seats.values.shape[1]):
        total += np.float64(seats.values[a, place]) * np.float64(seats.values[b, place])
    return rules.values * total


@inner
def falling(rules: Rules, total: Scalar) -> Scalar:
    """Return what weighted differences are worth: each further one less."""
    part = min(total / rules.best, 1.0)
    return rules.difference * part * (2.0 - part)


@inner
def difference_term(seats: Seats, rules: Rules, a: Scalar, b: Scalar) -> Scalar:
    """Return what difference in views adds."""
    total = 0.0
    for view in range(seats.toward.shape[1]):
        total += np.float64(seats.toward[a, view]) * np.float64(seats.away[b, view])
        total += np.float64(seats.away[a, view]) * np.float64(seats.toward[b, view])
    return falling(rules, total)


@inner
def topics_term(seats: Seats, rules: Rules, a: Scalar, b: Scalar) -> Scalar:
    """Return what shared topics add."""
    shared = min(ones(seats.topics[a] & seats.topics[b]), MOST_TOPICS)
    return rules.topics * shared / MOST_TOPICS


@inner
def hours_term(seats: Seats, rules: Rules, a: Scalar, b: Scalar) -> Scalar:
    """Return what hours in common add."""
    return rules.hours * min(common_hours(seats, a, b), MOST_COMMON_HOURS) / MOST_COMMON_HOURS


@inner
def score(seats: Seats, rules: Rules, a: Scalar, b: Scalar) -> Scalar:
    """Return what the pair a, b is worth; the same number, to the last bit, for b, a."""
    return (
        values_term(seats, rules, a, b)
        + difference_term(seats, rules, a, b)
        + topics_term(seats, rules, a, b)
        + hours_term(seats, rules, a, b)
    )
