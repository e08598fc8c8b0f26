"""A report is sealed, looked at, decided, objected to, and decided again by somebody else."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

import models
from services.people import retention
from services.safety import callbacks, cases, duty, fairness, reports, verdicts
from services.safety.cases import Destroyed
from services.safety.verdicts import NotNow, Verdict
from services.site import crypto
from tests import factories
from tests.factories import NOW

LATER = NOW + timedelta(hours=2)


def decide(session, keys, config, case, account, measure="suspended", now=LATER):
    verdict = Verdict(account.id, measure, "It was an insult.")
    return verdicts.decide(session, keys, case, verdict, now=now, config=config)


def test_only_what_was_attached_is_shown_and_the_look_is_written_down(session, keys, case, judge):
    shown = cases.look(session, keys, case, judge.id, LATER)
    assert [(who, text) for who, _, text in shown.said] == [("B", "canary two")]
    assert (shown.words, shown.whole) == ("This hurt.", 3)
    assert (case.seen_at, case.holder_id) == (LATER, judge.id)
    cases.look(session, keys, case, case.reporter.account_id, LATER + timedelta(hours=1))
    assert (case.seen_at, case.holder_id) == (LATER, judge.id)
    lines_ = session.scalars(select(models.AuditEntry)).all()
    assert [line.action for line in lines_] == ["report.look"] * 2
    assert "canary" not in repr([line.data for line in lines_])


def test_evidence_that_is_gone_is_said_to_be_gone(session, keys, case, judge):
    case.evidence = b""
    with pytest.raises(Destroyed):
        cases.look(session, keys, case, judge.id, LATER)


def test_evidence_that_was_tampered_with_does_not_open(session, keys, case, judge):
    case.evidence = case.evidence[:-1] + bytes([case.evidence[-1] ^ 1])
    with pytest.raises(crypto.Unreadable):
        cases.look(session, keys, case, judge.id, LATER)


def test_a_report_after_the_log_is_gone_keeps_the_words(session, keys, held):
    crypto.destroy_key(keys, f"conversation:{held.id}")
    data = {"reason": "other", "attach": []}
    made = reports.after(session, keys, held, seat="b", data=data, now=LATER)
    shown = cases.look(session, keys, made, held.pair.first.account_id, LATER)
    assert (shown.said, shown.words, shown.whole, made.last_seq) == ((), "", 0, 0)
    assert made.reported_id == held.pair.first_id


def test_a_conversation_can_be_reported_for_thirty_days(held):
    assert reports.can_report(held, held.closed_at + timedelta(days=30))
    assert not reports.can_report(held, held.closed_at + timedelta(days=31))
    held.closed_at = None
    assert not reports.can_report(held, NOW)


def test_the_queue_is_by_clock_and_holds_what_waits(session, keys, config, case, held, judge):
    data = {"reason": "threat", "attach": []}
    duty.add(session, judge.id, NOW, NOW + timedelta(hours=8))
    urgent = reports.after(session, keys, held, seat="b", data=data, now=LATER)
    assert list(cases.queue(session)) == [urgent, case]
    decide(session, keys, config, case, judge)
    assert list(cases.queue(session)) == [urgent]
    verdicts.appeal(session, keys, case, "It was a joke of mine.", LATER)
    assert list(cases.queue(session)) == [urgent, case]
    assert cases.find(session, urgent.token) is urgent
    assert cases.find(session, "none") is None


def test_a_decision_bites_is_told_and_can_be_read(session, keys, config, case, judge):
    made = decide(session, keys, config, case, judge)
    account = case.reported.account
    assert account.suspended_until == LATER + timedelta(days=30) == made.until
    assert made.reason != b"It was an insult."
    assert verdicts.read(keys, case, made) == "It was an insult."
    told = factories.mails(session, "case_decided")
    assert [mail.recipient for mail in told] == [account.email]
    assert case.reporter.first_name not in told[0].text
    assert case.closed_at is None


def test_nothing_further_closes_the_case_and_tells_nobody(session, keys, config, case, judge):
    decide(session, keys, config, case, judge, "nothing")
    assert case.closed_at == LATER
    assert factories.mails(session, "case_decided") == []
    with pytest.raises(NotNow):
        verdicts.appeal(session, keys, case, "But I object", LATER)


def test_an_appeal_is_decided_by_somebody_else_and_ends_the_case(
    session, keys, config, case, judge
):
    decide(session, keys, config, case, judge, "excluded")
    assert verdicts.objection(keys, case) == ""
    verdicts.appeal(session, keys, case, " It was a joke. ", LATER)
    assert verdicts.objection(keys, case) == "It was a joke."
    with pytest.raises(NotNow, match="somebody else"):
        decide(session, keys, config, case, judge, "nothing")
    second = factories.account(session, "facilitator")
    decide(session, keys, config, case, second, "nothing", LATER + timedelta(hours=3))
    assert case.reported.account.suspended_until is None
    assert case.closed_at is not None
    assert [one.on_appeal for one in cases.decisions(session, case)] == [False, True]
    with pytest.raises(NotNow, match="already"):
        decide(session, keys, config, case, second, "nothing")


@pytest.mark.parametrize(
    ("measure", "reason"), [("suspended", "  "), ("burnt", "Because"), ("", "Because")]
)
def test_a_decision_needs_a_measure_and_a_reason(
    session, keys, config, case, judge, measure, reason
):
    verdict = Verdict(judge.id, measure, reason)
    with pytest.raises(NotNow):
        verdicts.decide(session, keys, case, verdict, now=LATER, config=config)
    assert list(cases.decisions(session, case)) == []


def test_a_second_decision_needs_an_appeal(session, keys, config, case, judge):
    decide(session, keys, config, case, judge)
    with pytest.raises(NotNow):
        decide(session, keys, config, case, factories.account(session, "staff"))


@pytest.mark.parametrize(("days", "words"), [(31, "It was a joke"), (1, " ")])
def test_an_appeal_has_thirty_days_and_words(session, keys, config, case, judge, days, words):
    decide(session, keys, config, case, judge)
    with pytest.raises(NotNow):
        verdicts.appeal(session, keys, case, words, LATER + timedelta(days=days))


def test_limits_grow_with_earlier_cases(session, keys, config, case, held, judge):
    assert (cases.earlier(session, case), cases.usual(session, case)) == (0, "talk")
    decide(session, keys, config, case, judge, "talk")
    data = {"reason": "hate", "attach": []}
    again = reports.after(session, keys, held, seat="a", data=data, now=LATER)
    assert (cases.earlier(session, again), cases.usual(session, again)) == (1, "suspended")
    again.reason = "threat"
    assert cases.usual(session, again) == "suspended"
    again.reported = None
    again.reason = "hate"
    assert (cases.earlier(session, again), cases.usual(session, again)) == (0, "talk")


def test_a_talk_ends_its_suspension_once_it_was_held(session, keys, config, case, judge):
    decide(session, keys, config, case, judge, "talk")
    assert case.reported.account.suspended_until is not None
    (callback,) = callbacks.waiting(session)
    callbacks.answer(session, callback, judge.id, "Shall we talk?", now=LATER, config=config)
    assert case.reported.account.suspended_until is None
    assert list(callbacks.waiting(session)) == []
    assert "Shall we talk?" in factories.mails(session, "called_back")[0].text


def test_a_wish_to_talk_ends_no_suspension_of_another_kind(session, keys, config, case, judge):
    decide(session, keys, config, case, judge, "suspended")
    callbacks.ask(session, case.conversation_id, case.reported_id, LATER)
    callbacks.ask(session, case.conversation_id, case.reported_id, LATER)
    (callback,) = callbacks.waiting(session)
    callbacks.answer(session, callback, judge.id, "Hello", now=LATER, config=config)
    assert case.reported.account.suspended_until is not None


def test_a_decision_about_somebody_who_is_gone_is_kept(session, keys, config, case, judge):
    case.reported = None
    session.flush()
    decide(session, keys, config, case, judge)
    assert factories.mails(session, "case_decided") == []


def test_alarms_go_to_whoever_is_on_duty_once_a_clock(session, keys, config, case, held, judge):
    data = {"reason": "minor", "attach": []}
    urgent = reports.after(session, keys, held, seat="b", data=data, now=LATER)
    assert cases.alarm_due(session, LATER, config) == 0
    assert urgent.alarmed_at is None
    duty.add(session, judge.id, LATER, LATER + timedelta(hours=10), weeks=2)
    assert cases.alarm_due(session, LATER, config) == 1
    assert cases.alarm_due(session, LATER + timedelta(minutes=1), config) == 0
    urgent.due_at = LATER + timedelta(hours=1)
    case.due_at = LATER + timedelta(hours=1)
    assert cases.alarm_due(session, LATER + timedelta(hours=1), config) == 2
    assert cases.alarm_due(session, LATER + timedelta(hours=2), config) == 0
    assert len(factories.mails(session, "case_waits")) == 3


def test_a_case_nobody_objected_to_closes_and_its_evidence_goes(session, keys, config, case, judge):
    decide(session, keys, config, case, judge)
    session.commit()
    assert cases.close_due(session, LATER + timedelta(days=29)) == 0
    assert cases.close_due(session, LATER + timedelta(days=30)) == 1
    session.commit()
    purged = retention.purge_evidence(session, keys, LATER + timedelta(days=45), config)
    assert (purged, case.evidence) == (1, b"")


def test_rates_are_counted_by_side_of_a_view(session, keys, config, case, held, judge):
    held.started_at = NOW
    for person, value in ((held.pair.first, 5), (held.pair.second, 1)):
        session.add(
            models.Answer(participant_id=person.id, item="view_guns", value=value, answered_at=NOW)
        )
    session.flush()
    decide(session, keys, config, case, judge)
    programme = held.pair.first.programme
    found = {rate.side: rate for rate in fairness.rates(session, programme, "view_guns")}
    assert (found["agrees"].talked, found["agrees"].reported) == (1, 0)
    assert (found["disagrees"].reported, found["disagrees"].measured) == (1, 1)
    assert found["between"].talked == 0
    assert session.scalar(select(func.count()).select_from(models.Answer)) == 2
