"""What a conversation's hour brings: reminders before it, and what follows where nobody came."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, String, case, cast, exists, func, literal, select, update
from sqlalchemy.orm import Session, joinedload

import models
from models import Conversation, Pair, Participant, RoomEvent, engine
from services.pairing import arrangements, notices
from services.site.config import Config

ABANDONED = timedelta(hours=6)
DAY, HOUR, NOW = timedelta(days=1), timedelta(hours=1), timedelta(0)
BEFORE = (("reminder_day", DAY, HOUR), ("reminder_hour", HOUR, NOW))
"""Kind of mail, how long before the hour it is due, and how long before it is too late."""


def remind_due(session: Session, now: datetime, config: Config) -> None:
    """Write to both a day and an hour before their conversation, with its calendar file.

    Whoever agreed to it later than that has just been written to, and is not reminded.
    """
    for kind, due, late in BEFORE:
        for conversation in _coming(session, kind, now + late, now + due):
            if _agreed(session, conversation) <= conversation.scheduled_at - due:
                notices.remind_of(session, conversation, kind, config, now)


def miss_due(session: Session, now: datetime, config: Config) -> int:
    """Mark conversations missed that did not begin in time, tell both, and return how many.

    The time runs from the hour, or from when the first of them came later than that. Both are
    in the pool again and go on waiting from when they were proposed: nobody is blamed.
    """
    count = 0
    for conversation in _unbegun(session, now - timedelta(minutes=config.room.missed_minutes)):
        if _miss(session, conversation, now):
            for person in (conversation.pair.first, conversation.pair.second):
                arrangements.come_back(person, conversation.pair.proposed_at, now)
            notices.miss(session, conversation, config, now)
            count += 1
    return count


def close_due(session: Session, now: datetime) -> None:
    """Close conversations both went out of without leaving: nothing happened for `ABANDONED`.

    They ended with the last event of their log, and both are asked how it was.
    """
    ended = (
        select(func.max(RoomEvent.at))
        .where(RoomEvent.conversation_id == Conversation.id)
        .correlate(Conversation)
        .scalar_subquery()
    )
    due = (
        Conversation.state == "open",
        Conversation.started_at.is_not(None),
        ended <= now - ABANDONED,
    )
    engine.write_lock(session)
    locked = select(Conversation.id).where(*due).order_by(Conversation.id)
    found = session.scalars(locked.with_for_update(key_share=True)).all()
    session.execute(  # asked again: somebody may have spoken until the lock was there
        update(Conversation)
        .where(Conversation.id.in_(found), *due)
        .values(state="closed", closed_at=ended, ending="abandoned")
    )


def _coming(
    session: Session, kind: str, after: datetime, until: datetime
) -> Sequence[Conversation]:
    """Return the conversations of that time nobody was sent this *kind* of mail about."""
    first = cast(Pair.first_id, String)
    dedupe = literal(f"{kind}:") + cast(Conversation.id, String) + ":" + first
    return session.scalars(
        _with_people()
        .join(Conversation.pair)
        .where(
            ~exists().where(models.Mail.dedupe == dedupe),
            Conversation.state == "scheduled",
            Conversation.scheduled_at > after,
            Conversation.scheduled_at <= until,
        )
        .order_by(Conversation.id)
    ).all()


def _unbegun(session: Session, since: datetime) -> Sequence[Conversation]:
    opened = func.coalesce(Conversation.opened_at, Conversation.scheduled_at)
    later = case((opened > Conversation.scheduled_at, opened), else_=Conversation.scheduled_at)
    return session.scalars(
        _with_people()
        .where(
            Conversation.state.in_(("scheduled", "open")),
            Conversation.started_at.is_(None),
            Conversation.scheduled_at <= since,
            later <= since,
        )
        .order_by(Conversation.id)
    ).all()


def _miss(session: Session, conversation: Conversation, now: datetime) -> bool:
    """Mark *conversation* missed unless it has begun, or somebody else did so, meanwhile."""
    marked = session.execute(
        update(Conversation)
        .where(
            Conversation.id == conversation.id,
            Conversation.state.in_(("scheduled", "open")),
            Conversation.started_at.is_(None),
        )
        .values(state="missed", closed_at=now)
        .returning(Conversation.id)
    )
    return marked.one_or_none() is not None


def _agreed(session: Session, conversation: Conversation) -> datetime:
    """Return when the second of the pair said yes."""
    answered = session.scalar(
        select(func.max(models.Invitation.answered_at)).where(
            models.Invitation.pair_id == conversation.pair_id
        )
    )
    return answered or conversation.pair.proposed_at


def _with_people() -> Select[Conversation]:
    pair = joinedload(Conversation.pair)
    return select(Conversation).options(
        pair.joinedload(Pair.first).joinedload(Participant.account),
        pair.joinedload(Pair.second).joinedload(Participant.account),
    )
