"""What is kept only so long, and what is kept longer."""

from datetime import timedelta

import pytest
from sqlalchemy import select

import models
from models import AuditEntry, Mail, Report, RoomEvent
from services.conversations import logs
from services.people import retention
from services.safety import reports
from services.site import crypto
from services.site.crypto import Unreadable
from tests import factories
from tests.factories import NOW
from tests.services.people import conversation, event

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def closed(session, keys, at, **given) -> models.Conversation:
    made = conversation(session, at, **({"state": "closed", "closed_at": at} | given))
    crypto.create_key(keys, logs.subject(made.id), at)
    event(session, made, at)
    return made


def test_a_conversation_is_unreadable_after_its_days(session, keys, config):
    made = closed(session, keys, NOW - 14 * DAY)
    kept = closed(session, keys, NOW - 14 * DAY + MINUTE)

    assert retention.purge_conversations(session, keys, NOW, config) == 1
    assert retention.purge_conversations(session, keys, NOW, config) == 0

    with pytest.raises(Unreadable):
        crypto.open_key(keys, logs.subject(made.id))
    assert crypto.open_key(keys, logs.subject(kept.id))
    assert session.scalars(select(RoomEvent.conversation_id)).all() == [kept.id]
    session.refresh(made)
    assert (made.purged_at, made.state) == (NOW, "closed")
    (entry,) = session.scalars(select(AuditEntry))
    assert (entry.action, entry.data) == ("retention.purge", {"ids": [made.id]})


@pytest.mark.parametrize("state", ["missed", "cancelled"])
def test_what_never_began_is_forgotten_by_its_hour(session, keys, config, state):
    closed(session, keys, NOW - 15 * DAY, state=state, closed_at=None)

    assert retention.purge_conversations(session, keys, NOW, config) == 1


@pytest.mark.parametrize("state", ["scheduled", "open"])
def test_what_is_not_over_is_kept(session, keys, config, state):
    closed(session, keys, NOW - 15 * DAY, state=state, closed_at=None)

    assert retention.purge_conversations(session, keys, NOW, config) == 0
    assert factories.rows(session, RoomEvent) == 1


def report(session, keys, about: models.Conversation, closed_at=None) -> Report:
    token = f"report-{about.id}"
    key = crypto.create_key(keys, reports.subject(token), NOW)
    made = Report(
        token=token,
        conversation_id=about.id,
        reporter_id=about.pair.first_id,
        reason="threat",
        at=NOW,
        due_at=NOW,
        last_seq=1,
        digest=b"0" * 32,
        evidence=crypto.seal(key, b"what was said", reports.subject(token)),
        closed_at=closed_at,
    )
    session.add(made)
    session.flush()
    return made


def test_evidence_outlives_the_conversation_until_the_case_closed(session, keys, config):
    about = closed(session, keys, NOW - 20 * DAY)
    held = report(session, keys, about)

    assert retention.purge_conversations(session, keys, NOW, config) == 1
    assert retention.purge_evidence(session, keys, NOW, config) == 0

    key = crypto.open_key(keys, reports.subject(held.token))
    assert crypto.unseal(key, held.evidence, reports.subject(held.token)) == b"what was said"


def test_evidence_of_a_closed_case_goes_after_its_days(session, keys, config):
    about = closed(session, keys, NOW - 40 * DAY)
    old = report(session, keys, about, closed_at=NOW - 14 * DAY)
    recent = report(session, keys, conversation(session), closed_at=NOW - 13 * DAY)

    assert retention.purge_evidence(session, keys, NOW, config) == 1
    assert retention.purge_evidence(session, keys, NOW, config) == 0

    with pytest.raises(Unreadable):
        crypto.open_key(keys, reports.subject(old.token))
    session.expire_all()
    assert old.evidence == b""
    assert old.reason == "threat"
    assert recent.evidence != b""


def test_mail_goes_after_its_days_and_waiting_mail_stays(session, config):
    old, new = NOW - 30 * DAY, NOW - 29 * DAY
    rows = {
        "sent long ago": (old, old, None),
        "sent lately": (old, new, None),
        "given up long ago": (old, None, None),
        "given up lately": (new, None, None),
        "waiting": (old, None, NOW),
    }
    session.add_all(
        Mail(
            dedupe=name,
            kind="missed",
            recipient="ada@example.org",
            subject="",
            text="",
            html="",
            created_at=created,
            sent_at=sent,
            next_try_at=due,
        )
        for name, (created, sent, due) in rows.items()
    )

    retention.purge_mail(session, NOW, config)

    kept = set(session.scalars(select(Mail.dedupe)))
    assert kept == {"sent lately", "given up lately", "waiting"}
