"""Every acceptable pair of a small pool, laid out once.

Of some thousand seats all pairs can be asked: a search with prices is then a pass over those that
are acceptable, and whom a seat could meet is known without asking again. Questions are asked of all
columns at once, sixteen to an instruction (`marks`); scores are in double precision, as always.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.kernel import fast_kernel, in_threads, kernel
from matcher.lines import Lines, Room, lines, scores_of
from matcher.marks import Marked, questions, side_by_side
from matcher.pool import Pool, Rules, Seats
from matcher.terms import ones32

PARTS = 8  # of the rows, for threads: every eighth row is as much work as every other eighth

Floats = NDArray[np.float64]
Index = NDArray[np.int64]
Places = NDArray[np.int32]


class Whole(NamedTuple):
    """Whom seat a may meet acceptably: `partner[begin[a]:begin[a + 1]]`, ascending, from `later[a]`
    on those after a, with their scores; and how many pairs of seats may meet at all."""

    begin: Index
    later: Index
    partner: Places
    score: Floats
    feasible: int

    @property
    def acceptable(self) -> int:
        """Count the acceptable pairs of seats."""
        return len(self.partner) // 2


class Asked(NamedTuple):
    """Words of rows [seats, words] and of columns [words, seats], and `spans` as of
    `marks.Marks`: first the questions of whether two may meet, then the floor's."""

    rows: Marked
    columns: Marked
    spans: Index
    floor: int


class Half(NamedTuple):
    """By seat how many later ones it may meet, and how many acceptably; who they are and their
    scores, with room for all later ones."""

    feasible: Index
    acceptable: Index
    partner: Places
    score: Floats


@fast_kernel
def count(line: Marked, word: np.uint32, common: Marked) -> None:
    """Add the bits each column has in common with a word."""
    for z in range(len(common)):
        common[z] += ones32(word & line[z])


@fast_kernel
def drop(common: Marked, need: np.uint32, good: Marked) -> None:
    """Make 0 whoever has fewer bits in common than are needed."""
    for z in range(len(common)):
        good[z] = good[z] if common[z] >= need else np.uint32(0)


@kernel
def ask(asked: Asked, which: tuple[int, int], a: int, room: tuple[Marked, Marked]) -> int:
    """Ask a's questions from one number to another of all later seats; return how many are good.

    `room` is who is good so far, by later seat, and place for counts.
    """
    good, common = room
    for question in range(which[0], which[1]):
        common[:] = 0
        for at in range(asked.spans[question, 0], asked.spans[question, 1]):
            if asked.rows[a, at]:
                count(asked.columns[at, a + 1 :], asked.rows[a, at], common)
        drop(common, np.uint32(asked.spans[question, 2]), good)
    return int(good.sum())


@kernel
def rule_out(seats: Seats, a: int, good: Marked) -> None:
    """Make 0 the later seats of the same person, and of whom a may never meet."""
    lead = seats.lead
    for z in range(len(good)):
        if lead[a + 1 + z] != lead[a]:
            break
        good[z] = 0
    for at in range(seats.barred_from[lead[a]], seats.barred_from[lead[a] + 1]):
        b = seats.barred[at]
        while b < len(lead) and lead[b] == seats.barred[at]:
            if b > a:
                good[b - a - 1] = 0
            b += 1


@kernel
def gather(good: Marked, first: int, score: Floats, room: tuple[Places, Floats]) -> int:
    """Put who is good, counted from `first`, and their scores into `room`; return how many."""
    partner, kept = room
    at = 0
    for z in range(len(good)):
        partner[at], kept[at] = first + z, score[z]
        at += good[z] > 0
    return at


@kernel
def lay_out(
    seats: Seats, rules: Rules, given: tuple[Asked, Lines], rows: Index, half: Half
) -> None:
    """Fill the half of some rows."""
    asked, lined = given
    size = len(seats.lead)
    good, common = np.empty(size, np.uint32), np.empty(size, np.uint32)
    score, term, counts = np.empty(size), np.empty(size), np.empty(size, np.int64)
    for a in rows:
        wide = size - a - 1
        room = (good[:wide], common[:wide])
        room[0][:] = 1
        rule_out(seats, a, room[0])
        half.feasible[a] = ask(asked, (0, asked.floor), a, room)
        ask(asked, (asked.floor, len(asked.spans)), a, room)
        scores_of(seats, rules, lined, a, Room(score[:wide], term[:wide], counts[:wide]))
        begin = a * (2 * size - a - 1) // 2
        half.acceptable[a] = gather(
            room[0], a + 1, score, (half.partner[begin:], half.score[begin:])
        )


@kernel
def joined(half: Half, whole: Whole) -> None:
    """Fill partners and scores from both ends; `later` says where each seat's next one goes."""
    size = len(half.acceptable)
    for a in range(size):
        begin = a * (2 * size - a - 1) // 2
        for step in range(half.acceptable[a]):
            b, value = half.partner[begin + step], half.score[begin + step]
            at = whole.later[b]
            whole.partner[at], whole.score[at] = a, value
            whole.later[b] += 1
            whole.partner[whole.later[a] + step] = b
            whole.score[whole.later[a] + step] = value


@kernel
def fewer(half: Half) -> Index:
    """Count the acceptable pairs of each seat, from both ends."""
    size = len(half.acceptable)
    result = half.acceptable.copy()
    for a in range(size):
        begin = a * (2 * size - a - 1) // 2
        for at in range(begin, begin + half.acceptable[a]):
            result[half.partner[at]] += 1
    return result


def whole(pool: Pool, threads: int) -> Whole:
    """Lay out all acceptable pairs of a pool."""
    size = len(pool)
    given, most = (_asked(pool), lines(pool.seats)), size * (size - 1) // 2
    half = Half(
        np.zeros(size, np.int64),
        np.zeros(size, np.int64),
        np.empty(most, np.int32),
        np.empty(most),
    )

    def work(part: int) -> None:
        lay_out(pool.seats, pool.rules, given, np.arange(part, size, PARTS), half)

    in_threads(work, range(PARTS), threads)
    begin = np.concatenate([[0], np.cumsum(fewer(half))])
    room = (np.empty(begin[-1], np.int32), np.empty(begin[-1]))
    made = Whole(begin, begin[:-1].copy(), *room, int(half.feasible.sum()))
    joined(half, made)
    return made


def _asked(pool: Pool) -> Asked:
    """Lay out the questions not everybody passes."""
    meet, floor = ([one for one in part if not one.idle] for part in questions(pool))
    made = side_by_side(len(pool), [*meet, *floor])
    return Asked(made.rows, np.ascontiguousarray(made.columns.T), made.spans, len(meet))
