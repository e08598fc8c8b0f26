"""What a conversation's hour brings: reminders, and what follows where nobody came."""

from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select, update

import models
from models import Invitation, Mail
from services.pairing import pools, reminders
from tests.factories import NOW
from tests.services.people import conversation, event

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def kinds(session) -> list[str]:
    return sorted(session.scalars(select(Mail.kind)))


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (25 * HOUR, []),
        (24 * HOUR, ["reminder_day"] * 2),
        (2 * HOUR, ["reminder_day"] * 2),
        (HOUR, ["reminder_hour"] * 2),
        (MINUTE, ["reminder_hour"] * 2),
        (0 * HOUR, []),
    ],
)
def test_both_are_reminded_a_day_and_an_hour_before(session, config, before, said):
    conversation(session, NOW + before)

    reminders.remind_due(session, NOW, config)

    assert kinds(session) == said


def test_each_reminder_comes_once_however_often_is_looked(session, config):
    made = conversation(session, NOW + 24 * HOUR)

    for hours in range(25):
        reminders.remind_due(session, NOW + hours * HOUR, config)

    assert kinds(session) == ["reminder_day"] * 2 + ["reminder_hour"] * 2
    recipients = set(session.scalars(select(Mail.recipient)))
    assert recipients == {made.pair.first.account.email, made.pair.second.account.email}


def test_it_names_the_other_the_door_and_the_hour(session, config):
    made = conversation(session, NOW + HOUR)

    reminders.remind_due(session, NOW, config)

    for person, other in ((made.pair.first, made.pair.second), (made.pair.second, made.pair.first)):
        mail = session.scalars(select(Mail).where(Mail.recipient == person.account.email)).one()
        assert other.first_name in mail.subject
        assert f"{config.site.url}/conversations/{made.token}\n" in mail.text
        assert "13:00" in mail.text
        (found,) = Calendar.from_ical(mail.calendar).walk("VEVENT")
        assert found.decoded("dtstart") == made.scheduled_at


@pytest.mark.parametrize(("agreed", "said"), [(23 * HOUR, []), (24 * HOUR, ["reminder_day"] * 2)])
def test_who_has_just_agreed_is_not_reminded(session, config, agreed, said):
    made = conversation(session, NOW + 20 * HOUR)
    first = Invitation.participant_id == made.pair.first_id
    session.execute(update(Invitation).where(first).values(answered_at=made.scheduled_at - agreed))

    reminders.remind_due(session, NOW, config)

    assert kinds(session) == said


def test_a_pair_without_invitations_agreed_when_it_was_proposed(session, config):
    conversation(session, NOW + HOUR)
    session.query(Invitation).delete()

    reminders.remind_due(session, NOW, config)

    assert kinds(session) == ["reminder_hour"] * 2


@pytest.mark.parametrize("state", ["cancelled", "open", "closed", "missed"])
def test_nobody_is_reminded_of_what_is_not_to_come(session, config, state):
    conversation(session, NOW + HOUR, state=state)

    reminders.remind_due(session, NOW, config)

    assert kinds(session) == []


def test_where_nobody_came_both_are_told_and_in_the_pool_again(session, config):
    made = conversation(session, NOW - 30 * MINUTE)
    person = models.Participant.id == made.pair.first_id
    taken = select(pools.taken(NOW)).where(person)
    assert session.scalar(taken) == 1

    assert reminders.miss_due(session, NOW, config) == 1
    assert reminders.miss_due(session, NOW, config) == 0

    session.refresh(made)
    assert (made.state, made.closed_at) == ("missed", NOW)
    assert kinds(session) == ["missed", "missed"]
    assert session.scalar(taken) == 0
    assert made.pair.first.waiting_since == made.pair.proposed_at


@pytest.mark.parametrize(
    "given",
    [
        {"at": NOW - 29 * MINUTE},
        {"state": "open", "opened_at": NOW - 5 * MINUTE, "at": NOW - 31 * MINUTE},
        {"state": "open", "opened_at": NOW - 35 * MINUTE, "at": NOW - 29 * MINUTE},
        {"state": "open", "started_at": NOW - 40 * MINUTE, "at": NOW - 41 * MINUTE},
        {"state": "cancelled", "at": NOW - HOUR},
        {"state": "closed", "at": NOW - HOUR},
    ],
    ids=["not yet", "came late", "came early", "began", "cancelled", "closed"],
)
def test_nothing_else_is_missed(session, config, given):
    made = conversation(session, **given)

    assert reminders.miss_due(session, NOW, config) == 0
    assert made.state != "missed"


def test_a_room_where_one_waited_in_vain_is_missed(session, config):
    opened = NOW - 35 * MINUTE
    conversation(session, NOW - 40 * MINUTE, state="open", opened_at=opened)

    assert reminders.miss_due(session, NOW, config) == 1


def test_what_begins_while_it_is_looked_at_is_not_missed(session, config, monkeypatch):
    made = conversation(session, NOW - HOUR)
    found = reminders._unbegun(session, NOW)
    session.execute(
        update(models.Conversation)
        .execution_options(synchronize_session=False)
        .values(state="open", started_at=NOW)
    )
    monkeypatch.setattr(reminders, "_unbegun", lambda *_: found)

    assert reminders.miss_due(session, NOW, config) == 0

    session.refresh(made)
    assert made.state == "open"
    assert kinds(session) == []


def test_a_room_both_went_out_of_is_closed_when_its_log_ends(session):
    made = conversation(session, NOW - 9 * HOUR, state="open", started_at=NOW - 9 * HOUR)
    event(session, made, NOW - 8 * HOUR, seq=1)
    event(session, made, NOW - 6 * HOUR, seq=2)

    reminders.close_due(session, NOW)

    session.refresh(made)
    assert (made.state, made.closed_at) == ("closed", NOW - 6 * HOUR)
    assert made.ending == "abandoned"


def test_a_room_with_life_in_it_stays_open(session):
    made = conversation(session, NOW - 9 * HOUR, state="open", started_at=NOW - 9 * HOUR)
    event(session, made, NOW - 5 * HOUR)

    reminders.close_due(session, NOW)

    session.refresh(made)
    assert made.state == "open"
