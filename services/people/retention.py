"""What is kept only so long: conversations, evidence of closed reports, sent mail."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from models import Conversation, Mail, Report, RoomEvent
from services.conversations import logs
from services.safety import reports
from services.site import audit, crypto
from services.site.config import Config
from services.site.crypto import KeyStore
from services.staff import refusals

AT_ONCE = 500  # keeps one transaction short; the next run takes the rest
OVER = ("closed", "missed", "cancelled")


def purge_conversations(session: Session, keys: KeyStore, now: datetime, config: Config) -> int:
    """Destroy the keys of conversations kept long enough, and their logs; return how many.

    That they took place, for how long and how far they went stays, for the programme's figures.
    A report does not hold a conversation back: its evidence is a copy of the log under a key of
    its own. Keys go first, so that what a failure leaves of a log is unreadable already.
    """
    ended = func.coalesce(Conversation.closed_at, Conversation.scheduled_at)
    ids = session.scalars(
        select(Conversation.id)
        .where(
            Conversation.state.in_(OVER),
            Conversation.purged_at.is_(None),
            ended <= _kept_since(now, config),
        )
        .order_by(Conversation.id)
        .limit(AT_ONCE)
    ).all()
    for number in ids:
        crypto.destroy_key(keys, logs.subject(number))
    session.execute(delete(RoomEvent).where(RoomEvent.conversation_id.in_(ids)))
    purged = session.scalars(
        update(Conversation)
        .where(Conversation.id.in_(ids), Conversation.purged_at.is_(None))
        .values(purged_at=now)
        .returning(Conversation.id)
    ).all()
    _record(session, now, "conversations", purged)
    return len(purged)


def purge_evidence(session: Session, keys: KeyStore, now: datetime, config: Config) -> int:
    """Destroy the keys of evidence whose case closed as long ago, and it; return how many.

    The report itself stays: that there was one, why, and when it was closed.
    """
    closed = session.execute(
        select(Report.id, Report.token)
        .where(Report.closed_at <= _kept_since(now, config), Report.evidence != b"")
        .order_by(Report.id)
        .limit(AT_ONCE)
    ).all()
    for _, token in closed:
        crypto.destroy_key(keys, reports.subject(token))
    emptied = session.scalars(
        update(Report)
        .where(Report.id.in_([number for number, _ in closed]), Report.evidence != b"")
        .values(evidence=b"")
        .returning(Report.id)
    ).all()
    _record(session, now, "reports", emptied)
    return len(emptied)


def purge_mail(session: Session, now: datetime, config: Config) -> None:
    """Delete mail that was sent, or given up, long enough ago."""
    since = now - timedelta(days=config.retention.mail_days)
    given_up = Mail.sent_at.is_(None) & Mail.next_try_at.is_(None) & (Mail.created_at <= since)
    session.execute(delete(Mail).where(or_(Mail.sent_at <= since, given_up)))


def purge_guests(session: Session, now: datetime, config: Config) -> None:
    """Delete guests who did not come, long enough after they were told."""
    refusals.purge(session, now, config.retention.guest_days)


def _kept_since(now: datetime, config: Config) -> datetime:
    return now - timedelta(days=config.retention.conversation_days)


def _record(session: Session, now: datetime, what: str, ids: Sequence[int]) -> None:
    if ids:
        audit.record(
            session,
            now=now,
            actor="system",
            action="retention.purge",
            subject=what,
            ids=sorted(ids),
        )
