"""Everything a pair must share or differ in, as bits of 32-bit words, sharpest question first.

A *question* is: of these words of a row and the same words of a column, are at least so many bits
set in both? Views fit, too: a row holds its sides swapped, so a common bit is a clear difference.
In words of 32 bits a compiler puts sixteen columns into one instruction.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.pool import Pool

Marked = NDArray[np.uint32]

HALF = 16
ASKED = 256  # seats, against each other, to see how sharp a question is


@dataclass(frozen=True, slots=True)
class Marks:
    """`rows` and `columns` [seats, words]; `spans` [questions, 3]: from and to which word, and how
    many common bits are needed. The first question has one word."""

    rows: Marked
    columns: Marked
    spans: NDArray[np.int64]


def marks(pool: Pool) -> Marks:
    """Lay out the questions of a pool; who may never meet whom is not among them."""
    seats, rules = pool.seats, pool.rules
    questions = [
        (*_sides(seats.above, seats.below, seats.toward.shape[1]), rules.differences),
        (*_same(seats.first[:, None]), rules.shared_values),
        (*_same(seats.topics[:, None]), rules.shared_topics),
        (*_same(seats.languages[:, None]), 1),
        (*_same(seats.bands[:, None]), 1),
        (*_same(seats.slots), 1),
    ]
    asked = [(_passing(*one), *one) for one in questions if one[2] > 0]
    sharp = sorted((one for one in asked if one[0] < 1), key=lambda one: one[0])
    nothing = np.zeros((len(pool), 1), np.uint32)
    lone = next((one for one in sharp if one[1].shape[1] == 1), (1.0, nothing, nothing, 0))
    kept = [lone, *(one for one in sharp if one is not lone)]
    ends = np.cumsum([one[1].shape[1] for one in kept])
    spans = [(end - one[1].shape[1], end, one[3]) for one, end in zip(kept, ends, strict=True)]
    return Marks(
        np.hstack([one[1] for one in kept]),
        np.hstack([one[2] for one in kept]),
        np.array(spans, np.int64),
    )


def _sides(
    above: NDArray[np.uint64], below: NDArray[np.uint64], views: int
) -> tuple[Marked, Marked]:
    """Return rows and columns whose common bits are the views that differ."""
    words = range(-(-views // HALF) or 1)
    low = [
        np.uint32(0xFFFF) & (above >> np.uint64(HALF * word)).astype(np.uint32) for word in words
    ]
    high = [
        np.uint32(0xFFFF) & (below >> np.uint64(HALF * word)).astype(np.uint32) for word in words
    ]
    up = np.uint32(HALF)
    columns = np.column_stack([a | b << up for a, b in zip(low, high, strict=True)])
    rows = np.column_stack([b | a << up for a, b in zip(low, high, strict=True)])
    return rows, columns


def _same(sets: NDArray[np.uint64]) -> tuple[Marked, Marked]:
    """Return the words of a set that anybody uses, twice: a row and a column hold the same."""
    words = np.ascontiguousarray(sets).view(np.uint32)
    used = np.asarray(words.any(0))
    used[0] |= not used.any()
    kept = np.ascontiguousarray(words[:, used])
    return kept, kept


def _passing(rows: Marked, columns: Marked, need: int) -> float:
    """Return the share of pairs that pass a question: 1 only when surely all do."""
    if need == 1 and len(rows) and (np.bitwise_and.reduce(rows & columns, axis=0) != 0).any():
        return 1.0
    few, others = rows[:ASKED, None], columns[None, :ASKED]
    common = np.bitwise_count(few & others).sum(2)
    return min(float((common >= need).mean()) if common.size else 0.0, 0.999)
