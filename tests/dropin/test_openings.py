"""Drop-in hours are told on the day and only then; a change of clocks, where it matters."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from services.pairing import openings
from tests import factories
from tests.dropin.arriving import HOUR, somebody
from tests.factories import NOW
from tests.home.test_journey import talk
from tests.rounds import people
from tests.visitors import Visitor

DAY = timedelta(days=1)


@pytest.fixture
def town(session: Session) -> models.Programme:
    made = people.programme(session, slug="town", title="The town", zone="Europe/Vienna")
    session.commit()
    return made


def hours(session, town, begins, ends) -> models.Opening:
    given = {"opens_at": NOW + begins, "closes_at": NOW + ends}
    made = openings.open_hours(session, town, **given, now=NOW, actor="account:1")
    session.commit()
    return made


@pytest.mark.parametrize(
    ("begins", "ends", "says"),
    [
        (-HOUR, HOUR, "A drop-in hour is open until"),
        (2 * HOUR, 3 * HOUR, "A drop-in hour opens at"),
        (20 * HOUR, 21 * HOUR, None),
        (3 * DAY, 3 * DAY + HOUR, None),
        (None, None, None),
    ],
)
def test_talk_today_is_offered_on_the_day_and_only_then(app, session, town, begins, ends, says):
    ada = somebody(session, town)
    session.commit()
    if begins is not None:
        hours(session, town, begins, ends)

    for page in (Visitor(app).get("/").text, Visitor(app, ada.account).get("/home").text):
        assert (says is not None) == ("A drop-in hour" in page)
        assert says is None or says in page


def test_of_two_who_open_at_once_one_does_and_the_other_is_told(session, sessions, town):
    both, number = Barrier(2, timeout=60), town.id

    def open_one(begins) -> str:
        with sessions() as own:
            mine = own.get_one(models.Programme, number)
            both.wait()
            try:
                hours(own, mine, begins, 2 * HOUR)
            except openings.BadHours:
                return "told"
            own.commit()
            return "opened"

    with ThreadPoolExecutor(2) as two:
        assert sorted(two.map(open_one, [timedelta(), HOUR])) == ["opened", "told"]
    assert len(session.scalars(select(models.Opening)).all()) == 1


def test_a_closed_programme_offers_nothing(session, town):
    hours(session, town, -HOUR, HOUR)
    town.closed_at = NOW
    session.commit()

    assert openings.today(session, NOW) is None


@pytest.mark.parametrize(
    ("zone", "now", "day", "otherwise"),
    [
        ("Europe/Berlin", datetime(2026, 10, 19, 12, tzinfo=UTC), "25 October 2026", "19:00"),
        ("America/New_York", datetime(2026, 10, 26, 12, tzinfo=UTC), "1 November 2026", "19:00"),
        ("Europe/Berlin", datetime(2027, 3, 22, 12, tzinfo=UTC), "28 March 2027", "17:00"),
        ("America/New_York", datetime(2027, 3, 8, 12, tzinfo=UTC), "14 March 2027", "17:00"),
    ],
)
def test_a_change_of_clocks_is_told_where_it_matters(
    app, session, clock, zone, now, day, otherwise
):
    clock.now = now
    local = (now + 7 * DAY).replace(hour=18, tzinfo=ZoneInfo(zone))
    programme = people.programme(session)
    ada = somebody(session, programme, 1, zone=zone, hours=[(0, 18)])
    ben = somebody(session, programme, 5, zone="UTC")
    made = talk(session, factories.pair(session, ada, ben), local)
    session.commit()
    mine, theirs = Visitor(app, ada.account), Visitor(app, ben.account)

    door = mine.get(f"/conversations/{made.token}").text
    assert f"Clocks change on {day}" in door
    assert f"would say {otherwise}" in door
    assert "Clocks change" not in theirs.get(f"/conversations/{made.token}").text
    grid = mine.get("/profile/times").text
    assert day in grid
    assert "beginning with: Monday" in grid
