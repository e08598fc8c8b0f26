"""Staff open drop-in hours, take them back and end them."""

from datetime import timedelta

import pytest

from services.pairing import openings
from tests import factories
from tests.factories import NOW
from tests.rounds import people
from tests.visitors import Visitor

PAGE = "/staff/programmes/town/hours"


@pytest.fixture
def town(session):
    return people.programme(session, slug="town", zone="Europe/Vienna")


@pytest.fixture
def staff(app, session, town):
    account = factories.account(session, "staff")
    session.commit()
    return Visitor(app, account)


def test_hours_are_opened_in_the_programmes_zone_and_taken_back(session, staff, town):
    day = str((NOW + timedelta(days=3)).date())
    assert "None yet" in staff.get(PAGE).text
    fields = {"day": day, "from": "23:00", "until": "01:00"}

    assert staff.post(PAGE, **fields).status_code == 302
    [made] = openings.hours(session, town, NOW)
    assert made.opens_at.hour == 21  # summer time in Vienna
    assert made.closes_at - made.opens_at == timedelta(hours=2)
    crossing = staff.post(PAGE, **fields)
    assert crossing.status_code == 422
    assert "open at that time" in crossing.text
    assert f'value="{day}"' in crossing.text
    assert "Take it back" in staff.get(PAGE).text
    assert staff.post(f"{PAGE}/{made.id}/end").status_code == 302
    session.expire_all()
    assert openings.hours(session, town, NOW) == []


def test_open_hours_are_ended(session, staff, town):
    opening = openings.open_hours(
        session,
        town,
        opens_at=NOW - timedelta(minutes=5),
        closes_at=NOW + timedelta(minutes=55),
        now=NOW,
        actor="account:1",
    )
    session.commit()

    assert "End it now" in staff.get(PAGE).text
    staff.post(f"{PAGE}/{opening.id}/end")
    session.expire_all()
    assert openings.hours(session, town, NOW) == []


@pytest.mark.parametrize(
    ("day", "said"), [("soon", "not a day and two times"), ("2020-01-01", "over already")]
)
def test_hours_that_make_no_sense_are_refused(staff, day, said):
    answer = staff.post(PAGE, **{"day": day, "from": "19:00", "until": "20:00"})

    assert answer.status_code == 422
    assert said in answer.text


def test_hours_of_another_programme_are_not_found(session, staff, town):
    other = people.programme(session, slug="other")
    made = openings.open_hours(
        session,
        other,
        opens_at=NOW,
        closes_at=NOW + timedelta(hours=1),
        now=NOW,
        actor="account:1",
    )
    session.commit()

    assert staff.post(f"{PAGE}/{made.id}/end").status_code == 404
    assert staff.post(f"{PAGE}/999/end").status_code == 404
