"""Both say yes with hours, or both go on waiting."""

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

import models
from services.pairing import invitations
from services.pairing.invitations import NoSuchHour
from services.path import journey
from tests import factories
from tests.factories import NOW
from tests.invitations.arranging import accept, arrange, common
from tests.rounds import people

DAY = timedelta(days=1)


def test_common_hours_are_free_for_both_on_their_own_clocks(invite, config):
    vienna = {"zone": "Europe/Vienna", "hours": [(3, 20), (3, 21)]}
    beirut = {"zone": "Asia/Beirut", "hours": [(3, 20), (3, 21), (3, 22)]}
    invited = invite(vienna, beirut)

    # Thursday 20:00 and 21:00 in Vienna are 21:00 and 22:00 in Beirut, in both weeks ahead.
    assert common(invited, config) == [
        datetime(2026, 10, day, hour, tzinfo=UTC) for day in (8, 15) for hour in (18, 19)
    ]


def test_an_hour_that_begins_within_the_next_hour_is_not_offered(invited, config):
    late = datetime(2026, 10, 7, 17, 30, tzinfo=UTC)

    assert common(invited, config, late)[0] == datetime(2026, 10, 7, 19, tzinfo=UTC)
    assert common(invited, config)[0] == datetime(2026, 10, 7, 18, tzinfo=UTC)


@pytest.mark.parametrize(("state", "offered"), [("scheduled", False), ("cancelled", True)])
def test_an_hour_promised_to_somebody_else_is_not_offered(invited, session, config, state, offered):
    hour = common(invited, config)[3]
    elsewhere = people.programme(session, slug="elsewhere")
    same = factories.participant(session, elsewhere, invited.first.account)
    pair = factories.pair(session, same, factories.participant(session, elsewhere))
    guide = factories.guide_version(session, GUIDE)
    factories.conversation(session, pair, guide, hour, state=state)

    assert (hour in common(invited, config)) is offered


GUIDE = """
slug = "short"
language = "en"
title = "Short"
minutes = 2
[[steps]]
name = "arrive"
title = "Arrive"
purpose = "Say hello."
minutes = 2
activity = "together"
prompts = ["Say hello."]
"""


def test_one_yes_waits_for_the_other(invited, config):
    assert accept(invited, invited.first, common(invited, config)[:2], config) is None

    assert invited.states == ("accepted", "open")
    assert invitations.ticked(invited.of(invited.first)) == common(invited, config)[:2]
    assert invited.conversations == []


def test_two_yeses_become_a_conversation_at_the_earliest_hour_both_chose(invited, config):
    hours = common(invited, config)
    accept(invited, invited.first, [hours[4], hours[2], hours[1]], config)
    made = accept(invited, invited.second, [hours[0], hours[4], hours[2]], config)

    assert made.scheduled_at == hours[2]
    assert (made.state, made.language, made.step, made.steps) == ("scheduled", "en", 0, 6)
    assert invited.session.get(models.GuideVersion, made.guide_digest).slug == "first"
    assert invited.states == ("accepted", "accepted")


def test_both_get_a_mail_with_a_calendar_file_that_names_only_the_other(invited, config):
    made = arrange(invited, config)

    for person, other in ((invited.first, invited.second), (invited.second, invited.first)):
        (mail,) = invited.mails(person, "scheduled")
        event = Calendar.from_ical(mail.calendar)
        assert event["METHOD"] == "REQUEST"
        (told,) = event.walk("VEVENT")
        assert told.start == made.scheduled_at
        assert told.duration == timedelta(minutes=50)
        assert other.first_name in told["SUMMARY"]
        assert f"/conversations/{made.token}" in mail.text
        assert other.account.email not in mail.text + mail.calendar.decode()


def test_the_language_is_one_both_can_talk_in_the_programmes_first(invite, config):
    invited = invite(
        {"languages": ("es", "ar")}, {"languages": ("ar", "es")}, languages=["en", "ar", "es"]
    )

    assert arrange(invited, config).language == "ar"


def test_languages_changed_meanwhile_leave_the_programmes_own(invited, session, config):
    for tag in session.scalars(select(models.Language)):
        session.delete(tag)
    session.flush()

    assert arrange(invited, config).language == "en"


@pytest.mark.parametrize("choose", [lambda _: [], lambda hours: [hours[0] + DAY / 2]])
def test_a_yes_needs_an_hour_both_have(invited, config, choose):
    with pytest.raises(NoSuchHour):
        accept(invited, invited.first, choose(common(invited, config)), config)

    assert invited.states == ("open", "open")


def test_hours_can_be_changed_until_the_other_answers(invited, config):
    hours = common(invited, config)
    accept(invited, invited.first, hours[:1], config)
    accept(invited, invited.first, hours[1:2], config)

    assert accept(invited, invited.second, hours[1:3], config).scheduled_at == hours[1]


def test_different_hours_are_asked_for_once_more_and_stand(invited, config):
    hours, later = common(invited, config), NOW + DAY
    accept(invited, invited.first, hours[20:21], config)
    assert accept(invited, invited.second, hours[21:22], config, later) is None

    assert invited.states == ("open", "open")
    for person in (invited.first, invited.second):
        invitation = invited.of(person)
        assert invitation.slots
        assert invitation.expires_at == later + timedelta(hours=72)
        assert len(invited.mails(person, "another_time")) == 1
    made = accept(invited, invited.first, hours[21:23], config, later)
    assert made.scheduled_at == hours[21]
    assert invited.states == ("accepted", "accepted")


def test_asked_again_one_may_choose_a_third_hour_and_wait(invited, config):
    hours = common(invited, config)
    accept(invited, invited.first, hours[:1], config)
    accept(invited, invited.second, hours[1:2], config)
    assert accept(invited, invited.first, hours[2:3], config) is None

    assert invited.states == ("accepted", "open")
    assert len(invited.mails(invited.second, "another_time")) == 1


def test_who_has_an_arrangement_waits_anew_from_its_hour(invited, config):
    made = arrange(invited, config)

    assert invited.first.waiting_since == invited.second.waiting_since == made.scheduled_at


@pytest.mark.parametrize(
    "gone",
    [
        {"withdrawn_at": NOW},
        {"account": {"suspended_until": NOW + DAY}},
        {"account": {"active": False}},
    ],
)
def test_a_yes_to_somebody_who_has_gone_ends_the_invitation(invited, session, config, gone):
    for name, value in gone.get("account", {}).items():
        setattr(invited.second.account, name, value)
    invited.second.withdrawn_at = gone.get("withdrawn_at")
    session.flush()

    assert accept(invited, invited.first, common(invited, config)[:1], config) is None
    assert invited.states == ("withdrawn", "withdrawn")
    assert journey.of(session, invited.first.account, NOW, 10).state == "waiting"


def test_an_ended_suspension_is_no_reason(invited, session, config):
    invited.second.account.suspended_until = NOW
    session.flush()

    assert arrange(invited, config) is not None
