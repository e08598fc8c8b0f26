"""The facilitators' desk: rooms as counts and reasons, never words."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from conversation import outcomes, signals
from conversation.events import FACILITATOR, SEATS
from conversation.fields import Refused
from conversation.health import WRITTEN, Health, pace
from conversation.signals import Signal
from conversation.state import Room
from services.conversations.rooms import Act, Also, Entry, Live
from services.site import audit

ROLES = frozenset({"facilitator", "staff", "admin"})


def open_tokens(session: Session) -> list[str]:
    """Return the addresses of the conversations that are open, the oldest first."""
    wanted = select(models.Conversation.token).where(models.Conversation.state == "open")
    return list(session.scalars(wanted.order_by(models.Conversation.opened_at)))


def facts(live: Live, now: datetime) -> dict[str, Any]:
    """Return what the desk shows of a room, in no language yet: JSON without a word that was said.

    `seq` is the place in the log; `pace_at` when the minutes of `pace` were counted back from.
    """
    room, counts = live.room, live.health
    need = signals.need(room, counts, now)
    return {
        "id": live.token,
        "seq": room.seq,
        "names": dict(live.names),
        "status": room.status,
        "step": room.step,
        "steps": len(room.guide.steps),
        "step_name": room.current.name,
        "step_title": room.current.title,
        "since": room.since.isoformat() if room.since else None,
        "minutes": room.minutes,
        "paused": {"by": room.paused.by, "at": room.paused.at.isoformat()} if room.paused else None,
        "present": sorted(room.present),
        "words": {seat: counts.of(seat).words for seat in SEATS},
        "pace": pace(counts, now),
        "pace_at": now.isoformat(),
        "last_at": counts.last_at.isoformat() if counts.last_at else None,
        "facilitator": room.facilitator,
        "claimed": room.claimed,
        "shown": sorted(room.shown),
        "readable": room.read_from is not None,
        "help": sorted(room.help),
        "level": need.level,
        "order": list(need.order),
        "signals": [_sign(sign, live.names) for sign in need.signals],
        "tried": _tried(room, counts, now),
    }


def worded(facts: Mapping[str, Any], say: Callable[[str], str]) -> dict[str, Any]:
    """Return *facts* with their reasons in words; *say* translates before values are filled in."""
    reasons = [
        {
            "name": sign["name"],
            "level": sign["level"],
            "value": sign["value"],
            "text": say(sign["reason"]) % sign["values"],
            "source": sign["source"],
        }
        for sign in facts["signals"]
    ]
    kept = {key: value for key, value in facts.items() if key != "signals"}
    return {**kept, "reasons": reasons}


def summary(live: Live, now: datetime, say: Callable[[str], str]) -> dict[str, Any]:
    """Return what the desk shows of a room, in words."""
    return worded(facts(live, now), say)


def words(live: Live, entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Return what of *entries* was written since both people agreed that a facilitator reads.

    Nothing while one of them does not agree. Each look is an event of its own (`look`).
    """
    start = live.room.read_from
    if start is None:
        return []
    return [
        {
            "seq": entry.event.seq,
            "at": entry.event.at.isoformat(),
            "name": live.names[entry.event.actor],
            "seat": entry.event.actor,
            "text": entry.event.data["text"],
        }
        for entry in entries
        if entry.event.seq > start and entry.event.type in WRITTEN
    ]


def act(kind: str, data: Any, name: str, id: str | None) -> Act:
    """Return a facilitator's act under their *name*, whatever name was sent."""
    if not isinstance(data, dict):
        raise Refused("wrong_type", "data must be an object.")
    return Act(FACILITATOR, kind, data | {"by": name}, id)


def audited(live: Live, kind: str, account_id: int, now: datetime) -> Also:
    """Return what writes a facilitator's act into the audit log, in the act's own commit."""

    def store(session: Session) -> None:
        audit.record(
            session,
            now=now,
            actor=f"account:{account_id}",
            action=f"room.{kind}",
            subject=f"conversation:{live.conversation_id}",
        )

    return store


def _tried(room: Room, counts: Health, now: datetime) -> list[dict[str, Any]]:
    """Return what facilitators did, upon which sign, and what came of each."""
    return [
        {
            "type": one.tried.type,
            "by": one.tried.by,
            "at": one.tried.at.isoformat(),
            "words_since": one.words,
            "sign": one.sign,
            "gone_after": one.gone_after,
            "stands": one.stands,
        }
        for one in outcomes.outcomes(room, counts, now)
    ]


def _sign(sign: Signal, names: Mapping[str, str]) -> dict[str, Any]:
    values = dict(sign.values)
    if "who" in values:
        values["who"] = names[str(values["who"])]
    return {
        "name": sign.name,
        "level": sign.level,
        "value": sign.value,
        "reason": sign.reason,
        "values": values,
        "source": sign.source,
    }
