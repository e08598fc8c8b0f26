"""The attacker we plan for: what published figures say about the hidden ones.

The attacker knows every published figure, which figures are hidden, how the tables add up and
that counts are whole and not negative, and solves two integer linear programmes for each hidden
figure: the least and the most it can be (Fischetti and Salazar-González 2001, doi
10.1287/mnsc.47.7.1008.9807). Without a guess from elsewhere nobody can work out more.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from disclosure.tables import Dimension, Figure, Table

MOST_PEOPLE = 10**7
"""More people than a programme has: the end of what an attacker knows to be possible."""


@dataclass(frozen=True, slots=True)
class Range:
    """The least and the most a figure can be."""

    low: int
    high: int

    @property
    def width(self) -> int:
        """How many people apart the ends are."""
        return self.high - self.low


@dataclass(frozen=True)
class System:
    """The figures of the tables of one population, and every sum that ties them together."""

    counts: Mapping[Figure, int]
    sums: tuple[tuple[Figure, ...], ...]

    @cached_property
    def column(self) -> Mapping[Figure, int]:
        """The variable each figure is."""
        return {figure: at for at, figure in enumerate(self.counts)}

    @cached_property
    def equations(self) -> csr_array:
        """One row a sum: the parts less the total are nothing."""
        entries = [
            (row, self.column[figure], 1.0 if at else -1.0)
            for row, line in enumerate(self.sums)
            for at, figure in enumerate(line)
        ]
        rows, columns, values = zip(*entries, strict=True)
        shape = (len(self.sums), len(self.counts))
        return csr_array((values, (rows, columns)), shape=shape)


def systems(tables: Sequence[Table]) -> tuple[System, ...]:
    """Return one system a population, in the order populations first appear.

    Raises ValueError where two tables of one population count a shared figure differently, or
    give a shared dimension other categories.
    """
    populations = dict.fromkeys(table.design.population for table in tables)
    return tuple(_system([t for t in tables if t.design.population == p]) for p in populations)


def ranges(
    system: System, hidden: AbstractSet[Figure], asked: AbstractSet[Figure]
) -> dict[Figure, Range]:
    """Return what an attacker can work out about the figures *asked* when *hidden* are hidden.

    Raises ValueError where the known figures contradict each other.
    """
    counts = system.counts.items()
    bounds = Bounds(
        [0.0 if figure in hidden else n for figure, n in counts],
        [MOST_PEOPLE if figure in hidden else n for figure, n in counts],
    )
    return {figure: _range(system, bounds, figure) for figure in asked}


def _system(tables: Sequence[Table]) -> System:
    counts: dict[Figure, int] = {}
    dimensions: dict[str, Dimension] = {}
    for table in tables:
        alike = all(
            dimensions.setdefault(d.name, d).index == d.index for d in table.design.dimensions
        )
        same = all(counts.setdefault(cell.figure, cell.count) == cell.count for cell in table.cells)
        if not (alike and same):
            raise ValueError(
                f"table {table.design.name}: does not agree with another table of "
                f"{table.design.population!r} about who is counted or by what"
            )
    lines = dict.fromkeys(line for table in tables for line in table.design.sums())
    return System(counts, tuple(lines))


def _range(system: System, bounds: Bounds, figure: Figure) -> Range:
    return Range(_extreme(system, bounds, figure, 1), -_extreme(system, bounds, figure, -1))


def _extreme(system: System, bounds: Bounds, figure: Figure, sign: int) -> int:
    goal = np.zeros(len(system.counts))
    goal[system.column[figure]] = sign
    sums = LinearConstraint(system.equations, 0, 0)
    found = milp(goal, constraints=sums, bounds=bounds, integrality=np.ones(len(goal), int))
    if found.fun is None:
        raise ValueError(f"figures of {figure.population!r} do not add up: {found.message}")
    return round(found.fun)
