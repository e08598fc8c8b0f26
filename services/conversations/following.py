"""Rooms whose log another process has written to: found, and caught up on.

The log decides who was first: (conversation, seq) is unique, so of two processes that write the
same place one is refused, catches up and writes behind. No copy of a room can go its own way.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

import models
from conversation.events import Event
from conversation.state import CLOSED, NEW, WAITING
from models import engine
from services.conversations import logs, rooms
from services.conversations.rooms import Act, Live, Pending

BEFORE = (NEW, WAITING)
UNMET = ("missed", "cancelled")
ABANDONED = "abandoned"  # how a conversation ended that a job closed
STILL = timedelta(hours=1)  # so long without an event, and a job may soon take it for abandoned
Row: TypeAlias = tuple[Event, str | None, bytes | None]


def behind(session: Session, lives: Iterable[Live]) -> list[Live]:
    """Return those of *lives* whose stored log goes on beyond what they have settled."""
    waited = {(live.conversation_id, live.room.seq + 1): live for live in lives}
    place = (models.RoomEvent.conversation_id, models.RoomEvent.seq)
    found = session.execute(select(*place).where(tuple_(*place).in_(list(waited))))
    return [waited[conversation_id, seq] for conversation_id, seq in found]


def lapsed(session: Session, lives: Iterable[Live], now: datetime, lock: bool = False) -> set[Live]:
    """Return those of *lives* whose conversation is over by its row alone, not by its log.

    It was missed or cancelled before it began, or closed after hours in which nothing happened.
    Only rooms to which that can happen are asked about. With *lock* nobody marks those that are
    not over until *session* commits, so that an act and a mark never both stand.
    """
    exposed = {live.conversation_id: live for live in lives if _exposed(live, now)}
    if not exposed:
        return set()
    row = models.Conversation
    wanted = select(row.id, row.state, row.ending).where(row.id.in_(exposed)).order_by(row.id)
    if lock:
        engine.write_lock(session)
        wanted = wanted.with_for_update(key_share=True)
    found = session.execute(wanted).all()
    return {exposed[one.id] for one in found if one.state in UNMET or one.ending == ABANDONED}


def _exposed(live: Live, now: datetime) -> bool:
    """Whether somebody else may mark a room's conversation over, as jobs and cancelling do."""
    if live.room.status in BEFORE:
        return True
    return live.room.status != CLOSED and now - live.log[-1].event.at > STILL


def unread(session: Session, live: Live) -> list[Row]:
    """Return what is stored of a room beyond what *live* has settled."""
    return list(logs.read(session, live.conversation_id, live.cipher, live.room.seq))


def follow(live: Live, rows: Sequence[Row]) -> list[Pending]:
    """Settle *rows* as what comes next; let go of what *live* had folded but not stored.

    Returns what was settled, for those who are to be told.
    """
    live.tip = live.room
    live.acts = {name: known for name, known in live.acts.items() if _stored(known[1])}
    taken = [rooms.fold_in(live, *row) for row in rows]
    for pending in taken:
        rooms.settle(pending)
    return taken


def act_of(pending: Pending) -> Act:
    """Return the act that *pending* came from, to be played again."""
    event = pending.entry.event
    return Act(event.actor, event.type, event.data, pending.entry.act_id, pending.sender)


def _stored(known: rooms.Entry | Pending) -> bool:
    return isinstance(known, rooms.Entry)
