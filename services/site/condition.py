"""How Earshot is: jobs, mail, rooms, database, what is kept; for a page and for Prometheus.

Only counts and moments: nothing here names or describes a person.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

import models
from services.site import anchors, schema
from services.site.config import Config

LATE = timedelta(minutes=15)  # mail that is due and older than this is late
SOON = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Mails:
    """Messages `waiting` to be sent, of those `late` and `tried` in vain; and the others."""

    waiting: int
    late: int
    tried: int
    given_up: int
    sent_today: int
    trouble: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What retention holds: conversations whose logs are still readable, the next to go, mail."""

    readable: int
    next_purge: datetime | None
    overdue: int
    guests: int
    anchored_at: datetime | None


@dataclass(frozen=True, slots=True)
class Condition:
    """One look at Earshot. `rooms` counts conversations by state, today's and tomorrow's."""

    at: datetime
    database: str
    tables_current: bool
    mails: Mails
    kept: Kept
    rooms: dict[str, int]
    programmes: int
    pending_lists: int
    untold: int
    last_round: datetime | None
    last_job: datetime | None
    audit_lines: int


def look(session: Session, config: Config, now: datetime) -> Condition:
    """Look at everything once."""
    programme, conversation = models.Programme, models.Conversation
    open_now = programme.closed_at.is_(None) | (programme.closed_at > now)
    near = conversation.scheduled_at.between(now - SOON, now + SOON)
    states = session.execute(
        select(conversation.state, func.count()).where(near).group_by(conversation.state)
    )
    lists = models.GuestList
    return Condition(
        at=now,
        database=session.connection().dialect.name,
        tables_current=_is_current(session),
        mails=_mails(session, now),
        kept=_kept(session, config, now),
        rooms=dict(sorted(iter(states))),
        programmes=_count(session, open_now & (programme.opened_at <= now)),
        pending_lists=_count(
            session, lists.confirmed_at.is_not(None) & lists.finished_at.is_(None)
        ),
        untold=_count(session, models.Invitation.told_at.is_(None)),
        last_round=session.scalar(select(func.max(models.Round.at))),
        last_job=session.scalar(select(func.max(models.JobRun.ran_at))),
        audit_lines=session.scalar(select(func.max(models.AuditEntry.seq))) or 0,
    )


def metrics(session: Session, config: Config, now: datetime) -> bytes:
    """Return the condition in Prometheus' text format."""
    found, registry = look(session, config, now), CollectorRegistry()

    def gauge(name: str, what: str, value: float) -> None:
        Gauge(f"earshot_{name}", what, registry=registry).set(value)

    gauge(
        "tables_current", "1 where the database is at this version's tables", found.tables_current
    )
    gauge("mail_waiting", "Messages waiting to be sent", found.mails.waiting)
    gauge("mail_late", "Messages due for more than 15 minutes", found.mails.late)
    gauge("mail_tried", "Messages waiting after at least one failure", found.mails.tried)
    gauge("mail_given_up", "Messages that were given up", found.mails.given_up)
    gauge("conversations_readable", "Ended conversations whose log is kept", found.kept.readable)
    gauge("conversations_overdue", "Conversations kept longer than they may be", found.kept.overdue)
    gauge("guests", "Addresses on guest lists", found.kept.guests)
    gauge("programmes_open", "Programmes one can join", found.programmes)
    gauge("guest_lists_pending", "Confirmed guest lists not in yet", found.pending_lists)
    gauge("invitations_untold", "Invitations whose letter is not written", found.untold)
    gauge("audit_lines", "Lines of the audit log", found.audit_lines)
    rooms = Gauge(
        "earshot_conversations", "Conversations of two days by state", ["state"], registry=registry
    )
    for state, count in found.rooms.items():
        rooms.labels(state).set(count)
    for name, moment in (
        ("last_round", found.last_round),
        ("last_job", found.last_job),
        ("last_anchor", found.kept.anchored_at),
    ):
        if moment is not None:
            gauge(f"{name}_timestamp_seconds", f"When the {name[5:]} was", moment.timestamp())
    return generate_latest(registry)


def _is_current(session: Session) -> bool:
    return schema.is_current(session.connection().engine)


def _mails(session: Session, now: datetime) -> Mails:
    mail = models.Mail
    waiting = mail.sent_at.is_(None) & mail.next_try_at.is_not(None)
    given_up = mail.sent_at.is_(None) & mail.next_try_at.is_(None)
    trouble = session.scalar(
        select(mail.error)
        .where(mail.sent_at.is_(None), mail.error.is_not(None))
        .order_by(mail.id.desc())
        .limit(1)
    )
    return Mails(
        waiting=_count(session, waiting),
        late=_count(session, waiting & (mail.created_at <= now - LATE) & (mail.next_try_at <= now)),
        tried=_count(session, waiting & (mail.tries > 0)),
        given_up=_count(session, given_up),
        sent_today=_count(session, mail.sent_at > now - SOON),
        trouble=trouble or "",
    )


def _kept(session: Session, config: Config, now: datetime) -> Kept:
    conversation = models.Conversation
    ended = func.coalesce(conversation.closed_at, conversation.scheduled_at)
    over = conversation.state.in_(("closed", "missed", "cancelled"))
    readable = over & conversation.purged_at.is_(None)
    oldest = session.scalar(select(func.min(ended)).where(readable))
    days = timedelta(days=config.retention.conversation_days)
    anchor = anchors.path(config)
    return Kept(
        readable=_count(session, readable),
        next_purge=oldest + days if oldest is not None else None,
        overdue=_count(session, readable & (ended <= now - days - timedelta(hours=2))),
        guests=_count(session, models.Guest.refused_at.is_(None)),
        anchored_at=anchors.when(anchor),
    )


def _count(session: Session, condition: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).where(condition)) or 0
