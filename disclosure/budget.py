"""How much releases may tell of one person: at most so much a month, and so much in any year.

A loss is the epsilon of differential privacy (Dwork and Roth 2014, doi 10.1561/0400000042); losses
of one person add up. Tables of those who joined in a month show a person once ever, in the one
month they joined (`once`); every other table can show the same person month after month (`again`).
Twelve months in a row therefore cost one person at most the largest `once` and all `again`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from disclosure.period import Month

MONTH_LIMIT = 1.0
YEAR_LIMIT = 4.0
YEAR = 12
EXACTNESS = 1e-9
"""Sums of floating numbers may be off by this much."""


@dataclass(frozen=True, slots=True)
class Loss:
    """What a month's release costs one person at most, as two parts of epsilon."""

    once: float
    again: float

    @property
    def month(self) -> float:
        """The cost within the month."""
        return self.once + self.again


Losses = Mapping[Month, Loss]


def year(losses: Losses, month: Month) -> float:
    """Return what the costliest twelve months in a row that hold *month* cost one person."""
    starts = [month]
    for _ in range(YEAR - 1):
        starts.append(starts[-1].previous())
    return max(_window(losses, start) for start in starts)


def fits(losses: Losses, month: Month, loss: Loss) -> bool:
    """Say whether *month* may still cost *loss*, given what other months have cost."""
    after = {**losses, month: loss}
    within = loss.month <= MONTH_LIMIT + EXACTNESS
    return within and year(after, month) <= YEAR_LIMIT + EXACTNESS


def more(losses: Losses, month: Month, loss: Loss) -> int:
    """Return how many of *month* and the months after it, up to a year, may still cost *loss*."""
    held, count = dict(losses), 0
    for _ in range(YEAR):
        if month not in held and fits(held, month, loss):
            held[month] = loss
            count += 1
        month = month.next()
    return count


def _window(losses: Losses, start: Month) -> float:
    months = [start]
    for _ in range(YEAR - 1):
        months.append(months[-1].next())
    held = [losses[month] for month in months if month in losses]
    return max((loss.once for loss in held), default=0.0) + sum(loss.again for loss in held)
