"""The mechanism of releases: noise on every count, then consistency, then suppression.

Each table is measured once, on its innermost counts: a person is in one of them, so one person
changes a table by at most 1. Losses of tables and means add up. What follows the noise works on
noisy numbers only and costs nothing more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from disclosure import consistency, means, noise
from disclosure.means import PublishedMean, Scale, Sum
from disclosure.release import Drawn, Published, PublishedTable
from disclosure.suppression import Status, suppress
from disclosure.tables import Design, Figure, Table, fill

BOTH = (1 + noise.CONFIDENCE) / 2
"""Two ranges that each hold with this hold together with `noise.CONFIDENCE`."""

Shares = Mapping[str, float]
"""What each table and each mean of the menu may cost, as epsilon, by name."""


@dataclass(frozen=True)
class Laplace:
    """Discrete Laplace noise; every table and every mean costs its own share of epsilon."""

    shares: Shares
    name: str = "laplace"

    def draw(self, tables: Sequence[Table], sums: Sequence[Sum]) -> Drawn:
        """Return noisy tables that agree, small figures hidden, and means; and what it cost."""
        groups = [
            _Group([t for t in tables if t.design.population == p], self.shares)
            for p in dict.fromkeys(table.design.population for table in tables)
        ]
        told = {t.design.name: t for group in groups for t in group.publish()}
        told_means, costs = self._means(groups, sums)
        for group in groups:
            costs |= group.costs
        return Drawn(tuple(told[table.design.name] for table in tables), told_means, costs)

    def _means(
        self, groups: Sequence["_Group"], sums: Sequence[Sum]
    ) -> tuple[tuple[PublishedMean, ...], dict[str, float]]:
        answered = {name: group for group in groups for name in group.names}
        told, costs = [], {}
        for one in sums:
            scale, share = one.scale, self.shares[one.scale.name]
            noisy = noise.laplace([one.tenths], scale.reach, share)
            count = answered[scale.table].answered(scale)
            told.append(means.tell(scale, (noisy.values[0], sum_reach(scale, share)), count))
            costs[scale.name] = noisy.epsilon
        return tuple(told), costs


def reaches(designs: Sequence[Design], shares: Shares) -> dict[Figure, int]:
    """Return how far the noise of each figure reaches, 95 times of 100, without any data."""
    found: dict[Figure, int] = {}
    for population in dict.fromkeys(design.population for design in designs):
        mine = [design for design in designs if design.population == population]
        found |= _errors(mine, shares).reaches
    return found


def sum_reach(scale: Scale, share: float) -> float:
    """Return how far the noise of a mean's sum reaches, in tenths."""
    return float(noise.reach(noise.simulated([scale.reach / share]), BOTH)[0])


class _Errors:
    """How far off the agreed cells of one population's tables can be: simulated, no data."""

    def __init__(self, designs: tuple[Design, ...], scales: tuple[float, ...]) -> None:
        names = [figure for design in designs for figure in design.figures]
        if len(set(names)) + len(designs) - 1 != len(names):
            raise ValueError(f"tables of {designs[0].population!r} share more than their total")
        self.sizes = [len(design.innermost) for design in designs]
        self.scales = scales
        drawn = noise.simulated(np.repeat(scales, self.sizes).tolist())
        off = consistency.agree(drawn.astype(float), self.sizes, scales)
        self.off = np.split(off, np.cumsum(self.sizes)[:-1], axis=1)
        self.reaches: dict[Figure, int] = {}
        for design, part in zip(designs, self.off, strict=True):
            reached = np.ceil(noise.reach(part @ _members(design).T)).astype(int).tolist()
            self.reaches |= dict(zip(design.figures, reached, strict=True))


@lru_cache(maxsize=8)
def _simulated(designs: tuple[Design, ...], scales: tuple[float, ...]) -> _Errors:
    return _Errors(designs, scales)


def _errors(designs: Sequence[Design], shares: Shares) -> _Errors:
    return _simulated(tuple(designs), tuple(1 / shares[design.name] for design in designs))


class _Group:
    """The tables of one population, measured."""

    def __init__(self, tables: Sequence[Table], shares: Shares) -> None:
        self.designs = [table.design for table in tables]
        self.names = [design.name for design in self.designs]
        self.errors = _errors(self.designs, shares)
        drawn = [_measure(table, shares[table.design.name]) for table in tables]
        self.costs = dict(zip(self.names, (one.epsilon for one in drawn), strict=True))
        cells = np.array([value for one in drawn for value in one.values], dtype=float)
        agreed = consistency.agree(cells, self.errors.sizes, self.errors.scales)
        self.cells = np.split(agreed, np.cumsum(self.errors.sizes)[:-1])

    def publish(self) -> list[PublishedTable]:
        total = max(0, round(float(self.cells[0].sum())))
        tables = [
            fill(design, consistency.whole(cells, total))
            for design, cells in zip(self.designs, self.cells, strict=True)
        ]
        statuses, reached = suppress(tables), self.errors.reaches
        return [
            PublishedTable(
                table.design,
                tuple(
                    _told(
                        (cell.figure, cell.count),
                        statuses[cell.figure],
                        float(estimate),
                        reached[cell.figure],
                    )
                    for cell, estimate in zip(
                        table.cells, _members(table.design) @ cells, strict=True
                    )
                ),
            )
            for table, cells in zip(tables, self.cells, strict=True)
        ]

    def answered(self, scale: Scale) -> tuple[float, float]:
        at = self.names.index(scale.table)
        asked = self.designs[at].innermost
        counted = np.array([scale.silent not in dict(f.labels).values() for f in asked])
        off = self.errors.off[at] @ counted.astype(float)
        reached = noise.reach(off[:, None], BOTH)[0]
        return float(self.cells[at] @ counted), float(reached)


def _measure(table: Table, share: float) -> noise.Noisy:
    inner = set(table.design.innermost)
    return noise.laplace([c.count for c in table.cells if c.figure in inner], 1, share)


def _members(design: Design) -> NDArray[np.float64]:
    """Return (figures, innermost figures): 1 where a figure counts the people of another."""
    return np.array(
        [
            [float(set(figure.labels) <= set(inner.labels)) for inner in design.innermost]
            for figure in design.figures
        ]
    )


def _told(named: tuple[Figure, int], status: Status, estimate: float, reach: int) -> Published:
    figure, people = named
    if status is not Status.SHOWN:
        return Published(figure, status, None, None, None)
    low = max(0, min(people, int(np.floor(estimate)) - reach))
    return Published(figure, status, people, low, max(people, int(np.ceil(estimate)) + reach))
