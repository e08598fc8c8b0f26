"""Mail that did not arrive is read from reports, tried again where that helps, and shown."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

import models
from services.letters import bounces, envelopes, troubles
from services.letters.bounces import NotAReport
from tests import factories
from tests.factories import NOW
from tests.visitors import Visitor

REPORT = """\
From: MAILER-DAEMON@mx.example.org
To: earshot@example.org
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

--cut
Content-Type: text/plain

I am sorry.

--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; ada@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 no such person

--cut
{original}
--cut--
"""
HEADERS = "Content-Type: text/rfc822-headers\n\nSubject: x\nMessage-ID: {id}\n"
WHOLE = "Content-Type: message/rfc822\n\nSubject: x\nMessage-ID: {id}\n\nhello\n"


def report(identifier: str, status="5.1.1", action="failed", original=HEADERS) -> bytes:
    inside = original.format(id=identifier)
    return REPORT.format(action=action, status=status, original=inside).encode()


def sent(session: Session, **given) -> models.Mail:
    made = models.Mail(
        **{
            "dedupe": "one",
            "kind": "scheduled",
            "recipient": "ada@example.org",
            "subject": "Soon",
            "text": "hello",
            "html": "",
            "created_at": NOW,
            "sent_at": NOW,
            "tries": 1,
            **given,
        }
    )
    session.add(made)
    session.flush()
    return made


@pytest.fixture
def identifier(config) -> str:
    return envelopes.message_id("one", config.site.url)


@pytest.mark.parametrize("original", [HEADERS, WHOLE])
def test_a_report_names_the_message_and_why(identifier, original):
    found = bounces.read(report(identifier, original=original))

    assert found == bounces.Bounce(identifier, "5.1.1", "550 no such person")


def test_a_report_without_a_status_is_final(identifier):
    assert bounces.read(report(identifier, status="unknown")).status == "5.0.0"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"Subject: hello\n\nhow are you",
        report("<x@y>", action="delayed"),
        report("", original="Content-Type: text/rfc822-headers\n\nSubject: x\n"),
        report("", original="Content-Type: text/plain\n\nnothing\n"),
        b"Content-Type: multipart/report; boundary=cut\n\n--cut\n"
        b"Content-Type: message/delivery-status\n\n--cut--\n",
    ],
)
def test_what_is_no_report_of_a_failure_changes_nothing(raw):
    with pytest.raises(NotAReport):
        bounces.read(raw)


def test_an_address_that_is_none_is_kept_and_shown(session, config, identifier):
    mail = sent(session)

    assert bounces.note(session, bounces.read(report(identifier)), config, NOW) is mail

    [trouble] = troubles.troubles(session)
    assert trouble.state == "back"
    assert trouble.error == "Came back: 5.1.1 550 no such person"
    assert mail.next_try_at is None
    assert list(troubles.of(session, "ada@example.org")) == [mail]


def test_a_full_mailbox_is_tried_again_later_and_not_for_ever(session, config, identifier):
    mail = sent(session)
    found = bounces.read(report(identifier, status="5.2.2"))

    bounces.note(session, found, config, NOW)
    assert (mail.sent_at, mail.next_try_at) == (None, NOW + timedelta(hours=12))
    assert troubles.troubles(session)[0].state == "waiting"

    mail.sent_at, mail.next_try_at, mail.tries = NOW, None, 6
    bounces.note(session, found, config, NOW)
    assert mail.next_try_at is None


def test_a_report_about_no_message_of_ours_is_refused(session, config):
    sent(session)

    with pytest.raises(NotAReport):
        bounces.note(session, bounces.read(report("<other@example.org>")), config, NOW)


def test_staff_see_what_is_lost_and_send_it_again(app: Flask, session):
    staff = factories.account(session, "staff")
    lost = sent(session, sent_at=None, error="Given up after 6 tries: 550 no", tries=6)
    sent(session, dedupe="late", sent_at=None, next_try_at=NOW - timedelta(hours=1), error=None)
    session.commit()
    visitor = Visitor(app, staff)

    page = visitor.get("/staff/mail").text
    assert "Given up after 6 tries" in page
    assert "1 message should have gone" in page
    visitor.post(f"/staff/mail/{lost.id}/again")

    session.refresh(lost)
    assert (lost.next_try_at, lost.tries, lost.error) == (NOW, 0, None)
    visitor.post(f"/staff/mail/{lost.id}/again")
    assert "Nothing was changed" in visitor.get("/staff/mail").text


def test_nothing_lost_is_said_too(app: Flask, session):
    staff = factories.account(session, "staff")
    session.commit()

    assert "Nothing is lost" in Visitor(app, staff).get("/staff/mail").text


def test_the_command_reads_a_report(session, config, secret, identifier, monkeypatch):
    from click.testing import CliRunner

    from earshot import main

    sent(session)
    session.commit()
    monkeypatch.setenv("EARSHOT_DATABASE_URL", config.database.url)
    monkeypatch.setenv("EARSHOT_DATABASE_KEYS", config.database.keys)
    monkeypatch.setenv("EARSHOT_SITE_SECRETS", config.site.secrets)
    monkeypatch.setattr("services.letters.bounces.SINCE", timedelta(days=100_000))

    said = CliRunner().invoke(main, ["mail", "bounced"], input=report(identifier))

    assert said.exit_code == 0, said.output
    assert "5.1.1" in said.output
