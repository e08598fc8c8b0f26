"""How Earshot is, on a page and in numbers: counts and moments, never a person."""

from datetime import timedelta

import pytest

import models
from services.site import anchors, audit, condition
from tests import factories
from tests.factories import NOW
from tests.services.people import conversation
from tests.visitors import Visitor

LONG_AGO = NOW - timedelta(days=40)


def letter(number: int, **given) -> models.Mail:
    usual = {"created_at": NOW - timedelta(hours=1), "next_try_at": NOW, "tries": 0}
    return models.Mail(
        dedupe=str(number),
        kind="x",
        recipient="ada@example.org",
        subject="",
        text="",
        html="",
        **(usual | given),
    )


@pytest.fixture
def troubled(session, config):
    """Mail that is late, tried and given up; a conversation kept too long; an anchor."""
    town = factories.programme(session)
    conversation(session, NOW, town)
    conversation(session, LONG_AGO, town, state="closed", closed_at=LONG_AGO)
    session.add_all(
        [
            letter(1),
            letter(2, tries=1, next_try_at=NOW + timedelta(hours=1), error="451 not now"),
            letter(3, next_try_at=None, tries=6, error="550 no such person"),
            letter(4, next_try_at=None, sent_at=NOW),
        ]
    )
    audit.record(session, now=NOW, actor="system", action="x", subject="y")
    anchors.drop(session, anchors.path(config), NOW)
    session.commit()


def test_trouble_is_counted(session, config, troubled):
    found = condition.look(session, config, NOW)

    assert found.mails == condition.Mails(2, 1, 1, 1, 1, "550 no such person")
    assert (found.kept.readable, found.kept.overdue) == (1, 1)
    assert found.kept.next_purge == LONG_AGO + timedelta(days=config.retention.conversation_days)
    assert found.kept.anchored_at == NOW
    assert found.rooms == {"scheduled": 1}
    assert (found.programmes, found.audit_lines, found.tables_current) == (1, 1, True)


def test_an_empty_earshot_has_no_trouble(session, config):
    found = condition.look(session, config, NOW)

    assert found.mails == condition.Mails(0, 0, 0, 0, 0, "")
    assert (found.kept.next_purge, found.kept.anchored_at, found.last_round) == (None, None, None)


def test_a_damaged_file_of_anchors_says_nothing_about_when(config):
    anchors.path(config).write_text("nonsense\n")

    assert anchors.when(anchors.path(config)) is None


def test_the_page_names_what_is_wrong_or_that_nothing_is(app, session, config):
    account = factories.account(session, "staff")
    session.commit()
    staff = Visitor(app, account)
    assert "Nothing is late" in staff.get("/staff/system").text
    session.add(letter(1))
    session.add(letter(2, next_try_at=None))
    session.commit()
    page = staff.get("/staff/system").text

    assert "Mail is late" in page
    assert "Some mail was given up" in page


def test_metrics_name_nobody(app, session, troubled):
    answer = Visitor(app).get("/metrics")

    assert answer.status_code == 200
    assert "earshot_mail_late 1.0" in answer.text
    assert 'earshot_conversations{state="scheduled"} 1.0' in answer.text
    assert f"earshot_last_anchor_timestamp_seconds {NOW.timestamp():g}"[:40] in answer.text
    assert "@" not in answer.text
    assert "550" not in answer.text


def test_metrics_are_for_this_machine_or_the_token(app, secret):
    client, away = app.test_client(), {"REMOTE_ADDR": "192.0.2.7"}
    token = secret.derive("metrics").hex()

    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 404
    assert client.get("/metrics", environ_base=away).status_code == 404
    wrong = {"Authorization": "Bearer né"}
    assert client.get("/metrics", environ_base=away, headers=wrong).status_code == 404
    right = {"Authorization": f"Bearer {token}"}
    assert client.get("/metrics", environ_base=away, headers=right).status_code == 200
