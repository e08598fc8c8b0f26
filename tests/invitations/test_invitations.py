"""Both say yes with hours, or both go on waiting."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from icalendar import Calendar
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import models
from services import arrangements, invitations, journey, pools
from services.arrangements import TooLate
from services.invitations import NoSuchHour, Over
from tests import factories
from tests.factories import NOW
from tests.rounds import people

DAY = timedelta(days=1)


def common(invited, config, now=NOW):
    return invitations.common_hours(invited.session, invited.pair, now, config)


def accept(invited, person, hours, config, now=NOW):
    return invitations.accept(invited.session, invited.of(person), hours, now, config)


def arrange(invited, config, now=NOW):
    hours = common(invited, config, now)[:1]
    accept(invited, invited.first, hours, config, now)
    return accept(invited, invited.second, hours, config, now)


# Hours


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


# Yes


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


def in_two_threads(main_engine, work):
    """Do *work* twice at once, each in a session of its own; return what came of it."""
    both, results = Barrier(2), []

    def run(number):
        with Session(main_engine) as own:
            both.wait()
            try:
                results.append(work(own, number))
            except Over as error:
                results.append(error)
            own.commit()

    threads = [Thread(target=run, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_two_yeses_at_once_make_one_conversation(invited, main_engine, config):
    hours = common(invited, config)[:2]
    ids = [invited.of(person).id for person in (invited.first, invited.second)]
    invited.session.commit()

    def say_yes(own, number):
        invitation = own.get_one(models.Invitation, ids[number])
        return invitations.accept(own, invitation, hours, NOW, config) is not None

    assert sorted(in_two_threads(main_engine, say_yes)) == [False, True]
    assert len(invited.conversations) == 1
    assert len(invited.mails(invited.first, "scheduled")) == 1


def test_a_yes_pressed_twice_at_once_makes_one_conversation(invited, main_engine, config):
    hours = common(invited, config)[:1]
    accept(invited, invited.first, hours, config)
    wanted = invited.of(invited.second).id
    invited.session.commit()

    def say_yes(own, _number):
        invitation = own.get_one(models.Invitation, wanted)
        return invitations.accept(own, invitation, hours, NOW, config)

    results = in_two_threads(main_engine, say_yes)
    assert sorted(isinstance(one, Over) for one in results) == [False, True]
    assert len(invited.conversations) == 1


def test_yes_and_no_at_once_leave_one_answer(invited, main_engine, config):
    hours = common(invited, config)[:1]
    accept(invited, invited.first, hours, config)
    wanted = invited.of(invited.second).id
    invited.session.commit()

    def answer(own, number):
        invitation = own.get_one(models.Invitation, wanted)
        if number:
            return invitations.decline(own, invitation, NOW, config)
        return invitations.accept(own, invitation, hours, NOW, config)

    results = in_two_threads(main_engine, answer)
    assert sum(isinstance(one, Over) for one in results) == 1
    invited.session.expire_all()
    assert bool(invited.conversations) == (invited.states == ("accepted", "accepted"))


# Another time, no, and too late


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


# Taking a yes back


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
    made.state = state
    session.flush()

    with pytest.raises(TooLate):
        arrangements.cancel(session, made, invited.first, NOW, config)
    assert (made.state, made.sequence) == (state, 0)


def test_a_cancelled_pair_is_not_proposed_again(invited, session, config):
    arrangements.cancel(session, arrange(invited, config), invited.first, NOW, config)

    assert pools.load(session, invited.programme, NOW, 14).exclusions.tolist() == [[0, 1]]
    assert session.scalar(select(func.count()).select_from(models.Exclusion)) == 1
