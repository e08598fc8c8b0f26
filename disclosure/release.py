"""A release: the tables of one closed month, as they may be told."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from disclosure.means import PublishedMean, Sum
from disclosure.period import Month
from disclosure.suppression import Status
from disclosure.tables import Design, Figure, Table


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

    `costs` is the privacy loss per person of each table and mean, by name, as epsilon of the
    formal guarantee (Dwork and Roth 2014, doi 10.1561/0400000042); they add up. None says that
    there is no formal guarantee.
    """

    tables: tuple[PublishedTable, ...]
    means: tuple[PublishedMean, ...] = ()
    costs: Mapping[str, float] | None = None


class Mechanism(Protocol):
    """The one door between exact tables and what leaves: every protection is one of these."""

    @property
    def name(self) -> str:
        """What a release says it was protected by."""

    def draw(self, tables: Sequence[Table], sums: Sequence[Sum]) -> Drawn:
        """Return what may be told of *tables* and *sums*, every figure with its range."""


@dataclass(frozen=True)
class Release:
    """One programme's published tables for one month."""

    about: "Subject"
    mechanism: str
    costs: Mapping[str, float] | None
    tables: tuple[PublishedTable, ...]
    means: tuple[PublishedMean, ...]

    @property
    def epsilon(self) -> float | None:
        """What the release tells of one person at most; None without a formal guarantee."""
        return None if self.costs is None else sum(self.costs.values())

    def reasons(self) -> Counter[Status]:
        """Return how many figures have each status, those in several tables once."""
        statuses = {f.figure: f.status for table in self.tables for f in table.figures}
        return Counter(statuses.values())


@dataclass(frozen=True)
class Subject:
    """What a release is about: a programme and a month that is over."""

    programme: str
    title: str
    month: Month


def draw(
    about: Subject, tables: Sequence[Table], sums: Sequence[Sum], mechanism: Mechanism
) -> Release:
    """Return the release *mechanism* makes of the exact *tables* and *sums*."""
    drawn = mechanism.draw(tables, sums)
    return Release(about, mechanism.name, drawn.costs, drawn.tables, drawn.means)
