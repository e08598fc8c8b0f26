"""Outgoing mail: written once, sent once, tried again, never lost."""

import smtplib
from email.utils import parsedate_to_datetime

import pytest
from jinja2 import UndefinedError
from sqlalchemy import update

import models
from services.letters import mail
from tests import factories
from tests.factories import NOW
from tests.mailbox import Mailbox
from tests.services.post import MINUTE, row, write


def test_a_cause_is_written_about_once(sessions):
    with sessions.begin() as session:
        account = factories.account(session)
        session.expunge(account)

    write(sessions, to=account)
    write(sessions, to=account)

    assert row(sessions).recipient == account.email


def test_two_who_write_about_one_cause_at_once_write_once(sessions, monkeypatch):
    write(sessions)
    # What the second of two sees before the first has committed: nothing.
    monkeypatch.setattr(mail, "_is_known", lambda _session, _dedupe: False)

    write(sessions)

    assert row(sessions).dedupe == "one"


def test_a_template_that_lacks_something_is_not_sent_half(session):
    with pytest.raises(UndefinedError, match="url"):
        mail.queue(
            session,
            to=factories.account(session),
            kind="expired",
            dedupe="x",
            context={"programme": "P"},
            now=NOW,
        )


def test_mail_is_sent_and_marked(sessions, config, secret, box: Mailbox):
    write(sessions, email="ada@example.org")

    assert mail.send_due(sessions, box.settings(config), secret, NOW) == 1

    (message,) = box.messages
    assert message["To"] == "ada@example.org"
    assert message["From"] == config.mail.sender
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@127.0.0.1>")
    assert parsedate_to_datetime(message["Date"]) == NOW
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    stored = row(sessions)
    assert (stored.sent_at, stored.next_try_at, stored.tries) == (NOW, None, 1)


def test_a_code_to_sign_in_is_not_kept_once_it_is_sent(sessions, config, secret, box: Mailbox):
    write(sessions)
    with sessions.begin() as session:
        session.execute(update(models.Mail).values(kind="account_code", text="Your code: 123456"))

    assert mail.send_due(sessions, box.settings(config), secret, NOW) == 1

    assert "123456" in box.messages[0].get_body(("plain",)).get_content()
    assert (row(sessions).subject, row(sessions).text, row(sessions).html) == ("", "", "")


def test_what_is_not_due_waits(sessions, config, secret, box: Mailbox):
    write(sessions)

    assert mail.send_due(sessions, box.settings(config), secret, NOW - MINUTE) == 0
    assert box.messages == []


def test_plain_text_alone_goes_without_an_html_part(sessions, config, secret, box: Mailbox):
    write(sessions)
    with sessions.begin() as session:
        session.execute(update(models.Mail).values(html=""))

    mail.send_due(sessions, box.settings(config), secret, NOW)

    assert box.messages[0].get_content_type() == "text/plain"


def test_one_who_dies_while_sending_loses_nothing(sessions, config, secret, box: Mailbox):
    write(sessions)
    claimed, _stop = mail._claim(sessions, secret, NOW)
    assert claimed is not None

    assert mail.send_due(sessions, box.settings(config), secret, NOW) == 0
    assert mail.send_due(sessions, box.settings(config), secret, NOW + mail.LEASE) == 1


def test_a_message_that_cannot_be_written_down_is_a_failure_of_its_own(
    sessions, config, secret, box: Mailbox
):
    write(sessions)
    with sessions.begin() as session:
        session.execute(update(models.Mail).values(subject="two\nlines"))

    assert mail.send_due(sessions, box.settings(config), secret, NOW) == 0
    assert "Header" in row(sessions).error


def test_only_so_many_are_sent_at_once(sessions, config, secret, box: Mailbox):
    for number in range(mail.AT_ONCE + 1):
        write(sessions, str(number))

    assert mail.send_due(sessions, box.settings(config), secret, NOW) == mail.AT_ONCE
    assert mail.send_due(sessions, box.settings(config), secret, NOW) == 1
    assert len(set(box.ids)) == mail.AT_ONCE + 1


def test_a_failure_without_words_is_named():
    assert mail._said(smtplib.SMTPServerDisconnected()) == "SMTPServerDisconnected"
