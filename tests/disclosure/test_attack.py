"""Attacks on whole releases, each shown to work on a planted weak mechanism."""

import random
from dataclasses import dataclass

import pytest

from disclosure.files import files
from disclosure.release import Drawn, Mechanism, Published, PublishedTable, Release, Suppression
from disclosure.suppression import THRESHOLD, Status
from disclosure.tables import Design, Table, count
from tests.disclosure.attacker import narrowed, pinned
from tests.disclosure.crowd import design, dimension, grid, line, released

AGE, FAITH, STEP = dimension("age", 4), dimension("faith", 5), dimension("step", 3)
MENU = (design(AGE), design(FAITH), design(AGE, FAITH), design(AGE, STEP))


@dataclass(frozen=True)
class SmallOnly:
    """The planted weakness: counts under 10 are hidden and nothing protects them."""

    name: str = "small-only"

    def draw(self, tables):
        return Drawn(tuple(_hide_small(t) for t in tables), None)


@dataclass(frozen=True)
class EachAlone:
    """The planted weakness: each table is protected as if no other were published."""

    name: str = "each-alone"

    def draw(self, tables):
        return Drawn(tuple(Suppression().draw([t]).tables[0] for t in tables), None)


def _hide_small(table: Table) -> PublishedTable:
    told = ((c, c.count if c.count >= THRESHOLD else None) for c in table.cells)
    return PublishedTable(
        table.design, tuple(Published(c.figure, Status.SHOWN, n, n, n) for c, n in told)
    )


def crowd(size: int, seed: int) -> list[Table]:
    """Return the menu counted over *size* people, the categories unevenly liked."""
    rng = random.Random(seed)
    people = [
        {
            d.name: f"{d.name}{min(int(rng.expovariate(1.2)), len(d.categories) - 1)}"
            for d in (AGE, FAITH, STEP)
        }
        for _ in range(size)
    ]
    return [_count(entry, people) for entry in MENU]


def _count(entry: Design, people: list[dict[str, str]]) -> Table:
    rows = (tuple(person[d.name] for d in entry.dimensions) for person in people)
    return count(entry, enumerate(rows))


def release(size: int, seed: int, mechanism: Mechanism) -> Release:
    return released(*crowd(size, seed), mechanism=mechanism)


@pytest.mark.parametrize("size", [260, 500, 2000])
def test_no_hidden_figure_can_be_worked_out_from_the_files(size: int) -> None:
    assert narrowed(files(release(size, 7, Suppression()))) == 0
    assert pinned(files(release(size, 7, SmallOnly()))) > 0.05


def test_tables_protected_apart_give_each_other_away() -> None:
    # One table hides the 22 to protect the 3, the other the 40; each shows what the other hides.
    tables = line(3, 22, 40), grid([3, 0], [11, 11], [37, 3])
    assert pinned(files(released(*tables, mechanism=EachAlone()))) > 0
    assert narrowed(files(released(*tables))) == 0


def test_drawing_again_adds_nothing_to_what_is_known() -> None:
    first, second = (files(release(500, 3, Suppression())) for _ in range(2))
    assert first == second
