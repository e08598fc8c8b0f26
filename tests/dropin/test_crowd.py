"""A crowd comes to a drop-in hour of a live server; the long run is bench/dropin.py."""

import pytest

from bench import dropin
from bench.dropin_crowd import Plan

PLAN = Plan(people=24, speed=100.0, seed=2)


@pytest.fixture
def told(database_url: str) -> dict[str, object]:
    return dropin.measure(PLAN, database_url)


def test_nobody_of_a_crowd_is_stuck_promised_twice_or_paired_below_the_floor(told):
    assert told["kept"], told
    assert set(told["pages"]) == {"door", "told"}
    assert sum(told["pages"].values()) == PLAN.people
    assert told["waits"]["paired"] == 2 * told["pairs"]
