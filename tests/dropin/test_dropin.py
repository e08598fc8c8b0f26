"""A drop-in hour: who may come in, how each wait ends, what is said of it."""

import pytest
from sqlalchemy import select

import models
from models import Opening
from services.pairing import dropin, openings, waits
from services.pairing.dropin import NotNow
from services.pairing.openings import BadHours
from services.path import State
from services.people import enrolment
from tests import factories
from tests.dropin.arriving import HOUR, MINUTE, come, hour, somebody, states
from tests.factories import NOW
from tests.home.test_journey import stand, talk


def test_hours_are_opened_listed_and_closed(session, programme, opening):
    later = hour(session, programme, 60, 120)
    assert openings.hours(session, programme, NOW) == [opening, later]

    openings.close_hours(session, opening, NOW, "account:1")
    openings.close_hours(session, later, NOW, "account:1")
    openings.close_hours(session, opening, NOW, "account:1")

    assert openings.hours(session, programme, NOW) == []
    assert session.scalars(select(Opening)).all() == [opening]
    said = set(session.scalars(select(models.AuditEntry.action)))
    assert {"dropin.open", "dropin.close"} <= said


@pytest.mark.parametrize(("begins", "ends"), [(10, 10), (20, 10), (-30, -5), (0, 900), (30, 90)])
def test_hours_that_make_no_sense_are_refused(session, programme, opening, begins, ends):
    with pytest.raises(BadHours):
        hour(session, programme, begins, ends)


def test_who_takes_part_finds_the_hour(session, programme, opening):
    ada = somebody(session, programme)

    assert openings.open_to(session, ada.account_id, NOW) == ada
    assert openings.coming(session, ada.account_id, NOW) == opening
    assert openings.open_to(session, ada.account_id, NOW + HOUR) is None
    assert openings.coming(session, ada.account_id, NOW + HOUR) is None


def test_coming_in_twice_is_one_wait(session, programme, opening):
    ada = somebody(session, programme)
    first = dropin.enter(session, ada, NOW)

    assert dropin.enter(session, ada, NOW + MINUTE) == first
    assert stand(session, ada).state is State.LOBBY


def unconfirmed(session, ada):
    ada.account.confirmed_at = None


def without_consent(session, ada):
    enrolment.withdraw_consent(session, ada.account_id, "matching", NOW)


def suspended(session, ada):
    ada.account.suspended_until = NOW + HOUR


def unfinished(session, ada):
    ada.completed_at = None


def resting(session, ada):
    ada.paused_at = NOW


def promised(session, ada):
    ada.capacity = 2
    talk(session, factories.pair(session, ada, somebody(session, ada.programme)), NOW + HOUR / 2)


def had(session, ada):
    factories.pair(session, ada, somebody(session, ada.programme))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (unconfirmed, "screened"),
        (without_consent, "screened"),
        (suspended, "screened"),
        (unfinished, "screened"),
        (resting, "screened"),
        (promised, "promised"),
        (had, "month"),
    ],
)
def test_only_who_could_be_paired_in_a_round_comes_in(session, programme, opening, change, code):
    ada = somebody(session, programme)
    change(session, ada)
    session.flush()

    with pytest.raises(NotNow) as refused:
        dropin.enter(session, ada, NOW)

    assert refused.value.code == code
    assert states(session) == []


@pytest.mark.parametrize("now", [NOW - HOUR, NOW + HOUR])
def test_nobody_comes_in_while_the_hour_is_not_open(session, programme, opening, now):
    with pytest.raises(NotNow, match="closed"):
        dropin.enter(session, somebody(session, programme), now)


@pytest.mark.parametrize(
    ("later", "alive", "state"),
    [
        (waits.LOST, False, "lost"),
        (waits.UNMATCHED, True, "unmatched"),
        (50 * MINUTE, True, "ended"),
        (10 * MINUTE, True, "waiting"),
    ],
)
@pytest.mark.usefixtures("opening")
def test_every_wait_ends_by_its_own_clock(session, programme, later, alive, state):
    arrival = come(session, programme)
    if alive:
        dropin.sign_of_life(session, arrival, NOW + later)

    dropin.sweep(session, NOW + later)

    assert states(session) == [state]


def test_leaving_ends_a_wait_once(session, programme, opening):
    arrival = come(session, programme)

    assert dropin.leave(session, arrival, NOW)
    assert not dropin.leave(session, arrival, NOW)
    assert states(session) == ["left"]


def test_the_outlook_says_only_what_was_seen(session, programme, opening):
    mine = come(session, programme)
    assert dropin.outlook(session, mine) == dropin.Outlook(0, None, 0, 0)
    for minutes in (1, 2, 3, 4, 9):
        other = come(session, programme)
        other.state, other.ended_at = "paired", NOW + minutes * MINUTE
    come(session, programme)
    dropin.leave(session, come(session, programme), NOW)
    session.flush()

    assert dropin.outlook(session, mine) == dropin.Outlook(1, 3, 5, 6)
