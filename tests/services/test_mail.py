"""Outgoing mail: written once, sent once, tried again, never lost."""

import smtplib
from dataclasses import replace
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session, sessionmaker

import models
from services import mail
from services.config import Config
from services.secrets import Secrets
from tests import factories, mailbox
from tests.factories import NOW
from tests.mailbox import Mailbox

MINUTE = timedelta(minutes=1)


@pytest.fixture
def sessions(main_engine: Engine) -> sessionmaker[Session]:
    return sessionmaker(main_engine)


@pytest.fixture
def box():
    with mailbox.running() as made:
        yield made


def write(sessions: sessionmaker[Session], dedupe: str = "one", **given) -> None:
    context = {"programme": "P", "other": "Mira", "url": "https://e.org/home", "at": NOW}
    with sessions.begin() as session:
        mail.queue(
            session,
            to=given.pop("to", None) or factories.account(session, **given),
            kind="cancelled",
            dedupe=dedupe,
            context=context,
            now=NOW,
        )


def row(sessions: sessionmaker[Session]) -> models.Mail:
    with sessions() as session:
        return session.scalars(select(models.Mail)).one()


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


def test_a_refused_message_is_tried_later_and_the_next_one_goes(
    sessions, config, secret, box: Mailbox
):
    write(sessions, "one")
    write(sessions, "two")
    box.refuse = ["451 later please"]

    assert mail.send_due(sessions, box.settings(config), secret, NOW) == 1

    with sessions() as session:
        refused, sent = session.scalars(select(models.Mail).order_by(models.Mail.id))
    assert "451" in refused.error
    assert "later please" in refused.error
    assert (refused.sent_at, refused.next_try_at) == (None, NOW + MINUTE)
    assert sent.sent_at == NOW


def test_tries_come_further_apart_until_it_is_given_up(sessions, config, secret, box: Mailbox):
    write(sessions, email="nobody@example.org")
    settings, now, waits = box.settings(config), NOW, []

    while (due := row(sessions).next_try_at) is not None:
        waits.append((due - now) / MINUTE)
        now = due
        mail.send_due(sessions, settings, secret, now)

    assert waits == [0, 1, 5, 30, 120, 720]
    assert row(sessions).error == "Given up after 6 tries: 550 no such person"
    assert mail.send_due(sessions, settings, secret, now + timedelta(days=9)) == 0


def test_without_a_server_nothing_is_lost_and_no_try_is_used_up(sessions, config, secret):
    write(sessions)
    absent = Mailbox(port=mailbox.free_port()).settings(config)

    for minutes in range(7):
        assert mail.send_due(sessions, absent, secret, NOW + minutes * MINUTE) == 0

    stored = row(sessions)
    assert stored.tries == 0
    assert stored.error.startswith("The mail server cannot be used: ")
    with mailbox.running() as box:
        later = NOW + 8 * MINUTE
        assert mail.send_due(sessions, box.settings(config), secret, later) == 1
    assert row(sessions).error is None


def test_a_server_that_hangs_up_is_left_until_next_time(sessions, config, secret, box: Mailbox):
    write(sessions, "one")
    write(sessions, "two")
    box.refuse = ["421 shutting down"]

    assert mail.send_due(sessions, box.settings(config), secret, NOW) == 0

    assert box.messages == []
    assert mail.send_due(sessions, box.settings(config), secret, NOW + MINUTE) == 2


def test_one_who_dies_while_sending_loses_nothing(sessions, config, secret, box: Mailbox):
    write(sessions)
    claimed = mail._claim(sessions, NOW)
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


def test_a_login_is_used_where_one_is_set(
    sessions, config: Config, secret: Secrets, tmp_path: Path, monkeypatch
):
    write(sessions)
    file, context = mailbox.certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with mailbox.running(starttls=context) as box:
        settings = box.settings(config, security="starttls", username="earshot")
        wrong = replace(secret, mail_password="wrong")
        right = replace(secret, mail_password="right")

        assert mail.send_due(sessions, settings, wrong, NOW) == 0
        assert "535" in row(sessions).error
        assert mail.send_due(sessions, settings, right, NOW + MINUTE) == 1
        assert row(sessions).tries == 1


def test_a_server_that_speaks_tls_from_the_start_is_spoken_to(
    sessions, config, secret, tmp_path: Path, monkeypatch
):
    write(sessions)
    file, context = mailbox.certificate(tmp_path)
    with mailbox.running(tls=context) as box:
        settings = box.settings(config, security="tls")

        assert mail.send_due(sessions, settings, secret, NOW) == 0
        assert "certificate" in row(sessions).error
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        assert mail.send_due(sessions, settings, secret, NOW + MINUTE) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_nobody_vouches_for_gets_nothing(sessions, config, secret, security, box: Mailbox):
    """The server speaks no TLS, as after an attack that strips it."""
    write(sessions)

    assert mail.send_due(sessions, box.settings(config, security=security), secret, NOW) == 0

    assert box.messages == []
    assert "cannot be used" in row(sessions).error


def test_a_failure_without_words_is_named():
    assert mail._said(smtplib.SMTPServerDisconnected()) == "SMTPServerDisconnected"
