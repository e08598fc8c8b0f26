"""The page of the effect: the switch, the commitment, the power; the seed only afterwards."""

from datetime import UTC, timedelta

import pytest

from disclosure import effect
from services.people import enrolment
from services.staff import waitlists
from tests import factories
from tests.factories import NOW
from tests.rounds import people
from tests.visitors import Visitor

PATH = "/staff/programmes/town/effect"
DAY = timedelta(days=1)


@pytest.fixture
def town(session):
    return people.programme(session, slug="town", title="The town", zone="Europe/Vienna")


@pytest.fixture
def staff(app, session, town):
    account = factories.account(session, "staff")
    session.commit()
    return Visitor(app, account)


def starts(session, town, ahead):
    """Let the town's first half begin that much *ahead* of now."""
    made = waitlists.switch_on(session, town, NOW + ahead, NOW + ahead - DAY, "account:1")
    session.commit()
    return made.seed, waitlists.commitment(made)


def test_power_is_the_textbook_s():
    # Cohen (1988), table 2.4.1: d = .50 at .05 two-sided needs 64 a group for .80
    found = effect.power(128, (0.5,))

    assert found.chances[0] == pytest.approx(0.80, abs=0.005)
    assert found.smallest == pytest.approx(0.5, abs=0.005)


def test_power_is_shown_before_it_is_switched_on(staff):
    page = staff.get(PATH).text

    assert "Smallest effect seen 8 times of 10" in page
    assert "Let half of the people wait" in page


def test_it_is_switched_on_in_the_programmes_zone_and_taken_back(session, staff, town):
    day = (NOW + 30 * DAY).date()

    assert staff.post(PATH, day=str(day), hour="08:00").status_code == 302

    session.expire_all()
    made = waitlists.of(session, town)
    assert made is not None
    assert made.starts_at.astimezone(UTC).hour in (6, 7)
    page = staff.get(PATH).text
    assert waitlists.commitment(made) in page
    assert made.seed not in page
    assert staff.post(f"{PATH}/back").status_code == 302
    session.expire_all()
    assert waitlists.of(session, town) is None


@pytest.mark.parametrize(
    ("day", "said"), [("tomorrow", "not a day and time"), ("2020-01-01", "has to lie ahead")]
)
def test_a_start_that_makes_no_sense_is_refused_and_kept_to_be_mended(staff, day, said):
    answer = staff.post(PATH, day=day, hour="08:00")

    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{day}"' in answer.text


def test_the_seed_is_shown_once_both_halves_have_begun(session, staff, town):
    seed, commitment = starts(session, town, -15 * DAY)

    page = staff.get(PATH).text

    assert seed in page
    assert commitment in page


def test_while_a_half_waits_the_seed_stays_hidden_and_nothing_is_taken_back(session, staff, town):
    seed, _ = starts(session, town, -2 * DAY)

    assert seed not in staff.get(PATH).text
    answer = staff.post(f"{PATH}/back")
    assert answer.status_code == 422
    assert "has begun" in answer.text
    assert seed not in answer.text


def test_how_many_are_ready_stands_among_the_powers(session, staff, town):
    people.crowd(session, town, 6)
    starts(session, town, 2 * DAY)

    assert "ready now" in staff.get(PATH).text


def test_a_closed_programme_has_no_switch(session, staff, town):
    town.closed_at = NOW
    session.commit()

    assert "had no half that waited" in staff.get(PATH).text


def home(app, session, person):
    session.commit()
    return Visitor(app, person.account).get("/home").text


def test_home_says_honestly_when_a_group_begins(app, session, town):
    crowd = people.crowd(session, town, 16)
    for one in crowd:
        enrolment.consent(session, one.account_id, ["matching", "conversation"], NOW)
    seed, _ = starts(session, town, 2 * DAY)
    assert all("The first half begins on" in home(app, session, one) for one in crowd[:6])
    made = waitlists.of(session, town)
    made.starts_at -= 3 * DAY

    for one in crowd[:6]:
        waits = not waitlists.is_first(seed, one.id)
        assert ("Your group begins on" in home(app, session, one)) is waits
