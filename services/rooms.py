"""Rooms: opened, folded from their stored log, and played act by act.

An act goes through `prepare` (validate, fold), `append` (encrypt, store) and, once the caller has
committed, `settle`. Between the first and the last the room's `tip` runs ahead of its `room`, so
that many acts of many rooms can share one commit and none is shown before it is stored.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

import models
from conversation import events, health, room
from conversation.events import SYSTEM, Effect, Event
from conversation.fields import Refused
from conversation.guide import parse
from conversation.health import Health
from conversation.state import Room, begin
from services import cards, crypto, logs, questionnaires
from services.crypto import KeyStore

Also = Callable[[Session], None]

LONGEST_ID = 36  # a UUID with its hyphens


@dataclass(frozen=True, slots=True)
class Act:
    """Something a seat, a facilitator or the system wants to do. `id` makes a resend harmless."""

    actor: str
    type: str
    data: Any
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One committed event of a room, with what it caused and how it changed the room."""

    event: Event
    effects: tuple[Effect, ...]
    act_id: str | None = None


@dataclass(slots=True, eq=False)
class Pending:
    """An act that is folded but not yet committed; `also` is stored in the same commit."""

    live: "Live"
    entry: Entry
    act_hash: bytes | None
    before: Room
    after: Room
    also: Also | None = None


@dataclass(slots=True, eq=False)
class Live:
    """A room in memory: the fold of its stored log. The log is the truth, this is a copy."""

    conversation_id: int
    token: str
    key: bytes = field(repr=False)
    names: dict[str, str]
    seats: dict[int, str]  # account id -> seat
    participants: dict[str, int]  # seat -> participant id
    scheduled_at: datetime
    room: Room
    tip: Room
    health: Health = field(default_factory=Health)
    log: list[Entry] = field(default_factory=list, repr=False)
    acts: dict[str, tuple[bytes, Entry | Pending]] = field(default_factory=dict, repr=False)


def find(session: Session, token: str) -> models.Conversation | None:
    """Return the conversation an address names, or None."""
    wanted = select(models.Conversation).where(models.Conversation.token == token)
    return session.scalars(wanted).one_or_none()


def seat_of(conversation: models.Conversation, account_id: int) -> str | None:
    """Return the seat of an account in a conversation, or None: the first of the pair is "a"."""
    pair = conversation.pair
    owners = {pair.first.account_id: "a", pair.second.account_id: "b"}
    return owners.get(account_id)


def opens_at(conversation: models.Conversation, minutes: int) -> datetime:
    """Return when the door opens: *minutes* before the hour."""
    return conversation.scheduled_at - timedelta(minutes=minutes)


def is_open(conversation: models.Conversation, minutes: int, now: datetime) -> bool:
    """Return whether its people may be in the room at *now*."""
    if conversation.state == "open":
        return True
    return conversation.state == "scheduled" and now >= opens_at(conversation, minutes)


def load(
    session: Session, keys: KeyStore, conversation: models.Conversation, now: datetime
) -> Live:
    """Return the room of *conversation* as its stored log has it; writes nothing to *session*.

    Raises `crypto.Unreadable` once the key is destroyed.
    """
    version = session.get_one(models.GuideVersion, conversation.guide_digest)
    start = begin(parse(version.text, f"guide {version.slug}"))
    subject = logs.subject(conversation.id)
    fresh = conversation.state == "scheduled"
    key = crypto.create_key(keys, subject, now) if fresh else crypto.open_key(keys, subject)
    pair = conversation.pair
    live = Live(
        conversation_id=conversation.id,
        token=conversation.token,
        key=key,
        names={"a": pair.first.first_name, "b": pair.second.first_name},
        seats={pair.first.account_id: "a", pair.second.account_id: "b"},
        participants={"a": pair.first_id, "b": pair.second_id},
        scheduled_at=conversation.scheduled_at,
        room=start,
        tip=start,
    )
    for event, act_id, act_hash in logs.read(session, conversation.id, key):
        settle(_pending(live, event, act_id, act_hash))
    return live


def opening(session: Session, conversation: models.Conversation) -> Act:
    """Return the act that opens a room: its pause word and its difference card."""
    pair, language = conversation.pair, conversation.language
    asked = questionnaires.load(pair.first.programme.questionnaire, language)
    people = {"a": pair.first_id, "b": pair.second_id}
    data = {
        "pause_word": cards.pause_word(conversation.token, language),
        "difference": cards.difference(session, people, asked.of("view")),
    }
    return Act(SYSTEM, "opened", data)


def check(live: Live, act: Act) -> None:
    """Raise Refused if the room does not allow *act* now; change nothing."""
    events.check(act.type, act.data, act.actor)
    refusal = room.barred(live.tip, act.actor, act.type)
    if refusal is not None:
        raise refusal


def prepare(live: Live, act: Act, now: datetime, also: Also | None = None) -> Entry | Pending:
    """Validate and fold *act*; return it pending, or what an act with the same id already is.

    Raises Refused, leaving the room as it was. Time never runs backwards in a log.
    """
    events.check(act.type, act.data, act.actor)
    act_hash = None
    if act.id is not None:
        act_hash = logs.hash_act(live.key, act.actor, act.type, act.data)
        known = live.acts.get(act.id)
        if known is not None:
            return _same(known, act_hash)
    event = Event(live.tip.seq + 1, max(now, _last(live)), act.type, act.actor, act.data)
    pending = _pending(live, event, act.id, act_hash)
    pending.also = also
    return pending


def append(session: Session, batch: Iterable[Pending]) -> None:
    """Store *batch* in order, and what its conversations' rows tell of it; the caller commits."""
    pendings = list(batch)
    rows = [
        logs.to_row(p.live.conversation_id, p.live.key, p.entry.event, p.entry.act_id, p.act_hash)
        for p in pendings
    ]
    session.execute(insert(models.RoomEvent), rows)
    for pending in pendings:
        told = _told(pending)
        if told:
            owner = models.Conversation.id == pending.live.conversation_id
            session.execute(update(models.Conversation).where(owner).values(**told))
        if pending.also is not None:
            pending.also(session)


def settle(pending: Pending) -> Entry:
    """Make a committed act part of its room, and return it."""
    live, entry = pending.live, pending.entry
    live.room = pending.after
    live.health = health.note(live.health, entry.event, pending.before, pending.after)
    live.log.append(entry)
    if entry.act_id is not None and pending.act_hash is not None:
        live.acts[entry.act_id] = (pending.act_hash, entry)
    return entry


def play(session: Session, live: Live, act: Act, now: datetime, also: Also | None = None) -> Entry:
    """Prepare, store and settle one act, where nobody else is playing; the caller commits."""
    pending = prepare(live, act, now, also)
    if isinstance(pending, Entry):
        return pending
    append(session, [pending])
    return settle(pending)


def entries_after(live: Live, after: int) -> Sequence[Entry]:
    """Return the committed entries with a sequence number above *after*."""
    return live.log[max(after, 0) :]


def _pending(live: Live, event: Event, act_id: str | None, act_hash: bytes | None) -> Pending:
    before = live.tip
    after, effects = room.step(before, event)
    live.tip = after
    pending = Pending(live, Entry(event, effects, act_id), act_hash, before, after)
    if act_id is not None and act_hash is not None:
        live.acts[act_id] = (act_hash, pending)
    return pending


def _same(known: tuple[bytes, Entry | Pending], act_hash: bytes) -> Entry | Pending:
    if known[0] != act_hash:
        raise Refused("conflict", "Another act was sent with this id.")
    return known[1]


def _last(live: Live) -> datetime:
    recent = live.log[-1].event.at if live.log else live.scheduled_at - timedelta(days=1)
    return recent


def _told(pending: Pending) -> dict[str, Any]:
    """Return what a conversation's row tells of its room once *pending* is stored."""
    event, before, after = pending.entry.event, pending.before, pending.after
    told: dict[str, Any] = {}
    if event.type == "opened":
        told |= {"state": "open", "opened_at": event.at, "steps": len(after.guide.steps)}
    if after.since is not None and before.since is None:
        told["started_at"] = event.at
    if after.step != before.step:
        told["step"] = after.step
    if after.closed is not None:
        told |= {"state": "closed", "closed_at": event.at, "ending": after.closed.why}
    return told
