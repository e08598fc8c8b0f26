"""Attacks on published figures; each works on a planted weak mechanism and fails on Earshot's."""

import random
from dataclasses import dataclass, field

import numpy as np
import pytest

from bench.rules import SmallOnly, Suppression, TenFive
from disclosure.files import files
from disclosure.laplace import Laplace
from disclosure.release import Mechanism, Release
from disclosure.tables import Design, Table, count
from services.figures.releases import FONTS
from tests.disclosure import attacks
from tests.disclosure.attacker import narrowed, pinned
from tests.disclosure.crowd import design, dimension, line, released

AGE, FAITH, STEP = dimension("age", 4), dimension("faith", 5), dimension("step", 3)
MENU = (design(AGE), design(FAITH), design(AGE, FAITH), design(AGE, STEP))
APART = (design(AGE, FAITH), design(STEP), design(dimension("school", 4)))
"""Tables that share nothing but their total, as those of a release."""
SHARE = 0.15
LAPLACE = Laplace({one.name: SHARE for one in APART} | {"age": SHARE})


@dataclass(frozen=True)
class TooQuiet:
    """The planted weakness: a tenth of the noise that the loss it claims asks for."""

    claimed: float = SHARE
    name: str = "too-quiet"

    def draw(self, tables, sums):
        return Laplace({t.design.name: 10 * self.claimed for t in tables}).draw(tables, sums)


@dataclass
class Stored:
    """What the service does: the first drawing is kept and handed out ever after."""

    inner: Mechanism
    name: str = "stored"
    kept: list = field(default_factory=list)

    def draw(self, tables, sums):
        self.kept = self.kept or [self.inner.draw(tables, sums)]
        return self.kept[0]


def crowd(menu: tuple[Design, ...], size: int, seed: int) -> list[Table]:
    """Return *menu* counted over *size* people, the categories unevenly liked."""
    rng = random.Random(seed)
    dimensions = {d.name: d for one in menu for d in one.dimensions}
    people = [
        {
            d.name: f"{d.name}{min(int(rng.expovariate(1.2)), len(d.categories) - 1)}"
            for d in dimensions.values()
        }
        for _ in range(size)
    ]
    return [
        count(one, enumerate(tuple(p[d.name] for d in one.dimensions) for p in people))
        for one in menu
    ]


def release(menu, size: int, mechanism: Mechanism) -> Release:
    return released(*crowd(menu, size, 7), mechanism=mechanism)


@pytest.mark.parametrize("size", [260, 2000])
def test_linear_programmes_pin_no_hidden_figure(size: int) -> None:
    """Also where attackers take noisy figures for true ones, nothing hidden is narrowed down."""
    assert narrowed(files(release(APART, size, LAPLACE), FONTS)) == 0
    assert pinned(files(release(MENU, size, SmallOnly()), FONTS)) > 0.05


def test_suppression_protects_linked_tables_together() -> None:
    assert narrowed(files(release(MENU, 500, Suppression()), FONTS)) == 0
    assert pinned(files(release(MENU, 500, SmallOnly()), FONTS)) > 0.05


def test_two_releases_do_not_tell_which_group_a_joiner_is_in() -> None:
    before, after = line(30, 41, 52, 63), line(30, 42, 52, 63)
    chance = 0.25

    def guessed(mechanism: Mechanism, times: int) -> float:
        return attacks.joiner_guessed(mechanism, before, after, 1, times)

    bound = chance * np.exp(SHARE)
    assert guessed(LAPLACE, 300) < bound + 5 * np.sqrt(chance * (1 - chance) / 300)
    assert guessed(SmallOnly(), 1) == 1.0
    assert guessed(TooQuiet(), 300) > 0.45


def test_rounding_gives_a_joiner_away_who_crosses_a_step() -> None:
    assert attacks.joiner_guessed(TenFive(), line(30, 42, 52), line(30, 43, 52), 1, 1) == 1.0


def test_asking_again_and_again_gives_the_same_noise() -> None:
    table = line(30, 41, 52, 63)
    redrawn = attacks.averaged(LAPLACE, table, 1500)  # what would happen without the store
    assert redrawn < 1.5
    once = [attacks.averaged(Stored(LAPLACE), table, 30) for _ in range(20)]
    assert np.median(once) > 3


def accused(
    mechanism: Mechanism, promise: float, without: list[Table], within: list[Table]
) -> bool:
    """Say whether an attack on membership proves a loss above *promise*, three times in a row.

    One try accuses a good mechanism once in a hundred times at most. The score is what the figures
    the person would be in add up to: the first of each table.
    """
    places = np.cumsum([0] + [len(table.design.innermost) for table in without[:-1]])
    for _ in range(3):
        inside, outside = (
            [float(sum(row[at] for at in places)) for row in attacks.draws(mechanism, one, 400)]
            for one in (within, without)
        )
        if attacks.least_epsilon(inside, outside) <= promise:
            return False
    return True


def test_membership_cannot_be_told_beyond_the_promise() -> None:
    tables, joined = [line(41, 60, 52)], [line(42, 60, 52)]
    assert not accused(LAPLACE, SHARE, tables, joined)
    assert accused(TooQuiet(), SHARE, tables, joined)


def test_linked_tables_together_tell_no_more_than_their_sum() -> None:
    linked = (design(AGE), design(AGE, population="talked"), design(AGE, population="paired"))
    tables = [_even(one, 0) for one in linked]
    joined = [_even(one, 1) for one in linked]
    assert not accused(LAPLACE, 3 * SHARE, tables, joined)
    assert accused(TooQuiet(), 3 * SHARE, tables, joined)


def _even(one: Design, more: int) -> Table:
    codes = [code for code in AGE.index for _ in range(50)] + ["age0"] * more
    return count(one, enumerate((code,) for code in codes))


def test_the_bound_of_the_attack_itself_is_sound() -> None:
    same = [0.0] * 600
    assert attacks.least_epsilon(same, same) <= 0
    assert attacks.least_epsilon([1.0] * 600, same) > 3
    assert attacks.most_advantage(0.0) == 0
