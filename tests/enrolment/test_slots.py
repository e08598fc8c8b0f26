"""A week on a wall clock becomes UTC hours, whatever the clocks do."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pairing import slots

SUNDAY_BEFORE = datetime(2026, 10, 18, 12, tzinfo=UTC)  # clocks go back on 25 October


def test_the_wall_stays_the_same_when_clocks_change():
    hours = slots.free([(0, 19)], "Europe/Vienna", slots.ahead(SUNDAY_BEFORE, 14))

    assert hours == [
        datetime(2026, 10, 19, 17, tzinfo=UTC),
        datetime(2026, 10, 26, 18, tzinfo=UTC),
    ]


def test_an_hour_that_does_not_exist_is_not_offered():
    spring = datetime(2026, 3, 28, 12, tzinfo=UTC)

    hours = slots.free([(6, 2)], "Europe/Vienna", slots.ahead(spring, 2))

    assert hours == []


def test_an_hour_that_comes_twice_is_offered_twice():
    hours = slots.free([(6, 2)], "Europe/Vienna", slots.ahead(SUNDAY_BEFORE, 8))

    assert hours == [datetime(2026, 10, 25, 0, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)]


def test_where_clocks_are_off_by_half_an_hour_both_halves_must_be_free():
    monday = datetime(2026, 10, 5, 0, tzinfo=UTC)
    alone = slots.free([(0, 18)], "Asia/Kolkata", slots.ahead(monday, 1))
    both = slots.free([(0, 18), (0, 19)], "Asia/Kolkata", slots.ahead(monday, 1))

    assert alone == []
    assert both == [datetime(2026, 10, 5, 13, tzinfo=UTC)]


def test_the_next_change_of_clocks_is_told():
    at, by = slots.changes("Europe/Vienna", SUNDAY_BEFORE, 14)

    assert (at, by) == (datetime(2026, 10, 25, 1, tzinfo=UTC), timedelta(hours=-1))
    assert slots.changes("Europe/Vienna", SUNDAY_BEFORE, 3) is None
    assert slots.changes("UTC", SUNDAY_BEFORE, 14) is None


def test_zones_are_those_people_live_in():
    assert {"UTC", "Europe/Vienna", "Asia/Kolkata"} <= set(slots.zones())
    assert "Etc/GMT+5" not in slots.zones()


@given(
    marked=st.sets(st.tuples(st.integers(0, 6), st.integers(0, 23)), max_size=30),
    zone=st.sampled_from(["UTC", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu"]),
    day=st.integers(0, 365),
)
def test_every_minute_of_a_free_hour_is_marked(marked, zone, day):
    ahead = slots.ahead(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day), 14)

    free = slots.free(marked, zone, ahead)

    for hour in ahead:
        minutes = (hour + timedelta(minutes=m) for m in range(0, 60, 5))
        local = [minute.astimezone(ZoneInfo(zone)) for minute in minutes]
        assert (hour in free) == all((one.weekday(), one.hour) in marked for one in local)


@pytest.mark.parametrize("days", [1, 14])
def test_hours_ahead_begin_after_now(days: int):
    now = datetime(2026, 10, 7, 12, 30, tzinfo=UTC)

    ahead = slots.ahead(now, days)

    assert ahead[0] == datetime(2026, 10, 7, 13, tzinfo=UTC)
    assert len(ahead) == 24 * days


def test_rows_of_people_become_weeks():
    week = slots.weeks([7, 9], [(9, 1, 2), (5, 0, 0)])

    assert week.shape == (2, 168)
    assert week.nonzero()[0].tolist() == [1]
    assert week.nonzero()[1].tolist() == [26]
    assert not slots.weeks([7], []).any()
