"""Everything a pair must share or differ in, as bits of 32-bit words, sharpest question first.

A *question* is: of these words of a row and the same words of a column, are at least so many bits
set in both? Views fit, too: a row holds its sides swapped, so a common bit is a clear difference.
In words of 32 bits a compiler puts sixteen columns into one instruction.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.pool import Pool

Marked = NDArray[np.uint32]

HALF = 16
ASKED = 256  # seats, against each other, to see how sharp a question is


@dataclass(frozen=True, slots=True)
class Marks:
    """`rows` and `columns` [seats, words]; `spans` [questions, 3]: from and to which word, and how
    many common bits are needed."""

    rows: Marked
    columns: Marked
    spans: NDArray[np.int64]


class Question(NamedTuple):
    """Words of rows and of columns [seats, words], and how many common bits are needed."""

    rows: Marked
    columns: Marked
    need: int

    @property
    def idle(self) -> bool:
        """Say whether surely everybody passes it: none is needed, or all have a bit in common."""
        if self.need > 1:
            return False
        both = np.bitwise_and.reduce(self.rows & self.columns, axis=0)
        return self.need == 0 or (len(self.rows) > 0 and bool(both.any()))


def questions(pool: Pool) -> tuple[list[Question], list[Question]]:
    """Return the questions of a pool, whether two may meet and whether that is acceptable; who may
    never meet whom is not among them."""
    seats, rules = pool.seats, pool.rules
    sets = (seats.languages[:, None], seats.bands[:, None], seats.slots)
    floor = [
        Question(*_sides(seats.above, seats.below, seats.toward.shape[1]), rules.differences),
        Question(*_same(seats.first[:, None]), rules.shared_values),
        Question(*_same(seats.topics[:, None]), rules.shared_topics),
    ]
    return [Question(*_same(each), 1) for each in sets], floor


def marks(pool: Pool) -> Marks:
    """Lay out the questions of a pool that not everybody passes; the first has one word."""
    meet, floor = questions(pool)
    asked = [one for one in (*floor, *meet) if not one.idle]
    sharp = sorted(asked, key=_passing)
    nothing = np.zeros((len(pool), 1), np.uint32)
    lone = next((one for one in sharp if one.rows.shape[1] == 1), Question(nothing, nothing, 0))
    kept = [lone, *(one for one in sharp if one is not lone)]
    return side_by_side(len(pool), kept)


def side_by_side(seats: int, kept: list[Question]) -> Marks:
    """Lay out questions of so many seats in their order; there may be none."""
    nothing = np.zeros((seats, 0), np.uint32)
    ends = np.cumsum([one.rows.shape[1] for one in kept])
    spans = [(end - one.rows.shape[1], end, one.need) for one, end in zip(kept, ends, strict=True)]
    return Marks(
        np.hstack([nothing, *(one.rows for one in kept)]),
        np.hstack([nothing, *(one.columns for one in kept)]),
        np.array(spans, np.int64).reshape(-1, 3),
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


def _passing(one: Question) -> float:
    """Return the share of pairs that pass a question, among a few."""
    common = np.bitwise_count(one.rows[:ASKED, None] & one.columns[None, :ASKED]).sum(2)
    return float((common >= one.need).mean()) if common.size else 0.0
