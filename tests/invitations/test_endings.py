"""Another time, no, too late, and a yes taken back: both are free again."""

from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import func, select

import models
from services.pairing import arrangements, invitations, pools
from services.pairing.arrangements import TooLate
from services.pairing.invitations import Over
from services.path import journey
from tests.factories import NOW
from tests.invitations.arranging import accept, arrange, common

DAY = timedelta(days=1)


def test_asking_for_another_time_writes_to_the_other_and_keeps_the_invitation(invited, config):
    invitation = invited.of(invited.first)
    invitations.ask_another(invited.session, invitation, NOW, config)
    invitations.ask_another(invited.session, invitation, NOW, config)

    (mail,) = invited.mails(invited.second, "another_time")
    assert f"/invitations/{invited.of(invited.second).id}" in mail.text
    assert invited.mails(invited.first, "another_time") == []
    assert invited.states == ("open", "open")


def test_a_no_puts_both_into_the_pool_again_and_never_together(invited, session, config):
    waited = invited.second.waiting_since
    accept(invited, invited.second, common(invited, config)[:1], config)
    invitations.decline(session, invited.of(invited.first), NOW, config)

    assert invited.states == ("declined", "withdrawn")
    assert invited.of(invited.first).answered_at == NOW
    assert (invited.first.waiting_since, invited.second.waiting_since) == (NOW, waited)
    pool = pools.load(session, invited.programme, NOW, 14)
    assert pool.people == [invited.first.id, invited.second.id]
    assert pool.exclusions.tolist() == [[0, 1]]
    assert len(invited.mails(invited.second, "declined")) == 1
    assert invited.mails(invited.first, "declined") == []


def test_a_no_does_not_end_a_break(invited, session, config):
    invited.first.paused_at, invited.first.waiting_since = NOW, None
    session.flush()
    invitations.decline(session, invited.of(invited.first), NOW, config)

    assert invited.first.waiting_since is None


@pytest.mark.parametrize("answer", ["accept", "ask_another", "decline"])
def test_no_answer_is_taken_after_the_end(invited, session, config, answer):
    late, invitation = NOW + timedelta(hours=72), invited.of(invited.first)
    more = (common(invited, config),) if answer == "accept" else ()

    with pytest.raises(Over):
        getattr(invitations, answer)(session, invitation, *more, late, config)
    assert invited.states == ("open", "open")


def test_no_answer_is_taken_once_it_is_fixed_or_declined(invited, session, config):
    arrange(invited, config)
    with pytest.raises(Over):
        invitations.decline(session, invited.of(invited.first), NOW, config)
    session.delete(invited.conversations[0])
    invited.of(invited.second).state = "declined"
    session.flush()
    with pytest.raises(Over):
        invitations.decline(session, invited.of(invited.first), NOW, config)


def test_what_stood_long_enough_ends_and_both_are_told(invited, session, config):
    late, waited = NOW + timedelta(hours=72), invited.first.waiting_since
    accept(invited, invited.first, common(invited, config)[:1], config)

    assert invitations.expire_due(session, late - timedelta(seconds=1), config) == 0
    assert invitations.expire_due(session, late, config) == 2
    assert invitations.expire_due(session, late, config) == 0

    assert invited.states == ("withdrawn", "expired")
    assert (invited.first.waiting_since, invited.second.waiting_since) == (waited, late)
    for person in (invited.first, invited.second):
        assert len(invited.mails(person, "expired")) == 1
    assert pools.load(session, invited.programme, late, 14).people == [
        invited.first.id,
        invited.second.id,
    ]


def test_what_is_arranged_does_not_end(invited, session, config):
    arrange(invited, config)

    assert invitations.expire_due(session, NOW + 30 * DAY, config) == 0
    assert invited.states == ("accepted", "accepted")


def test_who_has_not_answered_is_reminded_once_when_a_third_is_left(invited, session, config):
    accept(invited, invited.first, common(invited, config)[:1], config)
    soon = NOW + timedelta(hours=48)

    assert invitations.remind_due(session, soon - timedelta(seconds=1), config) == 0
    assert invitations.remind_due(session, soon, config) == 1
    assert invitations.remind_due(session, soon, config) == 0
    assert invitations.remind_due(session, NOW + timedelta(hours=72), config) == 0

    assert len(invited.mails(invited.second, "invitation_reminder")) == 1
    assert invited.mails(invited.first, "invitation_reminder") == []


def test_who_cannot_make_it_frees_both_at_once(invited, session, config):
    made = arrange(invited, config)
    arrangements.cancel(session, made, invited.second, NOW + DAY, config)

    assert (made.state, made.sequence) == ("cancelled", 1)
    assert invited.second.waiting_since == NOW + DAY
    assert invited.first.waiting_since == invited.pair.proposed_at
    assert pools.load(session, invited.programme, NOW, 14).people == [
        invited.first.id,
        invited.second.id,
    ]
    for person in (invited.first, invited.second):
        assert journey.of(session, person.account, NOW, 10).state == "waiting"
        (mail,) = invited.mails(person, "cancelled")
        event = Calendar.from_ical(mail.calendar)
        assert event["METHOD"] == "CANCEL"
        assert event.walk("VEVENT")[0]["SEQUENCE"] == 1


@pytest.mark.parametrize("state", ["open", "closed", "missed", "cancelled"])
def test_only_what_is_to_come_can_be_cancelled(invited, session, config, state):
    made = arrange(invited, config)
    made.state, made.started_at = state, NOW
    session.flush()

    with pytest.raises(TooLate):
        arrangements.cancel(session, made, invited.first, NOW, config)
    assert (made.state, made.sequence) == (state, 0)


def test_while_nobody_has_begun_an_open_room_can_be_cancelled(invited, session, config):
    made = arrange(invited, config)
    made.state = "open"
    session.flush()

    arrangements.cancel(session, made, invited.first, NOW, config)

    assert made.state == "cancelled"


def test_a_cancelled_pair_is_not_proposed_again(invited, session, config):
    arrangements.cancel(session, arrange(invited, config), invited.first, NOW, config)

    assert pools.load(session, invited.programme, NOW, 14).exclusions.tolist() == [[0, 1]]
    assert session.scalar(select(func.count()).select_from(models.Exclusion)) == 1
