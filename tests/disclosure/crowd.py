"""Small crowds to count: dimensions, designs and rows for the tests of disclosure."""

from collections.abc import Sequence

from bench.rules import Suppression
from disclosure.period import Month
from disclosure.release import Mechanism, Release, Subject, draw
from disclosure.tables import Category, Design, Dimension, Table, count

OCTOBER = Month(2026, 10)


def dimension(name: str, size: int) -> Dimension:
    categories = tuple(Category(f"{name}{i}", f"{name.title()} {i}") for i in range(size))
    return Dimension(name, name.title(), categories)


def design(*dimensions: Dimension, population: str = "joined") -> Design:
    name = "-by-".join(d.name for d in dimensions)
    return Design(name, f"People by {name}", population, dimensions)


def table(counted: Design, counts: Sequence[int]) -> Table:
    """Return a table with *counts* people in its inner cells, in order of the categories."""
    cells = [()]
    for d in counted.dimensions:
        cells = [(*cell, code) for cell in cells for code in d.index]
    codes = [cell for cell, people in zip(cells, counts, strict=True) for _ in range(people)]
    return count(counted, enumerate(codes))


def line(*counts: int, name: str = "age") -> Table:
    """Return a table by one dimension."""
    return table(design(dimension(name, len(counts))), counts)


def grid(*rows: Sequence[int], names: tuple[str, str] = ("age", "step")) -> Table:
    """Return a table by two dimensions."""
    shape = design(dimension(names[0], len(rows)), dimension(names[1], len(rows[0])))
    return table(shape, [people for row in rows for people in row])


def released(*tables: Table, mechanism: Mechanism | None = None) -> Release:
    about = Subject("library", "City library", OCTOBER)
    return draw(about, tables, [], mechanism or Suppression())
