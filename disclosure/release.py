"""A release: the tables of one closed month, as they may be told."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from disclosure.period import Month
from disclosure.suppression import Status, suppress
from disclosure.tables import Cell, Design, Figure, Table


@dataclass(frozen=True, slots=True)
class Published:
    """What is told about one figure: how many people, and the range that holds the true number.

    All three numbers are None where the figure is hidden. `status` is for those who may see why;
    outside it is only said whether the figure is hidden.
    """

    figure: Figure
    status: Status
    people: int | None
    low: int | None
    high: int | None

    @property
    def hidden(self) -> bool:
        """Whether the figure is withheld."""
        return self.people is None


@dataclass(frozen=True)
class PublishedTable:
    """A design with what is told about each of its figures, in the design's order."""

    design: Design
    figures: tuple[Published, ...]


@dataclass(frozen=True)
class Drawn:
    """What a mechanism made of the exact tables, and what it cost.

    `epsilon` is the privacy loss per person of the formal guarantee (Dwork and Roth 2014, doi
    10.1561/0400000042); None says that there is no formal guarantee.
    """

    tables: tuple[PublishedTable, ...]
    epsilon: float | None


class Mechanism(Protocol):
    """The one door between exact tables and what leaves: every protection is one of these."""

    @property
    def name(self) -> str:
        """What a release says it was protected by."""

    def draw(self, tables: Sequence[Table]) -> Drawn:
        """Return what may be told of *tables*, every figure with its range."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """Exact figures; the small ones hidden, and whatever would give them away."""

    name: str = "suppression"

    def draw(self, tables: Sequence[Table]) -> Drawn:
        """Hide across all *tables* at once, so that none gives away what another hides."""
        statuses = suppress(tables)
        return Drawn(tuple(_told(table, statuses) for table in tables), None)


@dataclass(frozen=True)
class Release:
    """One programme's published tables for one month."""

    programme: str
    title: str
    month: Month
    mechanism: str
    epsilon: float | None
    tables: tuple[PublishedTable, ...]

    def reasons(self) -> Counter[Status]:
        """Return how many figures have each status, those in several tables once."""
        statuses = {f.figure: f.status for table in self.tables for f in table.figures}
        return Counter(statuses.values())


def draw(
    programme: str, title: str, month: Month, tables: Sequence[Table], mechanism: Mechanism
) -> Release:
    """Return the release *mechanism* makes of the exact *tables*."""
    drawn = mechanism.draw(tables)
    return Release(programme, title, month, mechanism.name, drawn.epsilon, drawn.tables)


def _told(table: Table, statuses: dict[Figure, Status]) -> PublishedTable:
    cells = tuple(_tell(cell, statuses[cell.figure]) for cell in table.cells)
    return PublishedTable(table.design, cells)


def _tell(cell: Cell, status: Status) -> Published:
    people = cell.count if status is Status.SHOWN else None
    return Published(cell.figure, status, people, people, people)
