"""The usual rules for small figures, as peers of the mechanism Earshot publishes with.

None has a formal guarantee. They take exact tables and answer like a mechanism.
"""

from dataclasses import dataclass

from disclosure.release import Drawn, Published, PublishedTable
from disclosure.suppression import THRESHOLD, Status, suppress

ROUND_TO = 5


@dataclass(frozen=True, slots=True)
class Suppression:
    """Exact figures; the small ones hidden, and whatever would give them away by adding up."""

    name: str = "suppression"

    def draw(self, tables, sums=()):
        statuses = suppress(tables)
        return Drawn(tuple(_told(table, statuses.__getitem__) for table in tables))


@dataclass(frozen=True, slots=True)
class SmallOnly:
    """Suppression at 10 alone: small figures are hidden and nothing protects them."""

    name: str = "small-only"

    def draw(self, tables, sums=()):
        return Drawn(tuple(_told(table, _alone(table)) for table in tables))


@dataclass(frozen=True, slots=True)
class TenFive:
    """The 10-5 rule: under 10 is hidden, everything else is rounded to a multiple of 5."""

    name: str = "ten-five"

    def draw(self, tables, sums=()):
        return Drawn(tuple(_told(table, _alone(table), rounded=True) for table in tables))


@dataclass(frozen=True, slots=True)
class Exact:
    """No protection at all."""

    name: str = "exact"

    def draw(self, tables, sums=()):
        return Drawn(tuple(_told(table, lambda _: Status.SHOWN) for table in tables))


def _alone(table):
    counts = {cell.figure: cell.count for cell in table.cells}
    return lambda figure: Status.SMALL if counts[figure] < THRESHOLD else Status.SHOWN


def _told(table, status, *, rounded=False):
    return PublishedTable(
        table.design, tuple(_tell(cell, status(cell.figure), rounded) for cell in table.cells)
    )


def _tell(cell, status, rounded):
    if status is not Status.SHOWN:
        return Published(cell.figure, status, None, None, None)
    people = round(cell.count / ROUND_TO) * ROUND_TO if rounded else cell.count
    wide = ROUND_TO // 2 if rounded else 0
    return Published(cell.figure, status, people, people - wide, people + wide)
