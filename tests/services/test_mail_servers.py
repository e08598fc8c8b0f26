"""Servers that refuse, hang up, ask for a login or are vouched for by nobody."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

import models
from services.letters import mail
from services.site.config import Config
from services.site.secrets import Secrets
from tests import mailbox
from tests.factories import NOW
from tests.mailbox import Mailbox
from tests.ports import free_port
from tests.services.post import MINUTE, row, write


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
    absent = Mailbox(port=free_port()).settings(config)

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
