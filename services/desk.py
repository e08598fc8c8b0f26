"""The facilitators' desk: rooms as counts and reasons, never words."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from conversation import signals
from conversation.events import FACILITATOR, SEATS
from conversation.fields import Refused
from conversation.health import pace
from conversation.signals import Signal
from services import audit
from services.rooms import Act, Also, Live

ROLES = frozenset({"facilitator", "staff", "admin"})
NAMELESS = "Facilitator"


def open_tokens(session: Session) -> list[str]:
    """Return the addresses of the conversations that are open, the oldest first."""
    wanted = select(models.Conversation.token).where(models.Conversation.state == "open")
    return list(session.scalars(wanted.order_by(models.Conversation.opened_at)))


def name_of(session: Session, account_id: int) -> str:
    """Return the first name a facilitator is shown by."""
    wanted = select(models.Participant.first_name).where(
        models.Participant.account_id == account_id
    )
    return session.scalars(wanted.limit(1)).first() or NAMELESS


def summary(live: Live, now: datetime, say: Callable[[str], str]) -> dict[str, Any]:
    """Return what the desk shows of a room; *say* translates a reason before it is filled in."""
    room, counts = live.room, live.health
    need = signals.need(room, counts, now)
    return {
        "id": live.token,
        "names": live.names,
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
        "last_at": counts.last_at.isoformat() if counts.last_at else None,
        "facilitator": room.facilitator,
        "help": sorted(room.help),
        "level": need.level,
        "order": list(need.order),
        "reasons": [_reason(sign, live.names, say) for sign in need.signals],
        "tried": [
            {"type": one.type, "by": one.by, "at": one.at.isoformat()} for one in counts.tried
        ],
    }


def need_key(live: Live, now: datetime) -> tuple[object, ...]:
    """Return what changes when time alone changes how a room is shown."""
    need = signals.need(live.room, live.health, now)
    return need.level, tuple((sign.name, int(sign.value)) for sign in need.signals)


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


def _reason(
    sign: Signal, names: Mapping[str, str], say: Callable[[str], str]
) -> dict[str, str | float]:
    values = dict(sign.values)
    if "who" in values:
        values["who"] = names[str(values["who"])]
    text = say(sign.reason) % values
    return {"name": sign.name, "level": sign.level, "value": sign.value, "text": text}
