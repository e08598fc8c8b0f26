"""Sets of tags and of hours, packed into the bits of 64-bit words."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Hour = str | datetime
Problems = list[tuple[int, str, str]]

WORD = 64
MOST_HOURS = 24 * 60


def tag_bits(
    column: Sequence[str | Sequence[str]] | None, count: int, name: str, problems: Problems
) -> tuple[Words, tuple[str, ...]]:
    """Return n sets of at most 64 different tags as words, and the tags by bit, sorted.

    A column that is not there gives everyone the same one bit: nobody is kept apart by it.
    """
    if column is None:
        return np.ones(count, np.uint64), ()
    sets = [each.split() if isinstance(each, str) else each for each in column]
    tags = sorted({tag for each in sets for tag in each})
    if len(tags) > WORD:
        problems.append((-1, name, f"{len(tags)} different tags; at most {WORD} can be matched"))
        return np.zeros(count, np.uint64), ()
    bit = {tag: 1 << place for place, tag in enumerate(tags)}
    packed = (sum(bit[tag] for tag in set(each)) for each in sets)
    return np.fromiter(packed, np.uint64, count), tuple(tags)


def hour_bits(
    column: Sequence[Sequence[Hour]] | None, count: int, problems: Problems
) -> tuple[Words, NDArray[np.datetime64]]:
    """Return n sets of UTC hours as (n, words), and the hour of every bit in order of time."""
    if column is None:
        return np.ones((count, 1), np.uint64), np.empty(0, "datetime64[h]")
    lengths = np.fromiter((len(each) for each in column), np.int64, count)
    rows = np.repeat(np.arange(count), lengths)
    numbers = np.fromiter(
        (_hour(slot, row, problems) for row, each in enumerate(column) for slot in each),
        np.int64,
        int(lengths.sum()),
    )
    hours, bits = np.unique(numbers, return_inverse=True)
    if len(hours) > MOST_HOURS:
        problems.append((-1, "slots", f"{len(hours)} different hours; at most {MOST_HOURS}"))
        return np.zeros((count, 1), np.uint64), np.empty(0, "datetime64[h]")
    packed = np.zeros((count, max(1, -(-len(hours) // WORD))), np.uint64)
    ones = np.uint64(1) << (bits.ravel() % WORD).astype(np.uint64)
    np.bitwise_or.at(packed, (rows, bits.ravel() // WORD), ones)
    return packed, hours.astype("datetime64[h]")


def places(word: int) -> list[int]:
    """Return the places of the bits that are set, lowest first."""
    return [place for place in range(word.bit_length()) if word >> place & 1]


def _hour(slot: Hour, row: int, problems: Problems) -> int:
    number = _hours_since_1970(slot)
    if isinstance(number, int):
        return number
    problems.append((row, "slots", number))
    return 0


@cache
def _hours_since_1970(slot: Hour) -> int | str:
    """Return the hour's number, or why it has none."""
    try:
        moment = datetime.fromisoformat(slot) if isinstance(slot, str) else slot
    except ValueError:
        return f"{slot!r} is not an hour such as 2026-05-04T18:00Z"
    moment = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    if moment.minute or moment.second or moment.microsecond:
        return f"{slot} does not start on the hour"
    return int(moment.timestamp()) // 3600
