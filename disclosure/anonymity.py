"""Rows that may be handed on under an agreement: nobody alone in what others could know of them.

Quasi-identifiers are what somebody else may know of a person: age, place, school. A table is
k-anonymous where every combination that occurs, occurs at least k times (Sweeney 2002, doi
10.1142/S0218488502001648). Here the rarest value of a row is blanked, and the next, until that
holds; what cannot be made to hold is left out. Unlike a release this is no formal guarantee: it
needs consent, an agreement, and somebody who answers for the copy.
"""

from collections import Counter
from collections.abc import Sequence

BLANK = ""

Row = tuple[str, ...]


def anonymous(rows: Sequence[Row], k: int) -> list[Row | None]:
    """Return *rows* of quasi-identifiers with values blanked until each occurs *k* times.

    A row that stays rarer with all its values blanked is None: it is to be left out.
    """
    held = list(rows)
    for _ in range(len(held[0]) if held else 0):
        rare = _rare(held, k)
        common = [Counter(column) for column in zip(*held, strict=True)]
        held = [_coarser(row, common) if row in rare else row for row in held]
    rare = _rare(held, k)
    return [None if row in rare else row for row in held]


def smallest(rows: Sequence[Row]) -> int:
    """Return how many share the rarest combination, 0 where there is no row."""
    return min(Counter(rows).values(), default=0)


def _rare(rows: Sequence[Row], k: int) -> set[Row]:
    return {row for row, count in Counter(rows).items() if count < k}


def _coarser(row: Row, common: Sequence[Counter[str]]) -> Row:
    """Return *row* without the value that fewest share."""
    left = [column for column, value in enumerate(row) if value != BLANK]
    rarest = min(left, key=lambda column: common[column][row[column]], default=None)
    return row if rarest is None else (*row[:rarest], BLANK, *row[rarest + 1 :])
