"""Rooms: opened, folded from their stored log, and played act by act.

An act goes through `prepare` (validate, fold), `append` (encrypt, store) and, once the caller has
committed, `settle`. Between the first and the last the room's `tip` runs ahead of its `room`, so
that many acts of many rooms can share one commit and none is shown before it is stored.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

import models
from conversation import events, health, outcomes, room
from conversation.events import SYSTEM, Event
from conversation.guide import Guide, parse
from conversation.state import begin
from services.conversations import cards, kept, logs, recall
from services.conversations.acts import Act, Also, Entry, Live, Pending, must_be_same
from services.people import standing
from services.site import crypto
from services.site.crypto import Cipher, KeyStore
from services.staff import questionnaires

__all__ = ["Act", "Also", "Entry", "Live", "Pending"]  # with the functions below, for who imports


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


def waits_since(live: Live, seat: str, now: datetime) -> datetime:
    """Return since when *seat* waits for the other: from the hour, or from coming after it."""
    return max(live.scheduled_at, live.came.get(seat, now))


def load(
    session: Session,
    keys: KeyStore,
    conversation: models.Conversation,
    now: datetime,
    *,
    whole: bool = False,
) -> Live:
    """Return the room of *conversation* as its stored log has it; writes nothing to *session*.

    Its log holds the newest entries, or all of them if it is to be *whole*.
    Raises `crypto.Unreadable` once the key is destroyed.
    """
    version = session.get_one(models.GuideVersion, conversation.guide_digest)
    start = begin(_guide(version.text, version.slug))
    subject = logs.subject(conversation.id)
    fresh = conversation.state == "scheduled"
    key = crypto.create_key(keys, subject, now) if fresh else crypto.open_key(keys, subject)
    pair = conversation.pair
    live = Live(
        conversation_id=conversation.id,
        token=conversation.token,
        key=key,
        cipher=Cipher(key),
        names={"a": pair.first.first_name, "b": pair.second.first_name},
        seats={pair.first.account_id: "a", pair.second.account_id: "b"},
        participants={"a": pair.first_id, "b": pair.second_id},
        scheduled_at=conversation.scheduled_at,
        room=start,
        tip=start,
        whole=whole,
    )
    for event, act_id, act_hash in logs.read(session, conversation.id, live.cipher):
        settle(fold_in(live, event, act_id, act_hash))
    return live


@lru_cache(maxsize=64)
def _guide(text: str, slug: str) -> Guide:
    return parse(text, f"guide {slug}")


def fallen(session: Session, batch: Iterable[Pending], now: datetime) -> list[Pending]:
    """Return those of *batch* whose sender may not act any more: signed out, banned or erased."""
    sent = [(pending, pending.sender) for pending in batch if pending.sender is not None]
    if not sent:
        return []
    logins = standing.logins(session, {sender[0] for _, sender in sent}, now)
    return [pending for pending, sender in sent if logins.get(sender[0]) != sender[1]]


def opening(session: Session, conversation: models.Conversation) -> Act:
    """Return the act that opens a room: its pause word and its difference card."""
    pair, language = conversation.pair, conversation.language
    asked = questionnaires.current(session, pair.first.programme.questionnaire, language)
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
    counts = health.measured(act.type, act.data, live.room.guide.language)
    at = max(now, _last(live))
    event = Event(live.tip.seq + 1, at, act.type, act.actor, act.data, counts)
    pending = fold_in(live, event, act.id, act_hash)
    pending.also, pending.sender = also, act.sender
    return pending


def append(session: Session, batch: Iterable[Pending]) -> None:
    """Store *batch* in order, and what its conversations' rows tell of it; the caller commits."""
    pendings = list(batch)
    rows = [
        logs.to_row(
            p.live.conversation_id, p.live.cipher, p.entry.event, p.entry.act_id, p.act_hash
        )
        for p in pendings
    ]
    logs.store(session, rows)
    for pending in pendings:
        if pending.entry.effects or pending.entry.event.type == "opened":  # no other tells more
            _store_beside(session, pending)
        if pending.also is not None:
            pending.also(session)


def _store_beside(session: Session, pending: Pending) -> None:
    """Store what an event means for its conversation's row, and what outlives the log."""
    live = pending.live
    if told := _told(pending):
        owner = models.Conversation.id == live.conversation_id
        session.execute(update(models.Conversation).where(owner).values(**told))
    kept.keep(session, live.conversation_id, live.participants, (pending.before, pending.after))


def settle(pending: Pending) -> Entry:
    """Make a committed act part of its room, and return it."""
    live, entry = pending.live, pending.entry
    live.room = pending.after
    live.health = outcomes.note(live.health, entry.event, pending.before, pending.after)
    if entry.event.type == "returned":
        live.came.setdefault(entry.event.data["seat"], entry.event.at)
    live.log.append(entry)
    if entry.act_id is not None and pending.act_hash is not None:
        live.acts[entry.act_id] = (pending.act_hash, entry)
    recall.let_go(live)
    return entry


def play(session: Session, live: Live, act: Act, now: datetime, also: Also | None = None) -> Entry:
    """Prepare, store and settle one act, where nobody else is playing; the caller commits."""
    pending = prepare(live, act, now, also)
    if isinstance(pending, Entry):
        return pending
    append(session, [pending])
    return settle(pending)


def fold_in(live: Live, event: Event, act_id: str | None, act_hash: bytes | None) -> Pending:
    """Fold *event* into the tip of *live*, and return it pending; raise Refused."""
    before = live.tip
    after, effects = room.step(before, event)
    live.tip = after
    pending = Pending(live, Entry(event, effects, act_id), act_hash, before, after)
    if act_id is not None and act_hash is not None:
        live.acts[act_id] = (act_hash, pending)
    return pending


def _same(known: tuple[bytes, Entry | Pending], act_hash: bytes) -> Entry | Pending:
    must_be_same(known[0], act_hash)
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
